import { contains, type Derivation, type VersionSet } from "../../pubgrub/index.ts";
import { matchingIntervals } from "../../version/index.ts";
import type { Conflict, ConflictCause, ConflictPackage } from "../types.ts";
import { nearName } from "./near-name.ts";
import { dayText } from "./day-text.ts";
import { laterRelease, placeText, type Premise, requirementText } from "./premise.ts";
import { pythonFor } from "./python-for.ts";
import { listText, versionsIn } from "./version-text.ts";
import { wheelReason } from "./wheel-reason.ts";

/** What the user can change, most specific first. */
export function adviceFor(conflict: Conflict): readonly string[] {
  const premises = premisesOf(conflict.tree);
  const advice = new Set<string>();
  for (const premise of premises) for (const text of adviceOn(premise, conflict)) advice.add(text);
  for (const text of pythonAdvice(premises, conflict)) advice.add(text);
  const loosen = loosenText(premises);
  if (advice.size === 0 && loosen !== undefined) advice.add(loosen);
  return [...advice];
}

/** The leaves of a derivation, each once, in the order they were found. */
export function premisesOf(tree: Derivation<ConflictCause>): readonly Premise[] {
  const found = new Map<number, Premise>();
  const seen = new Set<number>();
  const open: Derivation<ConflictCause>[] = [tree];
  while (open.length > 0) {
    const node = open.pop() as Derivation<ConflictCause>;
    if (seen.has(node.id)) continue;
    seen.add(node.id);
    if (node.kind === "external") found.set(node.id, node);
    else open.push(...node.causes);
  }
  return [...found.values()].toSorted((a, b) => a.id - b.id);
}

function adviceOn(premise: Premise, conflict: Conflict): readonly string[] {
  const { cause, terms } = premise;
  if (cause.kind === "input" || cause.kind === "requires") return needAdvice(cause, conflict);
  const package_ = conflict.packages[terms[0]?.package ?? 0] as ConflictPackage;
  const set = terms[0]?.set ?? [];
  if (cause.kind === "yanked") {
    const version = versionsIn(package_, set)[0] as string;
    return [`pin ${package_.name}==${version} to take it although it was yanked`];
  }
  if (cause.kind !== "refused") return [];
  const { reason } = cause;
  if (reason.kind === "no-wheel") return wheelAdvice(package_, set, conflict);
  if (reason.kind === "hash") return [`check the hashes given for ${package_.name}`];
  if (reason.kind === "no-binary") return [`drop --no-binary for ${package_.name}`];
  return [];
}

function needAdvice(
  cause: Extract<ConflictCause, { kind: "input" | "requires" }>,
  conflict: Conflict,
): readonly string[] {
  const { name, specifiers } = cause.kind === "input" ? cause.requirement : cause;
  const package_ = conflict.packages.find((p) => p.name === name && p.extra === undefined);
  if (package_ === undefined) return [];
  if (package_.list === undefined && package_.versions.length === 0) {
    const near = nearName(name, conflict.knownNames);
    return [
      near === undefined
        ? `check the name ${name}, or add the index that has it`
        : `did you mean ${near} instead of ${name}?`,
    ];
  }
  const listed = package_.versions.slice(0, package_.versions.length - package_.references.length);
  if (matchingIntervals(specifiers, listed).length > 0) return [];
  const later = laterRelease(package_, specifiers);
  if (later === undefined) return [];
  return [`--date ${dayText(later.uploadTime + DAY)} would have ${name} ${later.version}`];
}

const DAY = 86_400_000;

/** For each project that needs another Python, the nearest one that would do for a version of it. */
function pythonAdvice(premises: readonly Premise[], conflict: Conflict): readonly string[] {
  const nearest = new Map<string, { python: string; version: string; distance: number }>();
  for (const { cause, terms } of premises) {
    if (cause.kind !== "refused" || cause.reason.kind !== "requires-python") continue;
    const package_ = conflict.packages[terms[0]?.package ?? 0] as ConflictPackage;
    const version = versionsIn(package_, terms[0]?.set ?? [])[0];
    const found = pythonFor(cause.reason.specifier, conflict.target.python);
    if (version === undefined || found === undefined) continue;
    const known = nearest.get(package_.name);
    if (known === undefined || found.distance < known.distance) {
      nearest.set(package_.name, { version, ...found });
    }
  }
  return [...nearest].map(
    ([name, { python, version }]) => `--python ${python} would do for ${name} ${version}`,
  );
}

function wheelAdvice(
  package_: ConflictPackage,
  set: VersionSet,
  { target }: Conflict,
): readonly string[] {
  const i = package_.versions.findIndex((_, at) => contains(set, at));
  if (i < 0 || package_.list === undefined) return [];
  const { platform, python } = wheelReason(package_.list, i, target);
  const what = `would do for ${package_.name} ${package_.versions[i]}`;
  if (platform !== undefined) return [`--platform ${platform} ${what}`];
  return python === undefined ? [] : [`--python ${python} ${what}`];
}

function loosenText(premises: readonly Premise[]): string | undefined {
  const texts = new Set(
    premises.flatMap(({ cause }) =>
      cause.kind === "input" || cause.kind === "constraint"
        ? [`${requirementText(cause.requirement)} (${placeText(cause.requirement)})`]
        : [],
    ),
  );
  if (texts.size === 0) return undefined;
  return `change ${texts.size === 1 ? "" : "one of "}${listText([...texts])}`;
}
