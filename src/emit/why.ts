import { normalizeName } from "../base/index.ts";
import {
  type Lock,
  type LockedTarget,
  type Pin,
  requirementsOfSet,
  targetLabel,
} from "../lock/index.ts";

/** A release on the way from the input to a package. */
export interface WhyStep {
  readonly name: string;
  readonly version: string;
  readonly extras: readonly string[];
}

/** One way from the input to a package. */
export interface WhyPath {
  /** What the input says of the first step's name, as it stands in the lock. */
  readonly requirements: readonly string[];
  /** From what the input asked for to the package itself. */
  readonly steps: readonly WhyStep[];
}

/** Why targets have a package. */
export interface Why {
  /** The targets that have it for these reasons, by name and set. */
  readonly targets: readonly string[];
  readonly name: string;
  readonly version: string;
  readonly provider: string;
  /** Conda's name of it, where that is another. */
  readonly condaName?: string;
  /** Shortest first; none goes through a release twice. */
  readonly paths: readonly WhyPath[];
  /** There are more paths than were looked for. */
  readonly more: boolean;
}

const MOST_PATHS = 100;
const MOST_STEPS = 100_000;

/**
 * All ways from the input to a package, for each target that has it; targets with the same answer share
 * one. Empty where none has it.
 */
export function whyOf(lock: Lock, targets: readonly LockedTarget[], asked: string): readonly Why[] {
  const answers = new Map<string, Why>();
  for (const target of targets) {
    const answer = whyIn(lock, target, asked);
    if (answer === undefined) continue;
    const key = JSON.stringify([answer.version, answer.provider, answer.paths]);
    const known = answers.get(key);
    const shared = [...(known?.targets ?? []), targetLabel(target)];
    answers.set(key, { ...answer, targets: shared });
  }
  return [...answers.values()];
}

/** The names that targets have, sorted. */
export function packageNames(targets: readonly LockedTarget[]): readonly string[] {
  return [...new Set(targets.flatMap(({ pins }) => pins.map(({ name }) => name)))].toSorted();
}

function whyIn(lock: Lock, target: LockedTarget, asked: string): Why | undefined {
  const pin = pinNamed(target, asked);
  if (pin === undefined) return undefined;
  const { paths, more } = pathsTo(pin, target);
  return {
    targets: [targetLabel(target)],
    name: pin.name,
    version: pin.version,
    provider: pin.provider,
    ...(pin.condaName === undefined ? {} : { condaName: pin.condaName }),
    paths: paths.map((pins) => ({
      requirements: requirementsOf(lock, { name: pins[0]?.name ?? "", set: target.set }),
      steps: pins.map(({ name, version, extras = [] }) => ({ name, version, extras })),
    })),
    more,
  };
}

/** By PyPI's name, or by conda's. */
function pinNamed({ pins }: LockedTarget, asked: string): Pin | undefined {
  const name = normalizeName(asked);
  return (
    pins.find((pin) => pin.name === name) ??
    pins.find((pin) => pin.name === asked || pin.condaName === asked)
  );
}

/** Breadth first against the edges, so that the shortest come first. */
function pathsTo(
  pin: Pin,
  { pins }: LockedTarget,
): { readonly paths: readonly (readonly Pin[])[]; readonly more: boolean } {
  const byName = new Map(pins.map((pin) => [pin.name as string, pin]));
  const paths: (readonly Pin[])[] = [];
  const queue: (readonly Pin[])[] = [[pin]];
  for (let at = 0; at < queue.length; at++) {
    const path = queue[at] as readonly Pin[];
    const [first] = path as [Pin];
    if (paths.length === MOST_PATHS || queue.length > MOST_STEPS) return { paths, more: true };
    if (first.requestedBy.includes("input")) paths.push(path);
    for (const name of first.requestedBy) {
      const next = byName.get(name);
      if (next !== undefined && !path.includes(next)) queue.push([next, ...path]);
    }
  }
  return { paths, more: false };
}

/** What the input, of one set, says of a normalized name, as it stands in the lock. */
export function requirementsOf(
  lock: Lock,
  { name, set }: { readonly name: string; readonly set: string | undefined },
): readonly string[] {
  return requirementsOfSet(lock, set).filter((line) => {
    const spelled = /^(?:-e )?([a-z0-9][a-z0-9._-]*)/i.exec(line)?.[1];
    return spelled !== undefined && normalizeName(spelled) === name;
  });
}

/** The answers for people: a line a path, no more than `most` of each. */
export function whyText(answers: readonly Why[], most: number = Infinity): string {
  return answers.map((answer) => answerText(answer, most)).join("\n");
}

function answerText(
  { targets, name, version, provider, condaName, paths, more }: Why,
  most: number,
): string {
  const lines = paths.slice(0, most).map(({ requirements, steps }) => {
    const asked = requirements.length === 0 ? "input" : requirements.join(" and ");
    return `  ${[asked, ...steps.map(stepText)].join(" → ")}\n`;
  });
  const where = condaName === undefined ? provider : `${provider}, where it is ${condaName}`;
  const head = `${name} ${version} (${where}) on ${targets.join(", ")}\n`;
  return [head, ...lines, restText(paths.length - lines.length, more)].join("");
}

function restText(hidden: number, more: boolean): string {
  if (hidden === 0) return more ? "  … and more ways\n" : "";
  return `  … and ${hidden}${more ? " or more" : ""} longer ways; --all shows them\n`;
}

function stepText({ name, version, extras }: WhyStep): string {
  return `${name}${extras.length === 0 ? "" : `[${extras.join(",")}]`} ${version}`;
}
