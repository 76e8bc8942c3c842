import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import type { MemoryRelease, MemoryReleases } from "./memory-index.ts";
import type { Problem } from "./run-resolve.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/data/packse/", import.meta.url));

interface ScenarioRelease {
  readonly requires?: readonly string[];
  readonly requires_python?: string;
  readonly extras?: Readonly<Record<string, readonly string[]>>;
  readonly wheel?: boolean;
  readonly sdist?: boolean;
  readonly wheel_tags?: readonly string[];
  readonly yanked?: boolean;
}

/** A packse scenario: a universe, a question, and the answer that uv gives. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly root: { readonly requires: readonly string[]; readonly requires_python?: string };
  readonly packages?: Readonly<
    Record<string, { readonly versions: Readonly<Record<string, ScenarioRelease>> }>
  >;
  readonly expected: {
    readonly satisfiable: boolean;
    readonly packages?: Readonly<Record<string, string>>;
    readonly explanation?: string;
  };
  readonly resolver_options?: {
    readonly universal?: boolean;
    readonly python?: string;
    readonly prereleases?: boolean;
  };
  readonly environment?: { readonly python?: string };
}

/** All scenarios that are not about resolving for several platforms at once; [] where they are missing. */
export function scenarios(): readonly Scenario[] {
  if (!existsSync(FOLDER)) return [];
  return globSync("*/*.toml", { cwd: FOLDER })
    .toSorted()
    .map((path) => parse(readFileSync(`${FOLDER}${path}`, "utf8")) as unknown as Scenario)
    .filter((scenario) => scenario.resolver_options?.universal !== true);
}

/** A scenario as a problem of ours. */
export function problemOf({ root, packages, resolver_options, environment }: Scenario): Problem {
  const releases: MemoryReleases = Object.fromEntries(
    Object.entries(packages ?? {}).map(([name, { versions }]) => [
      name,
      Object.fromEntries(Object.entries(versions).map(([v, release]) => [v, releaseOf(release)])),
    ]),
  );
  return {
    releases,
    requirements: root.requires,
    python: resolver_options?.python ?? environment?.python ?? "3.12",
    prereleases: resolver_options?.prereleases ?? false,
  };
}

function releaseOf(release: ScenarioRelease): MemoryRelease {
  return {
    requires: release.requires ?? [],
    ...(release.requires_python === undefined ? {} : { requiresPython: release.requires_python }),
    ...(release.extras === undefined ? {} : { extras: release.extras }),
    wheels: release.wheel === false ? [] : (release.wheel_tags ?? ["py3-none-any"]),
    sdist: release.sdist ?? true,
    yanked: release.yanked === true ? "" : false,
  };
}
