import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { PackageName, Sha256 } from "../../src/base/index.ts";
import { diffLocks, type Lock, type Pin, readLock, writeLock } from "../../src/lock/index.ts";

const hash = fc.stringMatching(/^[0-9a-f]{64}$/).map((text) => text as Sha256);
const name = fc
  .stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,4})?$/)
  .map((text) => text as PackageName);
const version = fc.stringMatching(/^\d{1,3}(\.\d{1,3}){0,2}(rc\d)?(\+[a-z0-9]{1,4})?$/);
const requirement = fc
  .string({ unit: "grapheme", maxLength: 30 })
  .filter((text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text));
const date = fc
  .date({ min: new Date(0), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true })
  .map((date) => date.toISOString().replace(/\.\d+Z$/, "Z"));

/** Locks as the program could write them, with references that hold. */
const locks: fc.Arbitrary<Lock> = fc
  .record({
    names: fc.uniqueArray(name, { maxLength: 6 }),
    versions: fc.array(version, { minLength: 6, maxLength: 6 }),
    edges: fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 }),
    extras: fc.uniqueArray(name, { maxLength: 3 }),
    pythons: fc.uniqueArray(fc.constantFrom("3.9", "3.11", "2.7", "3.13.1"), { maxLength: 3 }),
    inputHash: hash,
    sha256: hash,
    size: fc.option(fc.maxSafeNat(), { nil: undefined }),
    date,
    requirements: fc.uniqueArray(requirement, { maxLength: 4 }),
  })
  .map(({ names, versions, edges, extras, pythons, sha256, size, ...rest }) => {
    const links = edges.map(([a, b]) => [names[a], names[b]] as const);
    const pins = names.toSorted().map((name, i): Pin => {
      const to = links.flatMap(([a, b]) => (a === name && b !== undefined ? [b] : []));
      const from = links.flatMap(([a, b]) => (b === name && a !== undefined ? [a] : []));
      return {
        name,
        version: versions[i] as string,
        provider: "wheel",
        ...(i === 0 ? { extras: extras.toSorted() } : {}),
        artifact: fileOf(name, versions[i] as string),
        dependencies: [...new Set(to)].toSorted(),
        requestedBy: [...new Set([...from, "input"])].toSorted(),
      };
    });
    const artifact = {
      url: "https://example.org/x",
      sha256,
      ...(size === undefined ? {} : { size }),
    };
    return {
      version: 1,
      ...rest,
      requirements: rest.requirements.toSorted(),
      providers: { _default: ["wheel"] },
      indexes: ["https://example.org/simple/"],
      targets: pythons
        .map((python) => ({
          name: `${python}-linux-x86_64`,
          python,
          platform: "linux-x86_64",
          pins,
        }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      artifacts: Object.fromEntries(pins.map((pin) => [pin.artifact as string, artifact])),
    };
  });

function fileOf(name: string, version: string): string {
  return `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`;
}

test("a lock that is written is read back as it was", () => {
  fc.assert(
    fc.property(locks, (lock) => {
      expect(readLock(writeLock(lock), { path: "x" })).toEqual(lock);
    }),
  );
});

test("writing what was read gives the same bytes", () => {
  fc.assert(
    fc.property(locks, (lock) => {
      const text = writeLock(lock);
      expect(writeLock(readLock(text, { path: "x" }))).toBe(text);
      expect(text.endsWith("}\n")).toBe(true);
      expect(text).not.toContain("\r");
    }),
  );
});

test("a lock differs from itself in nothing, and a difference turned round is its reverse", () => {
  fc.assert(
    fc.property(locks, locks, (a, b) => {
      expect(diffLocks(a, a)).toEqual([]);
      const there = diffLocks(a, b);
      const back = diffLocks(b, a);
      expect(back.map(({ added, removed }) => [removed, added])).toEqual(
        there.map(({ added, removed }) => [added, removed]),
      );
    }),
  );
});
