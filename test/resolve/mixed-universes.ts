import * as fc from "fast-check";
import { normalizeName } from "../../src/base/index.ts";
import { type CondaFolder, type CondaRecord, readNixpkgsList } from "../../src/index/index.ts";
import { NameMapping } from "../../src/provider/index.ts";
import { parseRequirement, type Requirement } from "../../src/requirement/index.ts";
import type { ResolveInput } from "../../src/resolve/index.ts";
import { MemoryIndex, type MemoryRelease, type MemoryReleases } from "./memory-index.ts";
import { inputOf } from "./run-resolve.ts";

/** A candidate as a law writes it down: needs are `NAME OP VERSION`, read alike by PyPI and conda. */
export interface MixedCandidate {
  readonly name: string;
  readonly version: string;
  readonly provider: "wheel" | "sdist" | "nixpkgs" | "chan";
  readonly build?: string;
  readonly needs: readonly string[];
  /** They hold where the package they name is there. */
  readonly constrains: readonly string[];
}

export interface MixedWorld {
  readonly candidates: readonly MixedCandidate[];
  /** Some with a build pattern behind a blank. */
  readonly requirements: readonly string[];
  readonly order: readonly string[];
  readonly prefer: "provider" | "newest";
  readonly lowest: boolean;
}

export const MIXED_NAMES = ["alpha", "beta", "gamma", "delta"] as const;
const VERSIONS = ["1.0", "2.0", "3.0"] as const;
const PROVIDERS = ["wheel", "sdist", "nixpkgs", "chan"] as const;

const OPERATORS = [">=", "<=", "==", "<", ">"] as const;
/** Those that many versions meet come more often. */
const LOOSE = [">=", ">=", ">=", "<="] as const;

function needs(names: readonly string[], operators: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...operators), fc.constantFrom(...VERSIONS))
    .map((parts) => parts.join(""));
}

function candidatesOf(
  names: readonly string[],
  need: fc.Arbitrary<string>,
): fc.Arbitrary<MixedCandidate> {
  return fc
    .record({
      name: fc.constantFrom(...names),
      version: fc.constantFrom(...VERSIONS),
      provider: fc.constantFrom(...PROVIDERS),
      build: fc.constantFrom("b0", "b1"),
      needs: fc.array(need, { maxLength: 2 }),
      constrains: fc.array(need, { maxLength: 1 }),
    })
    .map(({ build, constrains, ...rest }) => {
      const others = (text: string): boolean => !text.startsWith(rest.name);
      return {
        ...rest,
        ...(rest.provider === "chan"
          ? { build, constrains: constrains.filter(others) }
          : { constrains: [] }),
        needs: rest.needs.filter(others),
      };
    });
}

/** An sdist has the metadata of the wheel of its version. */
function withSameMetadata(candidates: readonly MixedCandidate[]): readonly MixedCandidate[] {
  return candidates.map((one) => {
    if (one.provider !== "sdist") return one;
    const wheel = candidates.find(
      ({ name, version, provider }) =>
        provider === "wheel" && name === one.name && version === one.version,
    );
    return wheel === undefined ? one : { ...one, needs: wheel.needs };
  });
}

export interface MixedOptions {
  /** How many names there are, three or four. */
  readonly names?: number;
  /** How many candidates there are. */
  readonly least?: number;
  readonly most?: number;
  /** Whether most needs can be met. */
  readonly loose?: boolean;
}

/** Worlds of a few names whose candidates come from four providers. */
export function mixedWorlds({
  names: count = 3,
  least = 3,
  most = 14,
  loose = false,
}: MixedOptions = {}): fc.Arbitrary<MixedWorld> {
  const names = MIXED_NAMES.slice(0, count);
  const need = needs(names, loose ? LOOSE : OPERATORS);
  return fc.record({
    candidates: fc
      .uniqueArray(candidatesOf(names, need), {
        minLength: least,
        maxLength: most,
        selector: ({ name, version, provider, build }) => `${name} ${version} ${provider} ${build}`,
      })
      .map(withSameMetadata),
    requirements: fc.array(
      fc
        .tuple(need, fc.constantFrom("", "", "", " b1", " b*"))
        .map(([text, build]) => text + build),
      { minLength: 1, maxLength: 3 },
    ),
    order: fc.shuffledSubarray([...PROVIDERS], { minLength: 2 }),
    prefer: fc.constantFrom("provider", "provider", "newest"),
    lowest: fc.boolean(),
  });
}

/** A requirement of a world, with its build pattern where it has one. */
export function requirementOf(text: string): Requirement {
  const [line = "", build] = text.split(" ");
  return { ...parseRequirement(line), ...(build === undefined ? {} : { build }) };
}

function releasesOf({ candidates }: MixedWorld): MemoryReleases {
  const releases: Record<string, Record<string, MemoryRelease>> = {};
  for (const { name, version, provider, needs } of candidates) {
    if (provider !== "wheel" && provider !== "sdist") continue;
    const own = (releases[name] ??= {});
    const before = own[version] ?? { wheels: [], sdist: false };
    own[version] =
      provider === "wheel"
        ? { ...before, requires: needs, wheels: ["py3-none-any"] }
        : { requires: needs, ...before, sdist: true };
  }
  return releases;
}

function folderOf({ candidates }: MixedWorld): CondaFolder {
  const own = candidates.filter(({ provider }) => provider === "chan");
  const records = own.map(({ name, version, build = "b0", needs, constrains }): CondaRecord => ({
    name,
    version,
    build,
    buildNumber: 0,
    channel: "chan",
    subdir: "noarch",
    filename: `${name}-${version}-${build}.conda`,
    url: `memory:${name}-${version}-${build}.conda`,
    depends: needs.map(condaText),
    constrains: constrains.map(condaText),
    trackFeatures: [],
    needsPython: needs.map(condaText).some((need) => /^python(?![\w.-])/.test(need)),
  }));
  const names = [...new Set(records.map(({ name }) => name))].toSorted();
  return {
    channel: "chan",
    subdir: "noarch",
    records: (name) => records.filter((one) => one.name === name),
    namesLike: (name) => names.filter((one) => one === name),
    names: () => names,
    close: () => undefined,
  };
}

/** `beta>=1.0` as a match specification. */
function condaText(text: string): string {
  return text.replace(/^([a-z]+)/, "$1 ");
}

/** Each conda package is the project of its name. */
const MAPPING = new NameMapping({
  own: Object.fromEntries(MIXED_NAMES.map((name) => [name, [name]])),
});

/** The world as the resolver takes it. */
export function mixedInput(world: MixedWorld): ResolveInput {
  const packages = Object.fromEntries(
    world.candidates
      .filter(({ provider }) => provider === "nixpkgs")
      .map(({ name, version, needs }) => [
        `${name}_${version.replace(".", "_")}`,
        { pname: name, version, requirements: needs },
      ]),
  );
  const list = JSON.stringify({ version: 1, pythons: { "3.12": { packages } } });
  return {
    ...inputOf({
      requirements: [],
      index: new MemoryIndex(releasesOf(world), { sdists: true }),
      providers: { _default: world.order },
      nixpkgs: readNixpkgsList(list, "nixpkgs.json"),
      conda: { channels: new Map([["chan", [folderOf(world)]]]), virtual: [], mapping: MAPPING },
      steering: { prefer: world.prefer, order: world.lowest ? "lowest" : "highest" },
    }),
    requirements: world.requirements.map(requirementOf),
  };
}

/** The name that a need or requirement is about. */
export function nameOf(text: string): string {
  return normalizeName(parseRequirement(text.split(" ")[0] as string).name);
}
