import { planTags, type AbiOptions, type TagPlan } from "./supported-tags.ts";
import type { Target } from "./types.ts";
import type { WheelName } from "./wheel-name.ts";

type Tags = Pick<WheelName, "pythonTags" | "abiTags" | "platformTags">;

/** The number that a tag such as `cp39` or `py3` ends in, after its major; -1 without one. */
function minorOf(tag: string, prefix: string): number | undefined {
  if (!tag.startsWith(prefix)) return undefined;
  if (tag.length === prefix.length) return -1;
  const digits = tag.slice(prefix.length);
  const minor = Number(digits);
  return Number.isSafeInteger(minor) && String(minor) === digits ? minor : undefined;
}

/** Which run of platforms a CPython tag and ABI stand for, in `supportedTags`' order. */
function cpythonBlock(plan: TagPlan, python: string, abi: string): number | undefined {
  const { abis, stableAbi, interpreter } = plan;
  const fixed = abis.length + (stableAbi === undefined ? 0 : 1);
  if (python === interpreter) {
    if (abi === "none") return fixed;
    if (abi === stableAbi) return abis.length;
    const i = abis.indexOf(abi);
    return i < 0 ? undefined : i;
  }
  if (stableAbi === undefined || abi !== stableAbi) return undefined;
  const minor = minorOf(python, `cp${plan.major}`);
  if (minor === undefined || minor < 2 || minor >= plan.minor) return undefined;
  return fixed + plan.minor - minor;
}

/** The place of `py311`, `py3`, `py310` … among themselves. */
function purePlace(plan: TagPlan, python: string): number | undefined {
  const minor = minorOf(python, `py${plan.major}`);
  if (minor === undefined || minor > plan.minor) return undefined;
  if (minor < 0) return 1;
  return minor === plan.minor ? 0 : 1 + plan.minor - minor;
}

/** How many blocks of platforms precede those of pure Python. */
function cpythonBlocks({ abis, stableAbi, minor }: TagPlan): number {
  return abis.length + 1 + (stableAbi === undefined ? 0 : 1 + Math.max(0, minor - 2));
}

interface Ranking {
  readonly plan: TagPlan;
  readonly places: ReadonlyMap<string, number>;
  readonly pureStart: number;
  readonly anyStart: number;
}

function makeRanking(plan: TagPlan): Ranking {
  const pureStart = cpythonBlocks(plan);
  return {
    plan,
    places: new Map(plan.platforms.map((tag, i) => [tag, i])),
    pureStart,
    anyStart: (pureStart + plan.minor + 2) * plan.platforms.length,
  };
}

function rankOnPlatform(ranking: Ranking, pair: readonly [string, string]): number | undefined {
  const block = cpythonBlock(ranking.plan, pair[0], pair[1]);
  if (block !== undefined) return block;
  if (pair[1] !== "none") return undefined;
  const pure = purePlace(ranking.plan, pair[0]);
  return pure === undefined ? undefined : ranking.pureStart + pure;
}

function rankAnywhere(ranking: Ranking, pair: readonly [string, string]): number | undefined {
  if (pair[1] !== "none") return undefined;
  if (pair[0] === ranking.plan.interpreter) return ranking.anyStart;
  const pure = purePlace(ranking.plan, pair[0]);
  return pure === undefined ? undefined : ranking.anyStart + 1 + pure;
}

function bestPlace(ranking: Ranking, platforms: readonly string[]): number | undefined {
  let best: number | undefined;
  for (const tag of platforms) {
    const place = ranking.places.get(tag);
    if (place !== undefined && (best === undefined || place < best)) best = place;
  }
  return best;
}

function rankOf(ranking: Ranking, tags: Tags): number | undefined {
  const place = bestPlace(ranking, tags.platformTags);
  const anywhere = tags.platformTags.includes("any");
  let best = Infinity;
  for (const python of tags.pythonTags) {
    for (const abi of tags.abiTags) {
      const pair = [python, abi] as const;
      const block = place === undefined ? undefined : rankOnPlatform(ranking, pair);
      if (block !== undefined) {
        best = Math.min(best, block * ranking.plan.platforms.length + (place as number));
      }
      const pure = anywhere ? rankAnywhere(ranking, pair) : undefined;
      if (pure !== undefined) best = Math.min(best, pure);
    }
  }
  return best === Infinity ? undefined : best;
}

/** The `python-abi-platform` at the end of a wheel's file name. */
function tagsText(filename: string): string | undefined {
  if (filename.length > 255 || !filename.endsWith(".whl")) return undefined;
  const platform = filename.lastIndexOf("-");
  const abi = filename.lastIndexOf("-", platform - 1);
  const python = abi < 1 ? -1 : filename.lastIndexOf("-", abi - 1);
  return python < 1 ? undefined : filename.slice(python + 1, -4).toLowerCase();
}

function splitText(text: string): Tags {
  const [python, abi, platform] = text.split("-") as [string, string, string];
  return {
    pythonTags: python.split("."),
    abiTags: abi.split("."),
    platformTags: platform.split("."),
  };
}

/**
 * A function that ranks wheels, by file name or parsed, for a target: the place of the best of
 * their tags in `supportedTags`, lower is better, undefined where none of them runs there. It
 * computes places instead of listing tags, and remembers what it has seen.
 */
export function tagRanker(
  target: Target,
  options: AbiOptions = {},
): (wheel: string | WheelName) => number | undefined {
  let ranking: Ranking | undefined;
  const seen = new Map<string, number | undefined>();
  function rank(tags: Tags): number | undefined {
    ranking ??= makeRanking(planTags(target, options));
    return rankOf(ranking, tags);
  }
  return (wheel) => {
    if (typeof wheel !== "string") return rank(wheel);
    const text = tagsText(wheel);
    if (text === undefined) return undefined;
    if (seen.has(text)) return seen.get(text);
    const result = rank(splitText(text));
    seen.set(text, result);
    return result;
  };
}
