import { EMPTY, fromIndices, union, type VersionSet } from "../pubgrub/index.ts";
import type { CandidateList } from "../provider/index.ts";
import { asksForBuild } from "../requirement/index.ts";
import {
  type CondaCandidate,
  compileCondaVersionSpec,
  isPrerelease,
  matchesConda,
  matchingIntervals,
  type MatchSpec,
  parseMatchSpec,
  satisfiesPep440,
  type SpecifierSet,
  tryParsePep440,
} from "../version/index.ts";
import type { Project } from "./project.ts";

/**
 * The candidates that meet a match specification: builds whose record does; others whose version
 * does, unless it asks for what only builds have, and pre-releases only where nothing else is left.
 */
export function condaSet(project: Project, spec: MatchSpec): VersionSet {
  const meets = versionTest(spec);
  const others = spec.tests.filter(([field]) => field !== "version" && field !== "name");
  const onlyBuilds = asksForBuild(spec);
  const found: number[] = [];
  const previews: number[] = [];
  const { versions, list } = project;
  for (let i = 0; i < versions.length; i++) {
    const version = versions[i] as string;
    const record = list?.condaRecord?.(i);
    if (record !== undefined) {
      if (isOther(record, spec)) found.push(i);
      else if (meets(version) && hasFields(record, others)) found.push(i);
    } else if (!onlyBuilds && meets(version)) (isPreview(version) ? previews : found).push(i);
  }
  return fromIndices(found.length === 0 ? previews : found);
}

/** A build of another name that is the same project: it has its own needs. */
function isOther({ name }: CondaCandidate, spec: MatchSpec): boolean {
  return name !== spec.name && !spec.name.includes("*");
}

function hasFields(record: CondaCandidate, tests: MatchSpec["tests"]): boolean {
  for (const [field, test] of tests) {
    const value = record[field];
    if (value === undefined || !test(String(value))) return false;
  }
  return true;
}

/** Each version is decided once; what conda cannot read meets nothing. */
function versionTest({ fields }: MatchSpec): (version: string) => boolean {
  const spec = fields.get("version");
  if (spec === undefined || spec === "*") return () => true;
  const test = compileCondaVersionSpec(spec);
  const known = new Map<string, boolean>();
  return (version) => {
    let answer = known.get(version);
    if (answer === undefined) known.set(version, (answer = decide(test, version)));
    return answer;
  };
}

function decide(test: (version: string) => boolean, version: string): boolean {
  try {
    return test(version);
  } catch {
    return false;
  }
}

function isPreview(version: string): boolean {
  const parsed = tryParsePep440(version);
  return parsed !== undefined && isPrerelease(parsed);
}

/** The candidates that meet PEP 440 specifiers, where some are conda's: of these, one by one. */
export function mixedSet(list: CandidateList, specifiers: SpecifierSet): VersionSet {
  const known = new Map<string, boolean>();
  const found: number[] = [];
  let rest: VersionSet = EMPTY;
  const { versions } = list;
  for (let i = 0; i < versions.length;) {
    const start = i;
    const next = list.starts?.find((at) => at > start) ?? versions.length;
    while (i < next && list.condaRecord?.(i) === undefined) i++;
    if (i > start) {
      const own = matchingIntervals(specifiers, versions.slice(start, i));
      rest = union(
        rest,
        own.map((at) => at + start),
      );
    }
    for (; i < next && list.condaRecord?.(i) !== undefined; i++) {
      if (meets(versions[i] as string, specifiers, known)) found.push(i);
    }
  }
  return union(rest, fromIndices(found));
}

function meets(version: string, specifiers: SpecifierSet, known: Map<string, boolean>): boolean {
  if (specifiers.specifiers.length === 0) return true;
  let answer = known.get(version);
  if (answer === undefined) {
    answer =
      tryParsePep440(version) !== undefined &&
      satisfiesPep440(version, specifiers, { prereleases: true });
    known.set(version, answer);
  }
  return answer;
}

/** The candidates whose build string is like a pattern (`mkl*`). */
export function buildSet({ versions, list }: Project, pattern: string): VersionSet {
  const spec = parseMatchSpec(`*[build="${pattern.replaceAll(/["'\]]/g, "")}"]`);
  const matching = versions.flatMap((_, i) => {
    const record = list?.condaRecord?.(i);
    return record !== undefined && matchesConda(spec, record) ? [i] : [];
  });
  return fromIndices(matching);
}
