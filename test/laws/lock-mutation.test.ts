import * as fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import { type Lock, readLock, writeLock } from "../../src/lock/index.ts";
import { sampleLock } from "../lock/sample-lock.ts";

const TEXT = writeLock(sampleLock());

/** What is wrong with how a text is taken: it must be a lock, or be refused by an error of ours. */
function fault(text: string): string | undefined {
  const outcome = read(text);
  if (outcome instanceof UserError) {
    const isOurs = outcome.code.startsWith("lock-");
    return isOurs && !/[\u0000-\u001f]/.test(outcome.message) ? undefined : outcome.message;
  }
  const written = writeLock(outcome);
  const again = read(written);
  if (again instanceof UserError) return `not read again: ${again.message}`;
  return writeLock(again) === written ? undefined : "changed by writing";
}

function read(text: string): Lock | UserError {
  try {
    return readLock(text, { path: "x" });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

const bytes = fc.oneof(
  fc.constantFrom('"', "{", "}", "[", "]", ",", ":", "\\", "\n", "0", "-", "null", "\u0000", "../"),
  fc.string({ maxLength: 4 }),
);

test("a lock with some characters replaced is read or refused, never a crash", () => {
  const change = fc.tuple(fc.nat(TEXT.length), fc.nat(3), bytes);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let text = TEXT;
      for (const [at, length, instead] of changes) {
        text = text.slice(0, at) + instead + text.slice(at + length);
      }
      expect(fault(text)).toBeUndefined();
    }),
    { numRuns: 1500 },
  );
});

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

const PATHS = pathsOf(sampleLock()).filter((path) => path.length > 0);

test("a lock with a value replaced by any JSON is read or refused, never a crash", () => {
  fc.assert(
    fc.property(fc.constantFrom(...PATHS), fc.jsonValue(), (path, value) => {
      const lock = structuredClone(sampleLock()) as unknown as Record<string, unknown>;
      let at: Record<string, unknown> = lock;
      for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
      at[path.at(-1) as string] = value;
      expect(fault(JSON.stringify(lock))).toBeUndefined();
    }),
    { numRuns: 1500 },
  );
});

test("any text at all is read or refused", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(fault(text)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});
