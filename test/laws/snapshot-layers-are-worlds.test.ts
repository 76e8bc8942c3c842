import { array, assert, asyncProperty, constantFrom, integer, option, record } from "fast-check";
import { expect, test } from "vitest";
import { type PackageName, silent } from "../../src/base/index.ts";
import { compactIndex, openFileIndex } from "../../src/index/snapshot/index.ts";
import type { PackageIndex } from "../../src/index/index.ts";
import { parseRequirement } from "../../src/requirement/index.ts";
import { resolve } from "../../src/resolve/index.ts";
import { importDatabase } from "../index/snapshot/database.ts";
import { serveSerials, update } from "../index/snapshot/served-index.ts";
import { targetOf } from "../resolve/run-resolve.ts";

// An index file with deltas answers, as of each day, what an index of that day's world would.

const NAMES = ["a", "b", "c"];
const VERSIONS = ["1.0", "2.0", "2.1rc1"];
const DAYS = 3;
/** When the file was made; a world a day from then on. */
const START = Date.UTC(2023, 8, 7);
const DAY = 86_400_000;

const requirement = record({
  name: constantFrom(...NAMES),
  specifier: constantFrom("", ">=2", "<2", "==1.0"),
}).map((given) => given.name + given.specifier);

/** A wheel that appears on one day and is gone on another, if ever; such a name never comes back. */
const life = record({
  from: integer({ min: 0, max: DAYS - 1 }),
  days: integer({ min: 1, max: DAYS }),
  requires: array(requirement, { maxLength: 2 }),
});
const lives = array(option(life, { nil: undefined }), {
  minLength: NAMES.length * VERSIONS.length,
  maxLength: NAMES.length * VERSIONS.length,
});

interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly from: number;
  readonly requires: readonly string[];
}

type Lives = readonly ({ from: number; days: number; requires: readonly string[] } | undefined)[];

/** The wheels that are there on a day. */
function worldOf(all: Lives, day: number): readonly Wheel[] {
  return all.flatMap((own, i) => {
    if (own === undefined || day < own.from || day >= own.from + own.days) return [];
    const name = NAMES[Math.floor(i / VERSIONS.length)] as string;
    const version = VERSIONS[i % VERSIONS.length] as string;
    const filename = `${name}-${version}-py3-none-any.whl`;
    return [{ name, version, filename, from: own.from, requires: own.requires }];
  });
}

/** An index file of a world. */
async function fileOf(world: readonly Wheel[]): Promise<string> {
  const projects: Record<string, { py3: Record<string, unknown> }> = {};
  for (const { name, version, filename, requires } of world) {
    projects[name] ??= { py3: {} };
    projects[name].py3[version] = { [filename]: { requires_dist: requires } };
  }
  const { path } = await importDatabase({
    wheel: { ...projects, other: { py3: { "1": { x: {} } } } },
  });
  return path;
}

async function answers(index: PackageIndex, wanted: string): Promise<unknown> {
  try {
    const found = await resolve({
      index,
      requirements: [{ ...parseRequirement(wanted), hashes: [] }],
      constraints: [],
      target: targetOf("3.9"),
      providers: { _default: ["wheel"] },
      preferences: new Map<PackageName, string>(),
      prereleases: false,
      date: 0,
      report: silent,
    });
    if (found.kind === "conflict") return "conflict";
    return found.pins.map(({ name, version, file }) => [name, version, file?.filename]);
  } finally {
    index.close();
  }
}

test("for generated histories", async () => {
  const served = await serveSerials();
  await assert(
    asyncProperty(lives, requirement, async (all, wanted) => {
      const path = await fileOf(worldOf(all, 0));
      for (let day = 1; day < DAYS; day++) {
        const world = worldOf(all, day);
        for (const name of NAMES) {
          const own = world.filter((wheel) => wheel.name === name);
          served.set(
            name,
            own.length === 0
              ? undefined
              : own.map(({ filename, from, requires }) => ({
                  filename,
                  requires,
                  uploaded: new Date(START + from * DAY).toISOString(),
                })),
          );
        }
        await update(served, path, { names: NAMES, now: START + day * DAY + DAY / 2 });
      }
      const expected: unknown[] = [];
      for (let day = 0; day < DAYS; day++) {
        const alone = openFileIndex(await fileOf(worldOf(all, day)));
        expected.push(await answers(alone, wanted));
        const date = START + day * DAY + DAY - 1;
        expect(await answers(openFileIndex(path, { date }), wanted)).toEqual(expected.at(-1));
      }
      await compactIndex({ file: path, output: path, report: silent });
      expect(await answers(openFileIndex(path), wanted)).toEqual(expected.at(-1));
    }),
    { numRuns: 12 },
  );
});
