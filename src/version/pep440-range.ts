import { comparePublic, compareParsed } from "./pep440-compare.ts";
import { versionOf, isPrerelease, type Numeral, type Pep440Version } from "./pep440-version.ts";
import type { Specifier } from "./pep440-specifier.ts";

/**
 * A point between versions. `before`: below the version. `after`: above it, below whatever sorts
 * next. `after-locals`: above it and all its local labels.
 */
export interface Cut {
  readonly version: Pep440Version;
  readonly side: "before" | "after" | "after-locals";
}

/**
 * The versions that one operator accepts: those above `low` and below `high`, or, for an inverted
 * one, all others. An absent cut is no bound.
 */
export interface VersionRange {
  readonly low: Cut | undefined;
  readonly high: Cut | undefined;
  readonly inverted: boolean;
}

/** Whether the version sorts above the cut. */
export function isAbove(version: Pep440Version, cut: Cut): boolean {
  if (cut.side === "after-locals") return comparePublic(version, cut.version) > 0;
  const order = compareParsed(version, cut.version);
  return cut.side === "before" ? order >= 0 : order > 0;
}

function increment(value: Numeral): Numeral {
  if (typeof value === "bigint") return value + 1n;
  return value < Number.MAX_SAFE_INTEGER ? value + 1 : BigInt(value) + 1n;
}

/** The `.dev0` of a release: the first of all versions that begin with it. */
function firstOf(version: Pep440Version, release: readonly Numeral[]): Cut {
  return { version: versionOf({ epoch: version.epoch, release, dev: 0 }), side: "before" };
}

/** All versions that begin with a release, whatever follows (PEP 440 "prefix match"). */
function prefixRange(version: Pep440Version, release: readonly Numeral[]): [Cut, Cut] {
  const last = release.length - 1;
  const next = release.with(last, increment(release[last] as Numeral));
  return [firstOf(version, release), firstOf(version, next)];
}

/**
 * PEP 440 "Exclusive ordered comparison": `>V` leaves out V's local labels, and its post-releases
 * unless V is one itself.
 */
function lowerOfGreater(version: Pep440Version): Cut {
  const { epoch, release, pre, post, dev } = version;
  if (dev !== undefined) {
    return {
      version: versionOf({ epoch, release, pre, post, dev: increment(dev) }),
      side: "before",
    };
  }
  if (post !== undefined) {
    return {
      version: versionOf({ epoch, release, pre, post: increment(post), dev: 0 }),
      side: "before",
    };
  }
  return { version: versionOf({ epoch, release, pre, post: Infinity }), side: "after-locals" };
}

/** PEP 440 "Exclusive ordered comparison": `<V` leaves out V's pre-releases unless V is one itself. */
function upperOfLess(version: Pep440Version): Cut {
  if (isPrerelease(version)) return { version, side: "before" };
  return { version: versionOf({ ...version, dev: 0, local: undefined }), side: "before" };
}

function equalRange(version: Pep440Version, wildcard: boolean): [Cut, Cut] {
  if (wildcard) return prefixRange(version, version.release);
  const side = version.local === undefined ? "after-locals" : "after";
  return [
    { version, side: "before" },
    { version, side },
  ];
}

function range(low: Cut | undefined, high: Cut | undefined, inverted = false): VersionRange {
  return { low, high, inverted };
}

function makeRange({ op, wildcard }: Specifier, version: Pep440Version): VersionRange {
  switch (op) {
    case ">=":
      return range({ version, side: "before" }, undefined);
    case "<=":
      return range(undefined, { version, side: "after-locals" });
    case ">":
      return range(lowerOfGreater(version), undefined);
    case "<":
      return range(undefined, upperOfLess(version));
    case "==":
      return range(...equalRange(version, wildcard));
    case "!=":
      return range(...equalRange(version, wildcard), true);
    case "~=":
      return range(
        { version, side: "before" },
        prefixRange(version, version.release.slice(0, -1))[1],
      );
    default:
      throw new Error("=== compares texts and has no range");
  }
}

const ranges = new WeakMap<Specifier, VersionRange>();

/**
 * The range of a specifier other than `===` (PEP 440 "Version specifiers"): every operator accepts
 * one stretch of the order, or all but one.
 */
export function rangeOf(specifier: Specifier): VersionRange {
  const known = ranges.get(specifier);
  if (known !== undefined) return known;
  const made = makeRange(specifier, specifier.parsed as Pep440Version);
  ranges.set(specifier, made);
  return made;
}

/** Whether the range accepts the version. */
export function inRange(version: Pep440Version, { low, high, inverted }: VersionRange): boolean {
  const inside =
    (low === undefined || isAbove(version, low)) && (high === undefined || !isAbove(version, high));
  return inside !== inverted;
}
