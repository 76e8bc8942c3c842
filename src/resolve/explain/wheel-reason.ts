import { UserError } from "../../base/index.ts";
import type { CandidateList } from "../../provider/index.ts";
import { explainTags, parsePlatform, type Target } from "../../target/index.ts";
import { listText } from "./version-text.ts";

/** Why no wheel of a version fits, and the target that would help where there is one. */
export interface WheelReason {
  /** Follows the version: `has wheels only for macOS`. */
  readonly text: string;
  /** A platform name. */
  readonly platform?: string;
  /** A Python version. */
  readonly python?: string;
}

/** Why none of a version's wheels fits a target. */
export function wheelReason(list: CandidateList, i: number, target: Target): WheelReason {
  const reasons = list
    .fileNames(i)
    .filter((name) => name.endsWith(".whl"))
    .map((name) => reasonOf(name, target));
  const floors = reasons.filter((reason) => FLOOR.test(reason));
  if (floors.length > 0) return floorReason(floors, target);
  const python = reasons.find((reason) => reason.startsWith("needs Python"));
  if (python !== undefined) return { text: `has a wheel that ${python}` };
  return onlyFor(reasons);
}

function reasonOf(name: string, target: Target): string {
  try {
    return explainTags(name, target);
  } catch (error) {
    if (error instanceof UserError) return "has a name that cannot be read";
    throw error;
  }
}

const FLOOR = /^needs (glibc|musl|macOS) (\d+)\.(\d+)/;

/** The wheel that needs the least is the one that would help soonest. */
function floorReason(reasons: readonly string[], target: Target): WheelReason {
  const parsed = reasons
    .map((text) => ({ text, match: FLOOR.exec(text) }))
    .toSorted((a, b) => floorOf(a.match) - floorOf(b.match));
  const first = parsed[0] as (typeof parsed)[number];
  const [, library = "", major = "", minor = ""] = first.match ?? [];
  const base = target.platform.name.replace(/(?:-glibc|-)?\d+\.\d+$/, "");
  const floor = `${major}.${minor}`;
  const platform = [
    `${base}-${library.toLowerCase()}${floor}`,
    `${base}${floor}`,
    `${base}-${floor}`,
  ].find(isPlatform);
  const text = first.text.replace(/, the target/, "; the target");
  return platform === undefined ? { text } : { text, platform };
}

function floorOf(match: RegExpExecArray | null): number {
  return match === null ? Number.POSITIVE_INFINITY : Number(match[2]) * 1000 + Number(match[3]);
}

function isPlatform(name: string): boolean {
  try {
    parsePlatform(name);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

const FOR = /^is for (.+?)(?: only)?$/;

function onlyFor(reasons: readonly string[]): WheelReason {
  const whats = new Set<string>();
  for (const reason of reasons) {
    const match = FOR.exec(reason);
    if (match === null) return { text: `has a wheel that ${reason}` };
    for (const what of (match[1] as string).split(", ")) whats.add(what);
  }
  const sorted = [...whats].toSorted(byNumber);
  const text = `has wheels only for ${listText(sorted)}`;
  // Only where Python alone is what does not fit.
  if (!sorted.every((what) => INTERPRETER.test(what))) return { text };
  const [, major, minor] = CPYTHON.exec(sorted.findLast((what) => CPYTHON.test(what)) ?? "") ?? [];
  return minor === undefined ? { text } : { text, python: `${major}.${minor}` };
}

const INTERPRETER = /^(?:cp|pp)\d+$/;
const CPYTHON = /^cp(\d)(\d+)$/;

/** `cp39` before `cp310`. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
