import { basename, extname, relative, resolve as resolvePath, sep } from "node:path";
import { SET_NAME } from "../lock/index.ts";
import {
  askedRequirements,
  attempt,
  type Conflict,
  conflictFacts,
  explainConflict,
  type Remedy,
  type Resolution,
  type ResolveInput,
} from "../resolve/index.ts";
import { requirementKey } from "./input-sets.ts";
import type { LockPlan } from "./lock-plan.ts";
import { readRequest } from "./read-request.ts";
import { patience } from "./remedies.ts";
import { partsOf, type RequestPart, withoutPart } from "./request-parts.ts";
import type { Session } from "./session.ts";

/** A part of the request, and the requirements that nothing else of it brings. */
interface OwnPart extends RequestPart {
  readonly own: ReadonlySet<string>;
}

/** A part that is locked apart, and what that gives. */
interface SetOfPart {
  readonly part: RequestPart;
  readonly set: string;
  readonly resolution: Resolution;
}

/**
 * A conflict between extras, groups or files that were asked for together, with the advice to lock them
 * as separate sets before all others, if each of these has a solution; other conflicts as they are.
 */
export async function withSetRemedy(
  session: Session,
  conflict: Conflict,
  { plan, asked }: { readonly plan: LockPlan; readonly asked: ResolveInput },
): Promise<Conflict> {
  const parts = await ownParts(session, plan);
  const apart = await solveApart(session, conflict, { parts, asked });
  if (apart === undefined) return conflict;
  const remedy = remedyOf(namedSets(apart), { session, plan, conflict });
  const told = { ...conflict, remedies: [remedy, ...(conflict.remedies ?? [])] };
  // What is told of it is read while the index is open.
  conflictFacts(told);
  explainConflict(told);
  return told;
}

async function ownParts(session: Session, { request }: LockPlan): Promise<readonly OwnPart[]> {
  const all = await keysOf(session, request);
  const found: OwnPart[] = [];
  for (const part of partsOf(request)) {
    const others = new Set(await keysOf(session, withoutPart(request, part)));
    found.push({ ...part, own: new Set(all.filter((key) => !others.has(key))) });
  }
  return found;
}

async function keysOf(session: Session, request: LockPlan["request"]): Promise<readonly string[]> {
  const { requirements, constraints } = await readRequest(session, request);
  return [...requirements, ...constraints].map(requirementKey);
}

type Solved = Omit<SetOfPart, "set">;

/** Each of the parts that clash with all that is in none of them, solved; undefined where one is not. */
async function solveApart(
  session: Session,
  conflict: Conflict,
  { parts, asked }: { readonly parts: readonly OwnPart[]; readonly asked: ResolveInput },
): Promise<readonly Solved[] | undefined> {
  const all = patience(session, "all");
  let clashing = partsIn(conflict, parts);
  while (clashing.length > 1 && all.goOn()) {
    const solved: Solved[] = [];
    let failed: Conflict | undefined;
    for (const part of clashing) {
      const others = clashing.filter((other) => other !== part);
      const outcome = await attempt(withoutParts(asked, others), patience(session, "try"));
      if (outcome?.kind !== "resolution") failed = outcome;
      if (outcome?.kind !== "resolution") break;
      solved.push({ part, resolution: outcome });
    }
    if (solved.length === clashing.length) return solved;
    const seen = clashing;
    const more = failed === undefined ? [] : partsIn(failed, parts);
    clashing = parts.filter((part) => seen.includes(part) || more.includes(part));
    if (clashing.length === seen.length) return undefined;
  }
  return undefined;
}

function partsIn(conflict: Conflict, parts: readonly OwnPart[]): readonly OwnPart[] {
  const keys = askedRequirements(conflict).map(requirementKey);
  return parts.filter(({ own }) => keys.some((key) => own.has(key)));
}

function withoutParts(asked: ResolveInput, parts: readonly OwnPart[]): ResolveInput {
  const isKept = (one: ResolveInput["requirements"][number]): boolean =>
    parts.every(({ own }) => !own.has(requirementKey(one)));
  return {
    ...asked,
    requirements: asked.requirements.filter(isKept),
    constraints: asked.constraints.filter(isKept),
  };
}

/** The sets by the names of their parts, as far as these are names of sets and differ. */
function namedSets(solved: readonly Solved[]): readonly SetOfPart[] {
  const names = solved.map(({ part: { kind, name } }) =>
    kind === "file" ? basename(name, extname(name)) : name,
  );
  const areNames = new Set(names).size === names.length && names.every((one) => SET_NAME.test(one));
  return solved.map((one, i) => ({ ...one, set: areNames ? (names[i] ?? "") : `set-${i + 1}` }));
}

function remedyOf(
  sets: readonly SetOfPart[],
  {
    session,
    plan,
    conflict,
  }: { readonly session: Session; readonly plan: LockPlan; readonly conflict: Conflict },
): Remedy {
  const names = listOf(sets.map(({ part }) => part.name));
  const how = sets.some(({ part }) => part.kind === "file")
    ? `sets = ${setsText(sets, (path) => fromLock(path, { session, plan }))} in mach-nix.toml beside the lock`
    : `conflicts = [[${sets.map(({ part: { kind, name } }) => `{ ${kind} = ${JSON.stringify(name)} }`).join(", ")}]] below [tool.uv] in pyproject.toml`;
  const given = differenceText(sets, conflict);
  return {
    kinds: ["sets"],
    texts: [`lock ${names} as separate sets${given}: ${how}`],
    pins: {},
  };
}

const KEYS = { extra: "extras", group: "groups", file: "files" } as const;

/** An inline table of TOML, whose quoted texts are those of JSON. */
function setsText(sets: readonly SetOfPart[], path: (name: string) => string): string {
  const tables = sets.map(({ set, part: { kind, name } }) => {
    const value = JSON.stringify(kind === "file" ? path(name) : name);
    return `${set.includes(".") || set.includes("+") ? JSON.stringify(set) : set} = { ${KEYS[kind]} = [${value}] }`;
  });
  return `{ ${tables.join(", ")} }`;
}

function fromLock(
  path: string,
  { session, plan }: { readonly session: Session; readonly plan: LockPlan },
): string {
  return relative(plan.base, resolvePath(session.cwd, path)).split(sep).join("/");
}

/** `, with torch 2.1 in cpu and torch 2.5 in gpu`: what the clash is about. */
function differenceText(sets: readonly SetOfPart[], { packages }: Conflict): string {
  for (const { name } of packages) {
    const found = sets.map(
      ({ resolution }) => resolution.pins.find((pin) => pin.name === name)?.version,
    );
    if (found.includes(undefined) || new Set(found).size < 2) continue;
    return `, with ${listOf(sets.map(({ set }, i) => `${name} ${found[i]} in ${set}`))}`;
  }
  return "";
}

function listOf(texts: readonly string[]): string {
  return texts.length < 3
    ? texts.join(" and ")
    : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}
