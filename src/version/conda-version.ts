import { quoted, versionError } from "./errors.ts";
import type { Ordering } from "./pep440-compare.ts";
import { stripSpace } from "./python-space.ts";

/** A run of digits, or of anything else; `post` is Infinity, above every number. */
type Run = number | bigint | string;

/** A conda version, taken apart as conda's `VersionOrder` does. */
export interface CondaVersion {
  /** Lower case, trimmed, `-` as `_`. */
  readonly text: string;
  /** The epoch, then the components; each begins with a number. */
  readonly components: readonly (readonly Run[])[];
  readonly local: readonly (readonly Run[])[];
}

/** Longer texts are refused: no real version comes near. */
const MAX_LENGTH = 1024;
const MAX_KEPT = 64;

const CHARACTERS = /^[*.+!_0-9a-z]+$/;
const DIGITS = /^\d+$/;
const RUNS = /\d+|\*+|[^\d*]+/g;

/** What a component or a run that is not there counts as: 1.1 is 1.1.0. */
const FILL = 0;
const NO_RUNS: readonly Run[] = [];

function readRun(run: string): Run {
  if (/^\d/.test(run)) {
    const value = Number(run);
    return Number.isSafeInteger(value) ? value : BigInt(run);
  }
  // Upper case sorts `dev` below `_` and all letters, above `*` only.
  return run === "post" ? Infinity : run === "dev" ? "DEV" : run;
}

function readComponent(component: string): Run[] | undefined {
  if (DIGITS.test(component)) return [readRun(component)];
  const runs = component.match(RUNS)?.map(readRun);
  if (runs === undefined) return undefined;
  return /^\d/.test(component) ? runs : [FILL, ...runs];
}

/** Splits at `.` and `_`; one `_` at the very end stays, which is how openssl's letters are told. */
function splitComponents(text: string): string[] {
  if (!text.endsWith("_")) return text.split(/[._]/);
  const parts = text.slice(0, -1).split(/[._]/);
  const last = parts.length - 1;
  return parts.with(last, `${parts[last]}_`);
}

function normalize(text: string): string | undefined {
  const lower = stripSpace(text).toLowerCase();
  if (CHARACTERS.test(lower)) return lower;
  if (!lower.includes("-") || lower.includes("_")) return undefined;
  const replaced = lower.replaceAll("-", "_");
  return CHARACTERS.test(replaced) ? replaced : undefined;
}

/** The version, or what is wrong with the text. */
function readVersion(given: string): CondaVersion | string {
  if (given.length > MAX_LENGTH) return "it is too long";
  const text = normalize(given);
  if (text === undefined) return "it has characters that no version has";
  const epochs = text.split("!");
  if (epochs.length > 2) return "it has two epochs";
  const epoch = epochs.length === 2 ? (epochs[0] as string) : "0";
  if (!/^\d+$/.test(epoch)) return "its epoch is not a number";
  const [main, ...locals] = (epochs.at(-1) as string).split("+") as [string, ...string[]];
  if (locals.length > 1) return "it has two local parts";
  if (main === "") return "it has nothing before the local part";
  const components = [epoch, ...splitComponents(main)].map(readComponent);
  const local = locals.flatMap((part) => part.split(/[._]/)).map(readComponent);
  if (components.includes(undefined) || local.includes(undefined)) return "it has an empty part";
  return { text, components: components as Run[][], local: local as Run[][] };
}

/** So many versions are kept as read: the same ones are compared again and again. */
const KEPT = 20_000;
const kept = new Map<string, CondaVersion | string>();

function keptVersion(given: string): CondaVersion | string {
  const known = kept.get(given);
  if (known !== undefined) return known;
  const read = readVersion(given);
  if (kept.size >= KEPT) kept.clear();
  if (given.length <= MAX_KEPT) kept.set(given, read);
  return read;
}

/** As `parseCondaVersion`, with undefined for what is no version. */
export function tryParseCondaVersion(text: string): CondaVersion | undefined {
  const read = keptVersion(text);
  return typeof read === "string" ? undefined : read;
}

/** Reads a version by conda's rules (conda/models/version.py); throws `conda-version-invalid`. */
export function parseCondaVersion(text: string): CondaVersion {
  const read = keptVersion(text);
  if (typeof read !== "string") return read;
  throw versionError("conda-version-invalid", `${quoted(text)} is not a conda version: ${read}`, {
    hint: "conda versions look like 1.2.3, 2024a or 1!1.0_2+local",
    facts: { text },
  });
}

/** Text sorts before numbers. */
function compareRuns(a: Run, b: Run): Ordering {
  if (a === b) return 0;
  if (typeof a === "string") return typeof b === "string" && a > b ? 1 : -1;
  if (typeof b === "string") return 1;
  return a < b ? -1 : 1;
}

function compareLists(a: readonly (readonly Run[])[], b: readonly (readonly Run[])[]): Ordering {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i] ?? NO_RUNS;
    const right = b[i] ?? NO_RUNS;
    for (let j = 0; j < Math.max(left.length, right.length); j++) {
      const order = compareRuns(left[j] ?? FILL, right[j] ?? FILL);
      if (order !== 0) return order;
    }
  }
  return 0;
}

/** The order of two conda versions; throws `conda-version-invalid` for a text that is none. */
export function compareConda(a: string | CondaVersion, b: string | CondaVersion): Ordering {
  const left = typeof a === "string" ? parseCondaVersion(a) : a;
  const right = typeof b === "string" ? parseCondaVersion(b) : b;
  return compareLists(left.components, right.components) || compareLists(left.local, right.local);
}

/**
 * Whether a version begins with another: equal up to the other's last run, which, where it is text,
 * need only begin the same (`1.2alpha` begins with `1.2a`).
 */
export function startsWithConda(version: CondaVersion, prefix: CondaVersion): boolean {
  const hasLocal = prefix.local.length > 0;
  if (hasLocal && compareLists(version.components, prefix.components) !== 0) return false;
  const own = hasLocal ? version.local : version.components;
  const wanted = hasLocal ? prefix.local : prefix.components;
  const last = wanted.length - 1;
  if (compareLists(own.slice(0, last), wanted.slice(0, last)) !== 0) return false;
  const runs = own[last] ?? NO_RUNS;
  const wantedRuns = wanted[last] as readonly Run[];
  const end = wantedRuns.length - 1;
  if (compareLists([runs.slice(0, end)], [wantedRuns.slice(0, end)]) !== 0) return false;
  const run = runs[end] ?? FILL;
  const wantedRun = wantedRuns[end] as Run;
  if (typeof wantedRun !== "string") return compareRuns(run, wantedRun) === 0;
  return typeof run === "string" && run.startsWith(wantedRun);
}
