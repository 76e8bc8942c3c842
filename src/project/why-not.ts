import { dirname, resolve } from "node:path";
import type { Json, PackageName } from "../base/index.ts";
import { targetsOf } from "../emit/index.ts";
import { type Lock, type LockedTarget, readLockFile, requirementsOfSet } from "../lock/index.ts";
import { parseRequirement, type Requirement } from "../requirement/index.ts";
import { conflictFacts, type Resolution } from "../resolve/index.ts";
import { comparePep440, satisfiesPep440, tryParsePep440 } from "../version/index.ts";
import { explanationFrom } from "./conflict-error.ts";
import { planLock } from "./lock-plan.ts";
import { resolvePlan } from "./resolve-plan.ts";
import { readSettings } from "./read-settings.ts";
import type { Session } from "./session.ts";
import { withoutSets } from "./set-settings.ts";
import type { Settings } from "./settings.ts";

export interface WhyNotRequest {
  /** What is missed: `numpy==2.0`, `numpy>=2`. */
  readonly requirement: string;
  /** The lock's file, relative to the session's folder. */
  readonly lock: string;
  /** Names of targets; all of the lock's where there are none. */
  readonly targets: readonly string[];
  /** Of a lock with sets only this one; all where it is left out. */
  readonly set?: string;
}

/** A pin that taking the version asked about would change; undefined: there is none. */
export interface ChangedPin {
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
}

export type WhyNot = { readonly target: string; readonly set?: string } & (
  | { readonly kind: "locked"; readonly version: string }
  /** It would fit. */
  | {
      readonly kind: "fits";
      readonly version: string;
      readonly provider: string;
      /** What the lock has. */
      readonly locked?: string;
      readonly reason: string;
      readonly changes: readonly ChangedPin[];
    }
  | { readonly kind: "conflict"; readonly explanation: string; readonly conflict: Json }
);

const QUESTION = "your question";

/**
 * Why a lock has not what a requirement asks for, by solving the lock's requirements with it, as of the
 * lock's date: a conflict with its explanation, or what is preferred to it. One answer a target.
 */
export async function whyNot(session: Session, request: WhyNotRequest): Promise<readonly WhyNot[]> {
  const path = resolve(session.cwd, request.lock);
  const { lock } = readLockFile(path);
  const settings = await readSettings(dirname(path));
  const question = { ...parseRequirement(request.requirement), place: { file: QUESTION } };
  const answers: WhyNot[] = [];
  for (const target of targetsOf(lock, request.targets, request.set)) {
    answers.push(await answerFor(session, { question, lock, target, settings }));
  }
  return answers;
}

interface Question {
  readonly question: Requirement;
  readonly lock: Lock;
  readonly target: LockedTarget;
  readonly settings: Settings;
}

async function answerFor(session: Session, asked: Question): Promise<WhyNot> {
  const { question, target } = asked;
  const { name, set } = target;
  const about = { target: name, ...(set === undefined ? {} : { set }) };
  const pin = target.pins.find(({ name }) => name === question.name);
  if (pin !== undefined && meets(pin.version, question)) {
    return { ...about, kind: "locked", version: pin.version };
  }
  const outcome = await solved(session, asked, question);
  if (outcome.kind === "conflict") {
    const conflict = conflictFacts(outcome);
    return {
      ...about,
      kind: "conflict",
      explanation: explanationFrom(session.cwd, outcome),
      conflict,
    };
  }
  const found = pinOf(outcome, question.name);
  const free = pin === undefined ? undefined : await solved(session, asked);
  const chosen = free?.kind === "resolution" ? pinOf(free, question.name) : undefined;
  return {
    ...about,
    kind: "fits",
    version: found?.version ?? "",
    provider: found?.provider ?? "",
    ...(pin === undefined ? {} : { locked: pin.version }),
    reason: reasonOf({ question, locked: pin, chosen, found }),
    changes: changesOf(target, outcome),
  };
}

function meets(version: string, { specifiers }: Requirement): boolean {
  if (tryParsePep440(version) === undefined) return specifiers.specifiers.length === 0;
  return satisfiesPep440(version, specifiers, { prereleases: true });
}

/** The lock's requirements, and what is asked about, solved anew as of the lock's date. */
async function solved(
  session: Session,
  { lock, target, settings }: Question,
  question?: Requirement,
): ReturnType<typeof resolvePlan> extends Promise<readonly (infer T)[]> ? Promise<T> : never {
  const plan = await planLock(
    session,
    {
      inputs: [],
      packages: requirementsOfSet(lock, target.set),
      pythons: [target.python],
      platforms: [target.platform],
      providers: lock.providers,
      date: lock.date,
    },
    { settings: withoutSets(settings) },
  );
  const { input } = plan;
  const requirements = question === undefined ? [] : [question];
  const [outcome] = await resolvePlan(session, {
    ...plan,
    input: { ...input, requirements: [...input.requirements, ...requirements] },
    ...(question === undefined ? {} : { question }),
  });
  if (outcome === undefined) throw new Error("no target");
  return outcome;
}

interface Version {
  readonly version: string;
  readonly provider: string;
}

function pinOf({ pins }: Resolution, name: PackageName): Version | undefined {
  return pins.find((pin) => pin.name === name);
}

function reasonOf({
  question,
  locked,
  chosen,
  found,
}: {
  readonly question: Requirement;
  readonly locked: Version | undefined;
  readonly chosen: Version | undefined;
  readonly found: Version | undefined;
}): string {
  const { name } = question;
  if (locked === undefined) return `nothing asks for ${name}`;
  if (chosen !== undefined && meets(chosen.version, question)) {
    return `the lock keeps its versions until \`--upgrade=${name}\``;
  }
  const preferred = chosen ?? locked;
  if (found !== undefined && preferred.provider !== found.provider) {
    return `${name} ${preferred.version} comes from ${preferred.provider}, which is preferred to ${found.provider}`;
  }
  return found !== undefined && isNewer(preferred.version, found.version)
    ? `${name} ${preferred.version} is newer`
    : `the resolution prefers ${name} ${preferred.version}`;
}

function isNewer(a: string, b: string): boolean {
  const [x, y] = [tryParsePep440(a), tryParsePep440(b)];
  return x !== undefined && y !== undefined && comparePep440(x, y) > 0;
}

function changesOf({ pins }: LockedTarget, outcome: Resolution): readonly ChangedPin[] {
  const before = new Map<string, string>(pins.map(({ name, version }) => [name, version]));
  const after = new Map<string, string>(outcome.pins.map(({ name, version }) => [name, version]));
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((name) => {
    const [from, to] = [before.get(name), after.get(name)];
    if (from === to) return [];
    return [{ name, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}
