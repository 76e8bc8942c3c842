import { quoted, versionError } from "./errors.ts";
import { stripSpace } from "./python-space.ts";

/** A number of a version: a bigint only where a number could not hold it exactly. */
export type Numeral = number | bigint;

/** A version as PEP 440 defines it, taken apart so that two of them compare without parsing. */
export interface Pep440Version {
  /** Canonical: PEP 440 "Normalization"; zeros at the end of the release stay. */
  readonly text: string;
  readonly epoch: Numeral;
  readonly release: readonly Numeral[];
  readonly pre: { readonly letter: "a" | "b" | "rc"; readonly number: Numeral } | undefined;
  readonly post: Numeral | undefined;
  readonly dev: Numeral | undefined;
  /** Canonical, without the `+`. */
  readonly local: string | undefined;
  /** For comparison: how many numbers of the release remain without its zeros at the end. */
  readonly significant: number;
  /** For comparison: -1 only `.dev`, 0 `a`, 1 `b`, 2 `rc`, 3 neither. */
  readonly phase: number;
  /** For comparison: numbers where ASCII digits only, else text. */
  readonly localParts: readonly (Numeral | string)[] | undefined;
}

/** Longer texts are refused: no real version comes near, and exact numbers cost their square. */
const MAX_LENGTH = 4096;

const VERSION =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[._-]?(alpha|a|beta|b|preview|pre|c|rc)[._-]?(\d+)?)?(?:-(\d+)|[._-]?(post|rev|r)[._-]?(\d+)?)?(?:[._-]?(dev)[._-]?(\d+)?)?(?:\+([a-z0-9]+(?:[._-][a-z0-9]+)*))?$/i;

const LETTERS: Readonly<Record<string, "a" | "b" | "rc">> = {
  a: "a",
  alpha: "a",
  b: "b",
  beta: "b",
  c: "rc",
  rc: "rc",
  pre: "rc",
  preview: "rc",
};

const PHASES = { a: 0, b: 1, rc: 2 } as const;

/** The exact value of ASCII digits. */
function numeral(digits: string): Numeral {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

export interface VersionParts {
  readonly epoch: Numeral;
  readonly release: readonly Numeral[];
  readonly pre?: Pep440Version["pre"];
  readonly post?: Numeral | undefined;
  readonly dev?: Numeral | undefined;
  readonly local?: string | undefined;
}

function canonicalText(parts: VersionParts): string {
  const epoch = parts.epoch === 0 ? "" : `${parts.epoch}!`;
  const pre = parts.pre === undefined ? "" : `${parts.pre.letter}${parts.pre.number}`;
  const post = parts.post === undefined ? "" : `.post${parts.post}`;
  const dev = parts.dev === undefined ? "" : `.dev${parts.dev}`;
  const local = parts.local === undefined ? "" : `+${parts.local}`;
  return `${epoch}${parts.release.join(".")}${pre}${post}${dev}${local}`;
}

function significantLength(release: readonly Numeral[]): number {
  let length = release.length;
  while (length > 0 && release[length - 1] === 0) length--;
  return length;
}

function phaseOf(parts: VersionParts): number {
  if (parts.pre !== undefined) return PHASES[parts.pre.letter];
  return parts.post === undefined && parts.dev !== undefined ? -1 : 3;
}

function splitLocal(local: string): (Numeral | string)[] {
  return local.split(".").map((part) => (/^\d+$/.test(part) ? numeral(part) : part));
}

/** A version made of its parts, `local` being canonical. */
export function versionOf(parts: VersionParts): Pep440Version {
  return {
    text: canonicalText(parts),
    epoch: parts.epoch,
    release: parts.release,
    pre: parts.pre,
    post: parts.post,
    dev: parts.dev,
    local: parts.local,
    significant: significantLength(parts.release),
    phase: phaseOf(parts),
    localParts: parts.local === undefined ? undefined : splitLocal(parts.local),
  };
}

/** `1.2.3` and nothing else, without a regular expression: nearly all versions are so. */
function parsePlain(text: string): Pep440Version | undefined {
  const release: number[] = [];
  let value = 0;
  let digits = 0;
  let canonical = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      if (digits === 1 && value === 0) canonical = false;
      value = value * 10 + code - 48;
      digits++;
    } else if (code === 46 && digits > 0 && digits < 16) {
      release.push(value);
      value = 0;
      digits = 0;
    } else return undefined;
  }
  if (digits === 0 || digits > 15) return undefined;
  release.push(value);
  return {
    text: canonical ? text : release.join("."),
    epoch: 0,
    release,
    pre: undefined,
    post: undefined,
    dev: undefined,
    local: undefined,
    significant: significantLength(release),
    phase: 3,
    localParts: undefined,
  };
}

function canonicalLocal(local: string): string {
  return splitLocal(local.toLowerCase().replaceAll(/[_-]/g, ".")).join(".");
}

function optionalNumeral(
  present: string | undefined,
  digits: string | undefined,
): Numeral | undefined {
  if (digits !== undefined) return numeral(digits);
  return present === undefined ? undefined : 0;
}

function parseFull(text: string): Pep440Version | undefined {
  const match = VERSION.exec(stripSpace(text));
  if (match === null) return undefined;
  const [, epoch, release, letter, pre, dashPost, post, postNumber, dev, devNumber, local] = match;
  return versionOf({
    epoch: epoch === undefined ? 0 : numeral(epoch),
    release: (release as string).split(".").map(numeral),
    pre:
      letter === undefined
        ? undefined
        : { letter: LETTERS[letter.toLowerCase()] as "a", number: numeral(pre ?? "0") },
    post: optionalNumeral(post, dashPost ?? postNumber),
    dev: optionalNumeral(dev, devNumber),
    local: local === undefined ? undefined : canonicalLocal(local),
  });
}

/**
 * Reads a version as PEP 440 "Appendix B" has it, with all its normalizations and spaces around it.
 * Gives undefined for anything else.
 */
export function tryParsePep440(text: string): Pep440Version | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  return parsePlain(text) ?? parseFull(text);
}

/** As `tryParsePep440`; throws `version-invalid`. */
export function parsePep440(text: string): Pep440Version {
  const version = tryParsePep440(text);
  if (version !== undefined) return version;
  throw versionError("version-invalid", `${quoted(text)} is not a version`, {
    hint: "versions look like 1.2.3, 1.0rc1 or 2!1.0.post1+local (PEP 440)",
    facts: { text },
  });
}

/** The one spelling of a version (PEP 440 "Normalization"); throws `version-invalid`. */
export function canonicalPep440(text: string): string {
  return parsePep440(text).text;
}

/** The version without its local label, canonical. */
export function publicVersion(version: Pep440Version): string {
  return version.local === undefined
    ? version.text
    : version.text.slice(0, -version.local.length - 1);
}

/** Whether it is an alpha, beta, release candidate or development release (PEP 440 "Pre-releases"). */
export function isPrerelease(version: Pep440Version): boolean {
  return version.pre !== undefined || version.dev !== undefined;
}
