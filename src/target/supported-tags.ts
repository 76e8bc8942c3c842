import { parsePlatform } from "./parse-platform.ts";
import { platformTags } from "./platform-tags.ts";
import { parsePythonVersion } from "./python-version.ts";
import type { Platform, PythonVersion } from "./types.ts";

/** How an interpreter was built, where that changes which extension modules it loads. */
export interface AbiOptions {
  /** A debug build (`cp311d`), which from 3.8 loads those of a release build too. */
  readonly debug?: boolean;
  /** Built without the global interpreter lock (3.13 and later). */
  readonly freeThreaded?: boolean;
  /** Python 2 with four bytes a character (`cp27mu`): by default on Linux, where all builds are so. */
  readonly wideUnicode?: boolean;
}

/** The tags of a target as blocks; `supportedTags` and `tagRanker` read the order from here. */
export interface TagPlan {
  readonly platforms: readonly string[];
  /** `cp311`. */
  readonly interpreter: string;
  readonly abis: readonly string[];
  /** `abi3` or `abi3t` where extension modules of older minors load. */
  readonly stableAbi: "abi3" | "abi3t" | undefined;
  readonly major: number;
  readonly minor: number;
}

function abisOf(python: readonly [number, number], flags: Required<AbiOptions>): string[] {
  const [major, minor] = python;
  const base = `cp${major}${minor}${flags.freeThreaded ? "t" : ""}`;
  const debug = flags.debug ? "d" : "";
  if (major > 3 || (major === 3 && minor >= 8)) return flags.debug ? [`${base}d`, base] : [base];
  return [`${base}${debug}m${major === 2 && flags.wideUnicode ? "u" : ""}`];
}

/** Decides the blocks of a target's tags. */
export function planTags(
  { platform, python }: { readonly platform: Platform; readonly python: PythonVersion },
  options: AbiOptions = {},
): TagPlan {
  const [major, minor] = python.release as [number, number];
  const atLeast313 = major > 3 || (major === 3 && minor >= 13);
  const freeThreaded = options.freeThreaded === true && atLeast313;
  const flags = {
    debug: options.debug ?? false,
    freeThreaded,
    wideUnicode: options.wideUnicode ?? platform.os === "linux",
  };
  return {
    platforms: platformTags(platform),
    interpreter: `cp${major}${minor}`,
    abis: abisOf([major, minor], flags),
    stableAbi: major < 3 ? undefined : freeThreaded ? "abi3t" : "abi3",
    major,
    minor,
  };
}

/** `py311`, `py3`, then the older minors: what pure-Python wheels may name, best first. */
function* pureInterpreters({ major, minor }: TagPlan): Generator<string> {
  yield `py${major}${minor}`;
  yield `py${major}`;
  for (let older = minor - 1; older >= 0; older--) yield `py${major}${older}`;
}

function* prefixes(plan: TagPlan): Generator<string> {
  const { interpreter, abis, stableAbi, major, minor } = plan;
  for (const abi of abis) yield `${interpreter}-${abi}`;
  if (stableAbi !== undefined) yield `${interpreter}-${stableAbi}`;
  yield `${interpreter}-none`;
  if (stableAbi !== undefined) {
    for (let older = minor - 1; older >= 2; older--) yield `cp${major}${older}-${stableAbi}`;
  }
  for (const pure of pureInterpreters(plan)) yield `${pure}-none`;
}

/**
 * The wheel tags that run on a platform under a Python, best first: content and order of
 * `packaging.tags.sys_tags` there (PEP 425, 600, 656). Throws `platform-unknown`,
 * `python-version-invalid` or `python-version-unsupported`.
 */
export function supportedTags(
  platform: Platform | string,
  python: PythonVersion | string,
  options: AbiOptions = {},
): string[] {
  const plan = planTags(
    {
      platform: typeof platform === "string" ? parsePlatform(platform) : platform,
      python: typeof python === "string" ? parsePythonVersion(python) : python,
    },
    options,
  );
  const tags: string[] = [];
  for (const prefix of prefixes(plan)) {
    for (const tag of plan.platforms) tags.push(`${prefix}-${tag}`);
  }
  tags.push(`${plan.interpreter}-none-any`);
  for (const pure of pureInterpreters(plan)) tags.push(`${pure}-none-any`);
  return tags;
}
