// What an export of several targets says under its markers is, on each target, what the lock says.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { PackageName } from "../../src/base/index.ts";
import { EXPORTS } from "../../src/emit/index.ts";
import type { Lock, LockedTarget, Pin } from "../../src/lock/index.ts";
import { evaluateMarker, parseRequirements } from "../../src/requirement/index.ts";
import { markerEnvironment, parsePlatform, parsePythonVersion } from "../../src/target/index.ts";
import { lockOf, pin } from "../lock/sample-lock.ts";

const PYTHONS = ["3.9", "3.10", "3.11", "3.12.4"];
const PLATFORMS = [
  "linux-x86_64",
  "linux-aarch64",
  "macos-x86_64-13.0",
  "macos-arm64-13.0",
  "windows-x86_64",
];
const PLACES = { absolute: (path: string) => path, relative: (path: string) => path };

/** Of each name no version, or one of three; some from another provider. */
const pins = fc
  .array(fc.constantFrom("none", "1.0", "1.1", "2.0", "2.0 sdist"), { minLength: 5, maxLength: 5 })
  .map((chosen) =>
    chosen.flatMap((text, i): Pin[] => {
      const [version = "", provider = "wheel"] = text.split(" ");
      const artifact = provider === "sdist" ? { artifact: `p${i}-${version}.tar.gz` } : {};
      return text === "none" ? [] : [pin(`p${i}`, { version, provider, ...artifact })];
    }),
  );

const names = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom(...PYTHONS), fc.constantFrom(...PLATFORMS))
    .map((pair) => pair.join("-")),
  { minLength: 1, maxLength: 8 },
);

const locks = names.chain((names) =>
  fc.array(pins, { minLength: names.length, maxLength: names.length }).map((lists): Lock => {
    const targets = names.map((name, i): LockedTarget => {
      const [python = "", ...platform] = name.split("-");
      return { name, python, platform: platform.join("-"), pins: lists[i] ?? [] };
    });
    return { ...lockOf(lists.flat()), targets };
  }),
);

function selected(text: string, { python, platform }: LockedTarget): string[] {
  const environment = markerEnvironment({
    python: parsePythonVersion(python),
    platform: parsePlatform(platform),
  });
  return parseRequirements(text)
    .filter(({ marker }) => marker === undefined || evaluateMarker(marker, environment))
    .map(({ name, specifiers }) => `${name}${specifiers.text}`)
    .toSorted();
}

function pinned({ pins }: LockedTarget): string[] {
  return pins.map(({ name, version }) => `${name}==${version}`).toSorted();
}

test("a requirements file selects each target's pins, and no others", () => {
  fc.assert(
    fc.property(locks, (lock) => {
      const text = EXPORTS.requirements({ lock, targets: lock.targets, places: PLACES }) as string;
      for (const target of lock.targets) expect(selected(text, target)).toEqual(pinned(target));
    }),
    { numRuns: 300 },
  );
});

test("a pylock.toml has the same packages under the same markers", () => {
  fc.assert(
    fc.property(locks, (lock) => {
      const input = { lock, targets: lock.targets, places: PLACES };
      const lines = parseRequirements(EXPORTS.requirements(input) as string);
      const tables = (EXPORTS.pylock(input) as string).split("[[packages]]").slice(1);
      const fields = tables.map((table) =>
        ["name", "version", "marker"].map(
          (key) => new RegExp(`^${key} = "(.*)"$`, "m").exec(table)?.[1] ?? "",
        ),
      );
      expect(fields.map(([name, version]) => `${name}==${version}`)).toEqual(
        lines.map(({ name, specifiers }) => `${name as PackageName}${specifiers.text}`),
      );
      expect(fields.map(([, , marker]) => marker !== "")).toEqual(
        lines.map(({ marker }) => marker !== undefined),
      );
    }),
    { numRuns: 100 },
  );
});
