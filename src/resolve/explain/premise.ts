import type { PackageName } from "../../base/index.ts";
import { condaNameOf, type LaterRelease, newestFirst, shownName } from "../../provider/index.ts";
import { nodeName } from "../node-name.ts";
import { type Derivation, EMPTY, type Term, union } from "../../pubgrub/index.ts";
import type { Requirement } from "../../requirement/index.ts";
import { matchesConda, satisfiesPep440, type SpecifierSet } from "../../version/index.ts";
import type { Conflict, ConflictCause, ConflictPackage } from "../types.ts";
import { listText, rangesText, subjectText } from "./version-text.ts";
import { buildReason } from "./build-reason.ts";
import { chainsOf } from "./chains.ts";
import { dayText } from "./day-text.ts";
import { refusedText } from "./refusal-text.ts";
import { withinText } from "./within-text.ts";

/** A leaf of a derivation. */
export type Premise = Extract<Derivation<ConflictCause>, { kind: "external" }>;

/** Where a requirement stands, as `file:line`; the input where that is not known. */
export function placeText({ place }: Requirement): string {
  if (place?.file === undefined) return "the input";
  return place.line === undefined ? place.file : `${place.file}:${place.line}`;
}

/** A requirement as written, without its marker and hashes. */
export function requirementText({ text, reference }: Requirement): string {
  if (reference !== undefined) return text;
  return (text.split(/;|\s--/)[0] as string).trim();
}

function needText({
  name,
  extras,
  specifiers,
  need,
}: {
  need?: string;
  name: string;
  extras: readonly string[];
  specifiers: SpecifierSet;
}): string {
  if (need !== undefined) return need;
  return `${name}${extras.length === 0 ? "" : `[${extras.join(",")}]`}${specifiers.text}`;
}

/** What a premise says, as a sentence without a stop. */
export function premiseText(premise: Premise, conflict: Conflict): string {
  const { cause, terms } = premise;
  switch (cause.kind) {
    case "root":
      return "the requirements are to be met";
    case "input":
      return `${placeText(cause.requirement)} asks for ${requirementText(cause.requirement)}${absence(premise, conflict)}`;
    case "constraint":
      return `${placeText(cause.requirement)} allows only ${requirementText(cause.requirement)}`;
    case "requires":
      return requiresText(premise, cause, conflict);
    case "constrains":
      return constrainsText(premise, cause.need, conflict);
    case "twin":
      return twinText(premise, conflict);
    default: {
      const [package_, term] = selected(terms, conflict);
      const { text } = subjectText(package_, term.set);
      const isNoSdist = cause.kind === "refused" && cause.reason.kind === "no-sdist";
      const subject = isNoSdist ? text.replaceAll(" (sdist)", "") : text;
      return `${subject} ${refusedText(cause, { package_, term, conflict })}`;
    }
  }
}

/** The first term's package, which is what a refusal is about. */
function selected(terms: readonly Term[], conflict: Conflict): readonly [ConflictPackage, Term] {
  const term = terms[0] as Term;
  return [conflict.packages[term.package] as ConflictPackage, term];
}

function requiresText(
  premise: Premise,
  cause: Extract<ConflictCause, { kind: "requires" }>,
  conflict: Conflict,
): string {
  const [package_, term] = selected(premise.terms, conflict);
  const condition = premise.terms
    .slice(1)
    .map((other) => conflict.packages[other.package])
    .find((other) => other?.extra !== undefined && other.name === package_.name);
  const { text, plural } = subjectText(package_, term.set, condition?.extra);
  const what =
    cause.reference === undefined
      ? needText(cause)
      : `${cause.name} from ${sourceText(cause.reference)}`;
  const verb = plural ? "need" : "needs";
  return `${text} ${verb} ${what}${overrideText(cause)}${absence(premise, conflict)}`;
}

/** What an override of the user's is told with: its file, and why it is there. */
function overrideText({ override }: Extract<ConflictCause, { kind: "requires" }>): string {
  if (override === undefined) return "";
  const file = override.place?.file ?? "the settings";
  return ` by an override in ${file}${override.reason === "" ? "" : ` ("${override.reason}")`}`;
}

function constrainsText(premise: Premise, need: string, conflict: Conflict): string {
  const [package_, term] = selected(premise.terms, conflict);
  const { text, plural } = subjectText(package_, term.set);
  return `${text} ${plural ? "go" : "goes"} only with ${need}, where that is there at all`;
}

/** The same in both directions, so that it is told once. */
function twinText({ terms, cause }: Premise, conflict: Conflict): string {
  const [package_] = selected(terms, conflict);
  const other = cause.kind === "twin" ? cause.name : package_.name;
  const [conda, project] = [package_.name, other].toSorted(
    (a, b) => Number(condaNameOf(a) === undefined) - Number(condaNameOf(b) === undefined),
  ) as [PackageName, PackageName];
  return `conda's ${shownName(conda)} and PyPI's ${project} are one project, of which there is one version`;
}

function sourceText(reference: NonNullable<Requirement["reference"]>): string {
  return reference.kind === "path" ? reference.path : reference.url;
}

/** What is added to a need that nothing meets; "" for others. */
function absence({ terms, cause }: Premise, conflict: Conflict): string {
  if (cause.kind !== "input" && cause.kind !== "requires") return "";
  const need = cause.kind === "input" ? cause.requirement : cause;
  const name = cause.kind === "input" ? nodeName(cause.requirement) : cause.name;
  const shown = shownName(name);
  const asked = conflict.packages.findIndex((p) => p.name === name && p.extra === undefined);
  if (asked < 0 || terms.slice(1).some((term) => isOf(term, name, conflict))) return "";
  if (cause.kind === "input" && terms.some((term) => isOf(term, name, conflict))) return "";
  if (terms[0]?.package === asked) return ", which is another version of itself";
  const package_ = conflict.packages[asked] as ConflictPackage;
  if (package_.list === undefined && package_.versions.length === 0) {
    return condaNameOf(name) === undefined
      ? `, but no index has a project named ${name}`
      : `, but no channel has a package named ${shown}`;
  }
  const later = laterRelease(package_, need.specifiers);
  if (later !== undefined) {
    return `, but ${shown} ${later.version} appeared on ${dayText(later.uploadTime)}, after the snapshot date ${dayText(conflict.date)}`;
  }
  if (package_.versions.length === 0) return `, but there is no release of ${shown}`;
  const builds = cause.kind === "input" ? otherBuilds(package_, cause.requirement) : undefined;
  return `, but ${builds ?? availableText(package_)}`;
}

/** Where only the build asked for is missing: which others there are. */
function otherBuilds(
  { list, name, versions }: ConflictPackage,
  { conda }: Requirement,
): string | undefined {
  if (conda?.fields.has("build") !== true || list?.condaRecord === undefined) return undefined;
  const anyBuild = { ...conda, tests: conda.tests.filter(([field]) => field !== "build") };
  const builds = versions.flatMap((version, i) => {
    const record = list.condaRecord?.(i);
    const isOther = record !== undefined && matchesConda(anyBuild, record);
    return isOther ? [`${version} ${record.build}`] : [];
  });
  const [first, ...more] = builds;
  if (first === undefined) return undefined;
  if (more.length === 0) return `the only build of ${shownName(name)} that fits else is ${first}`;
  const shown = builds.slice(0, MANY_BUILDS);
  const others = builds.length - shown.length;
  return `${shownName(name)} has no such build: there are ${listText(shown)}${others > 0 ? ` and ${others} more` : ""}`;
}

/** More builds than this are counted. */
const MANY_BUILDS = 5;

/** The first release after the snapshot date that would meet a specifier. */
export function laterRelease(
  { list }: ConflictPackage,
  specifiers: SpecifierSet,
): LaterRelease | undefined {
  const later = list?.later() ?? [];
  return later.findLast(({ version }) => satisfiesPep440(version, specifiers));
}

/** Whether a term is about a project or one of its extras. */
function isOf(term: Term, name: string, conflict: Conflict): boolean {
  return conflict.packages[term.package]?.name === name;
}

function availableText({ name: node, versions, references }: ConflictPackage): string {
  const name = shownName(node);
  const all = [...new Set(versions.slice(0, versions.length - references.length))];
  const listed = newestFirst(all, (version) => version);
  if (listed.length === 1) return `the only version of ${name} is ${listed[0]}`;
  if (listed.length <= 5) return `${name} has only ${listText(listed.toReversed())}`;
  return `${name} has no such version: there are ${listed.length}, from ${listed.at(-1)} to ${listed[0]}`;
}

/** More needs of one project on another than this are told as one. */
export const MANY_NEEDS = 3;

/** What needs with one key have in common: a project's versions that need another. */
export function needKey({ cause, terms }: Premise): string | undefined {
  if (cause.kind !== "requires" || terms.length < 2) return undefined;
  return `${terms[0]?.package} ${cause.name}`;
}

/** Premises as sentences, many needs of one project on another as one. */
export function premiseTexts(premises: readonly Premise[], conflict: Conflict): readonly string[] {
  const groups = new Map<string, Premise[]>();
  for (const chain of chainsOf(mergeRefusals(premises))) {
    const [premise] = chain;
    if (premise === undefined) continue;
    if (chain.length > 1) {
      groups.set(`chain ${premise.id}`, [...chain]);
      continue;
    }
    const key = needKey(premise) ?? `${premise.id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [premise]);
    else group.push(premise);
  }
  const texts = [...groups].flatMap(([key, group]) =>
    key.startsWith("chain ")
      ? [chainText(group, conflict)]
      : group.length > MANY_NEEDS
        ? [manyNeedsText(group, conflict)]
        : group.map((premise) => premiseText(premise, conflict)),
  );
  return [...new Set(texts)];
}

/** Refusals of one project's versions for one reason as one, where the first of them stands. */
function mergeRefusals(premises: readonly Premise[]): readonly Premise[] {
  const merged = new Map<string, Premise>();
  for (const premise of premises) {
    const { cause, terms, id } = premise;
    const told = refusalKey(cause);
    const key = told === undefined ? `${id}` : `${terms[0]?.package} ${told}`;
    const same = merged.get(key);
    const [term] = terms;
    if (same === undefined || term === undefined) merged.set(key, premise);
    else {
      const set = union(same.terms[0]?.set ?? EMPTY, term.set);
      merged.set(key, { ...same, terms: [{ ...term, set }] });
    }
  }
  return [...merged.values()];
}

/** What refusals that are told as one have in common. */
function refusalKey(cause: ConflictCause): string | undefined {
  if (cause.kind === "broken") return `${cause.built} ${buildReason(cause.reason).why}`;
  return cause.kind === "refused" ? JSON.stringify(cause) : undefined;
}

/** How many packages of a chain are named before its end. */
const NAMED = 3;

/** Needs that follow one another: the first, a few of those between, the last. */
function chainText(chain: readonly Premise[], conflict: Conflict): string {
  const [first] = chain as readonly [Premise];
  const last = chain.at(-1) as Premise;
  const between = chain.slice(1).map(({ terms }) => selected(terms, conflict)[0].name);
  const named = between.slice(0, NAMED).map(shownName);
  const more = between.length - named.length;
  const through = more > 0 ? [...named, `${more} more`] : named;
  const end = last.cause.kind === "requires" ? needText(last.cause) : "";
  const [package_, term] = selected(first.terms, conflict);
  const { text, plural } = subjectText(package_, term.set);
  return `${text} ${plural ? "need" : "needs"}, through ${listText(through)}, ${end}${absence(last, conflict)}`;
}

function manyNeedsText(group: readonly Premise[], conflict: Conflict): string {
  let set = EMPTY;
  const needs = new Set<string>();
  for (const premise of group) {
    set = union(set, premise.terms[0]?.set ?? EMPTY);
    if (premise.cause.kind === "requires")
      needs.add(needText(premise.cause) + overrideText(premise.cause));
  }
  const [package_] = selected((group[0] as Premise).terms, conflict);
  const { text, plural } = subjectText(package_, set);
  const [first, ...others] = [...needs];
  const last = others.at(-1) ?? first;
  const verb = plural ? "need" : "needs";
  if (others.length === 0) return `${text} ${verb} ${first}`;
  const within = withinText(group, conflict);
  if (within !== undefined) return `${text} ${verb} ${within}`;
  return `${text} ${verb} one of ${needs.size} sets of versions, from ${last} to ${first}`;
}

/** The versions that a premise's first term is about, for machines. */
export function premiseVersions(premise: Premise, conflict: Conflict): string {
  const [package_, term] = selected(premise.terms, conflict);
  return rangesText(package_, term.set);
}
