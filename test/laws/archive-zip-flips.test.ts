import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bufferSource, readZipDirectory, readZipEntry } from "../../src/archive/index.ts";
import { UserError } from "../../src/base/index.ts";
import { type MadeEntry, makeZip } from "../archive/make-zip.ts";

function readAll(bytes: Uint8Array): Map<string, string> {
  const source = bufferSource(bytes);
  const entries = readZipDirectory(source);
  return new Map(
    entries.map((entry) => [entry.name, Buffer.from(readZipEntry(source, entry)).toString("hex")]),
  );
}

function readOrRefuse(bytes: Uint8Array): [string, string][] | undefined {
  try {
    return [...readAll(bytes)];
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const part = fc.stringMatching(/^[a-z]{1,4}$/);
const entries: fc.Arbitrary<MadeEntry[]> = fc.uniqueArray(
  fc.record({
    name: part.map((name) => `d/${name}`),
    data: fc.uint8Array({ maxLength: 300 }),
    method: fc.constantFrom(0, 8),
  }),
  { maxLength: 6, selector: ({ name }) => name },
);

test("what is packed is what is read", () => {
  fc.assert(
    fc.property(entries, fc.boolean(), fc.string(), (made, zip64, comment) => {
      const zip = {
        entries: made,
        comment: comment.replaceAll("P", ""),
        ...(zip64 ? { zip64: {} } : {}),
      };
      const expected = made.map(({ name, data }): [string, string] => [
        String(name),
        Buffer.from(data as Uint8Array).toString("hex"),
      ]);
      expect(readAll(makeZip(zip))).toEqual(new Map(expected));
    }),
  );
});

test("a changed byte is refused or changes neither names nor contents", () => {
  fc.assert(
    fc.property(
      entries,
      fc.array(
        fc.record({ at: fc.double({ min: 0, max: 0.999999, noNaN: true }), to: fc.nat(255) }),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
      (made, changes) => {
        const bytes = makeZip(made);
        const before = [...readAll(bytes)];
        for (const { at, to } of changes) bytes[Math.floor(at * bytes.length)] = to;
        expect([undefined, before]).toContainEqual(readOrRefuse(bytes));
      },
    ),
    { numRuns: 3000 },
  );
});

test("any bytes at all are refused with an error of ours", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => readAll(bytes)).toThrow(UserError);
    }),
  );
});
