import type { MaybePromise, PackageName } from "../base/index.ts";
import type { ReleaseMetadata } from "../provider/index.ts";
import { type CandidateList, condaNameOf } from "../provider/index.ts";
import {
  complement,
  EMPTY,
  fromIndices,
  intersect,
  union,
  type VersionSet,
} from "../pubgrub/index.ts";
import type { DirectReference, Requirement } from "../requirement/index.ts";
import { matchingIntervals, type MatchSpec, type SpecifierSet } from "../version/index.ts";
import { buildSet, condaSet, mixedSet } from "./conda-sets.ts";
import type { MetadataOverride } from "./steering.ts";
import type { ConflictCause, ReferencedFile, ResolvedPin } from "./types.ts";

/** A `Requires-Dist` line that is in effect for the target. */
export interface Need {
  readonly requirement: Requirement;
  readonly project: Project;
  /** Where the user's own metadata says so. */
  readonly override?: MetadataOverride;
}

/** A `Requires-Dist` line that an extra can switch on: only the one named, where that is certain. */
export interface ExtraLine {
  readonly line: string;
  readonly only: string | undefined;
}

/** A candidate's dependencies, read as far as they were asked for. */
export interface Release {
  readonly needs: readonly Need[];
  readonly extraLines: readonly ExtraLine[];
  /** What holds only where the packages named are selected. */
  readonly constrains: readonly Need[];
  readonly twins: readonly TwinNeed[];
  readonly metadata: ReleaseMetadata;
  readonly needsOfExtra: Map<string, readonly Need[]>;
}

/** Candidates of another package of the solver that are the same thing. */
export interface TwinNeed {
  readonly project: Project;
  readonly keys: readonly string[];
}

/** Why a candidate cannot be used although it has a file. */
export interface BrokenRelease {
  readonly broken: string;
  /** Where its metadata excludes the target's Python. */
  readonly requiresPython?: string;
  /** Whether it was tried to build it. */
  readonly built?: boolean;
}

/** A project as one resolution knows it. Candidates are its versions, then what references name. */
export class Project {
  readonly name: PackageName;
  /** Its number for the solver, and those of its extras. */
  readonly id: number;
  readonly extras: Map<string, number> = new Map();
  /** Undefined until it is loaded; null where no index has the name. */
  list: CandidateList | null | undefined;
  loading: Promise<void> | undefined;
  /** By candidate. */
  readonly releases: (MaybePromise<Release | BrokenRelease> | undefined)[] = [];
  readonly references: { readonly reference: DirectReference; readonly file: ReferencedFile }[] =
    [];
  constraints: readonly Requirement[] = [];
  /** Releases by what they were read from, which several candidates may share. */
  readonly read: WeakMap<ReleaseMetadata, Release | BrokenRelease> = new WeakMap();
  /** Candidates that could not be built. */
  readonly unbuildable: Set<number> = new Set();
  /** How often metadata of a candidate had to be waited for. */
  waits: number = 0;
  /** Candidates that some requirement pins exactly: these may be yanked (PEP 592). */
  pinned: VersionSet = EMPTY;
  /** Yanked candidates that were chosen when nothing in effect pinned them: not again. */
  denied: VersionSet = EMPTY;
  /** What a need of these specifiers means: its set, and its cause by the extras it asks for. */
  readonly sets: Map<SpecifierSet, VersionSet> = new Map();
  readonly causes: Map<SpecifierSet, Map<string, ConflictCause>> = new Map();
  readonly condaCauses: Map<string, ConflictCause> = new Map();
  private readonly condaSets = new Map<MatchSpec, VersionSet>();
  private readonly buildSets = new Map<string, VersionSet>();
  private places: ReadonlyMap<string, number> | undefined;
  private prereleaseSet: VersionSet | undefined;

  constructor(name: PackageName, id: number) {
    this.name = name;
    this.id = id;
  }

  get versions(): readonly string[] {
    return this.list?.versions ?? [];
  }

  /** The version of a candidate. */
  version(candidate: number): string {
    const listed = this.versions;
    return candidate < listed.length
      ? (listed[candidate] as string)
      : (this.references[candidate - listed.length]?.file.version ?? "");
  }

  /** What a pin takes from a candidate that was found usable: its file, its build, its attribute. */
  origin(
    candidate: number,
    name: PackageName = this.name,
  ): Pick<ResolvedPin, "file" | "build" | "attribute" | "condaName"> {
    const reference = this.references[candidate - this.versions.length];
    if (reference !== undefined) return { file: reference.file.file };
    const found = this.list?.look(candidate);
    if (found?.kind !== "candidate") throw new Error(`${this.name}: ${candidate} is not usable`);
    const { file, build, attribute } = found;
    const condaName = this.list?.condaRecord?.(candidate)?.name;
    return {
      ...(file === undefined ? {} : { file }),
      ...(build === undefined ? {} : { build }),
      ...(attribute === undefined ? {} : { attribute }),
      ...(condaName === undefined || condaName === name ? {} : { condaName }),
    };
  }

  /** The candidates that may be chosen though they be yanked. */
  get vouched(): VersionSet {
    return intersect(this.pinned, complement(this.denied));
  }

  /** The provider of a candidate, or `reference`. */
  provider(candidate: number): string {
    if (candidate >= this.versions.length) return "reference";
    return this.list?.providerOf?.(candidate) ?? this.list?.provider ?? "";
  }

  /** The listed candidates that meet a specifier set, pre-releases included. */
  matching(specifiers: SpecifierSet): VersionSet {
    const { list } = this;
    if (list?.condaRecord !== undefined) return mixedSet(list, specifiers);
    const starts = this.list?.starts ?? [0];
    if (starts.length === 1) return matchingIntervals(specifiers, this.versions);
    let result: VersionSet = EMPTY;
    for (const [k, start] of starts.entries()) {
      const part = this.versions.slice(start, starts[k + 1]);
      const moved = matchingIntervals(specifiers, part).map((i) => i + start);
      result = union(result, moved);
    }
    return result;
  }

  /** The listed candidates that meet a match specification. */
  matchingConda(spec: MatchSpec): VersionSet {
    let set = this.condaSets.get(spec);
    if (set === undefined) this.condaSets.set(spec, (set = condaSet(this, spec)));
    return set;
  }

  /** The listed candidates with a build like a pattern. */
  withBuild(pattern: string): VersionSet {
    let set = this.buildSets.get(pattern);
    if (set === undefined) this.buildSets.set(pattern, (set = buildSet(this, pattern)));
    return set;
  }

  /** The candidates with these keys. */
  withKeys(keys: readonly string[]): VersionSet {
    this.places ??= new Map(this.versions.map((_, i) => [this.key(i), i]));
    const found = keys.map((key) => this.places?.get(key) ?? -1).filter((i) => i >= 0);
    return fromIndices(found.toSorted((a, b) => a - b));
  }

  private key(i: number): string {
    return this.list?.key?.(i) ?? `${this.provider(i)} ${this.versions[i]}`;
  }

  /** Forgets the list and all that was read of it. */
  reset(): void {
    this.list = undefined;
    this.loading = undefined;
    this.releases.length = 0;
    this.unbuildable.clear();
    this.sets.clear();
    this.condaSets.clear();
    this.buildSets.clear();
    this.places = undefined;
    this.prereleaseSet = undefined;
  }

  /** The candidates that are pre-releases; conda has none. */
  get prereleases(): VersionSet {
    if (condaNameOf(this.name) !== undefined) return EMPTY;
    return (this.prereleaseSet ??= prereleasesOf(this.versions));
  }
}

/** In the public part of a version that PEP 440 knows, these stand in no final release. */
const PRE = /[abc]|pre|dev/i;

function isPreText(version: string): boolean {
  if (!PRE.test(version)) return false;
  const local = version.indexOf("+");
  return local < 0 || PRE.test(version.slice(0, local));
}

function prereleasesOf(versions: readonly string[]): VersionSet {
  let result: number[] | undefined;
  for (let i = 0; i < versions.length; i++) {
    if (!isPreText(versions[i] as string)) continue;
    result ??= [];
    if (result.at(-1) === i) result[result.length - 1] = i + 1;
    else result.push(i, i + 1);
  }
  return result ?? EMPTY;
}
