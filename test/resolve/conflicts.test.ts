// Real conflicts, replayed from metadata that tools/record-conflicts.ts has recorded: what is told of
// each, and what is found to help.
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { normalizeName } from "../../src/base/index.ts";
import { readNixpkgsList } from "../../src/index/index.ts";
import {
  type Conflict,
  explainConflict,
  findRemedies,
  type Remedy,
  resolve,
  type ResolveInput,
  type Steering,
} from "../../src/resolve/index.ts";
import { ANY_VERSION, parseSpecifiers } from "../../src/version/index.ts";
import { MemoryIndex, type MemoryReleases } from "./memory-index.ts";
import { inputOf } from "./run-resolve.ts";

interface Scenario {
  readonly name: string;
  readonly requirements: readonly string[];
  readonly constraints?: readonly string[];
  readonly python?: string;
  readonly platform?: string;
  readonly providers?: readonly string[];
  /** Days. */
  readonly minimumAge?: number;
  readonly override?: {
    readonly package: string;
    readonly replace: readonly string[];
    readonly reason: string;
  };
  readonly exclude?: {
    readonly package: string;
    readonly versions: string;
    readonly reason: string;
  };
  /** Versions by name. */
  readonly nixpkgs?: Readonly<Record<string, string>>;
  /** Releases that come later, by name and version, with their day. */
  readonly later?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const FOLDER = new URL("../cases/conflicts/", import.meta.url);
const SCENARIOS = JSON.parse(
  readFileSync(new URL("scenarios.json", FOLDER), "utf8"),
) as readonly Scenario[];
const FILE = { file: "mach-nix.toml" };
const DAY = 86_400_000;

function releasesOf({ name, later = {} }: Scenario): MemoryReleases {
  const path = new URL(`${name}.json`, FOLDER);
  if (!existsSync(path)) throw new Error(`run node tools/record-conflicts.ts ${name}`);
  const recorded = JSON.parse(readFileSync(path, "utf8")) as MemoryReleases;
  const added = Object.entries(later).map(([project, versions]) => {
    const more = Object.entries(versions).map(([version, day]) => [version, { later: day }]);
    return [project, { ...recorded[project], ...Object.fromEntries(more) }] as const;
  });
  return { ...recorded, ...Object.fromEntries(added) };
}

function steeringOf({ minimumAge, override, exclude }: Scenario): Steering {
  return {
    ...(minimumAge === undefined
      ? {}
      : { minimumAge: { all: minimumAge * DAY, byName: new Map() } }),
    ...(exclude === undefined
      ? {}
      : {
          excluded: [
            {
              name: normalizeName(exclude.package),
              versions: parseSpecifiers(exclude.versions),
              reason: exclude.reason,
              place: FILE,
            },
          ],
        }),
    ...(override === undefined
      ? {}
      : {
          overrides: [
            {
              name: normalizeName(override.package),
              versions: ANY_VERSION,
              drop: [],
              replace: new Map(
                override.replace.map((text) => [normalizeName(text.replace(/[<>=].*/, "")), text]),
              ),
              add: [],
              reason: override.reason,
              place: FILE,
            },
          ],
        }),
  };
}

function problemOf(scenario: Scenario): ResolveInput {
  const { requirements, constraints, python, platform, providers, nixpkgs } = scenario;
  const packages = Object.fromEntries(
    Object.entries(nixpkgs ?? {}).map(([name, version]) => [name, { pname: name, version }]),
  );
  const list = { version: 1, pythons: { "3.12": { packages } } };
  return inputOf({
    index: new MemoryIndex(releasesOf(scenario), { sdists: true }),
    requirements,
    steering: steeringOf(scenario),
    providers: { _default: providers ?? ["wheel", "sdist"] },
    ...(constraints === undefined ? {} : { constraints }),
    ...(python === undefined ? {} : { python }),
    ...(platform === undefined ? {} : { platform }),
    ...(nixpkgs === undefined
      ? {}
      : { nixpkgs: readNixpkgsList(JSON.stringify(list), "nixpkgs.json") }),
  });
}

async function remediesOf(
  conflict: Conflict,
  { input, scenario }: { readonly input: ResolveInput; readonly scenario: Scenario },
): Promise<readonly Remedy[]> {
  const { later, ...now } = scenario;
  return findRemedies(conflict, input, {
    providers: ["wheel", "sdist", ...(scenario.nixpkgs === undefined ? [] : ["nixpkgs"])],
    indexAt: () => new MemoryIndex({ ...releasesOf(now), ...laterReleases(later) }),
    patience: () => ({ goOn: () => true, over: new Promise<undefined>(() => undefined) }),
  });
}

function laterReleases(later: Scenario["later"] = {}): MemoryReleases {
  return Object.fromEntries(
    Object.entries(later).map(([name, versions]) => [
      name,
      Object.fromEntries(Object.keys(versions).map((version) => [version, {}])),
    ]),
  );
}

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  "%s",
  async (name, scenario) => {
    const input = problemOf(scenario);
    const outcome = await resolve(input);
    if (outcome.kind === "resolution") throw new Error("there is a resolution");
    const remedies = await remediesOf(outcome, { input, scenario });
    const text = explainConflict({ ...outcome, remedies });
    await expect(`${text}\n`).toMatchFileSnapshot(`../cases/conflicts/${name}.txt`);
  },
);

test("there are twenty and more", () => {
  expect(SCENARIOS.length).toBeGreaterThanOrEqual(20);
});
