import { platformNeed, type PlatformNeed } from "./platform-need.ts";
import { tagRanker } from "./rank-tags.ts";
import { planTags, type TagPlan } from "./supported-tags.ts";
import type { Platform, Target } from "./types.ts";
import { parseWheelName, type WheelName } from "./wheel-name.ts";

const SYSTEM_NAMES = { linux: "Linux", macos: "macOS", windows: "Windows" } as const;

function list(texts: readonly string[]): string {
  return [...new Set(texts)].join(", ");
}

function isOlder(a: PlatformNeed, b: PlatformNeed): boolean {
  const [x = 0, y = 0] = a.version ?? [];
  const [v = 0, w = 0] = b.version ?? [];
  return x < v || (x === v && y < w);
}

function floorReason(needs: readonly PlatformNeed[], platform: Platform): string {
  const own = platform.os === "macos" ? "macOS" : platform.libc;
  const [first, ...others] = needs.filter((need) => need.library === own);
  if (first === undefined) {
    return `needs ${list(needs.map((need) => need.library ?? need.system))}, the target has ${own}`;
  }
  const least = others.reduce((a, b) => (isOlder(b, a) ? b : a), first);
  const floor = platform.floor?.join(".");
  return `needs ${own} ${least.version?.join(".")}, the target's floor is ${floor}`;
}

function platformReason(wheel: WheelName, platform: Platform, plan: TagPlan): string {
  const needs = wheel.platformTags.map(platformNeed).filter((need) => need !== undefined);
  const system = SYSTEM_NAMES[platform.os];
  const here = needs.filter((need) => need.system === system);
  if (needs.length === 0) return `is for ${list(wheel.platformTags)} only`;
  if (here.length === 0) return `is for ${list(needs.map((need) => need.system))}`;
  const arches = plan.platforms.map((tag) => platformNeed(tag)?.arch);
  const sameArch = here.filter((need) => arches.includes(need.arch));
  if (sameArch.length > 0) return floorReason(sameArch, platform);
  return `is for ${system} on ${list(here.map((need) => need.arch))}`;
}

/** The oldest minor that a stable-ABI wheel names, where that is newer than the target's. */
function stableReason(wheel: WheelName, plan: TagPlan): string | undefined {
  if (plan.stableAbi === undefined || !wheel.abiTags.includes(plan.stableAbi)) return undefined;
  const prefix = `cp${plan.major}`;
  const minors = wheel.pythonTags
    .filter((tag) => tag.startsWith(prefix))
    .map((tag) => Number(tag.slice(prefix.length)));
  const oldest = Math.min(...minors);
  if (!Number.isFinite(oldest) || oldest <= plan.minor) return undefined;
  return `needs Python ${plan.major}.${oldest} or later`;
}

function pythonReason(wheel: WheelName, plan: TagPlan): string {
  const stable = stableReason(wheel, plan);
  if (stable !== undefined) return stable;
  if (!wheel.pythonTags.includes(plan.interpreter)) return `is for ${list(wheel.pythonTags)} only`;
  return `is built for the ABI ${list(wheel.abiTags)}, the target's is ${list(plan.abis)}`;
}

/**
 * Why a wheel does not fit a target, in words that follow its name: "needs glibc 2.34, the
 * target's floor is 2.28", "is for cp310 only", "is for macOS"; "fits" where it does. Throws
 * `wheel-name-invalid`.
 */
export function explainTags(wheel: string | WheelName, target: Target): string {
  const parsed = typeof wheel === "string" ? parseWheelName(wheel) : wheel;
  const rank = tagRanker(target);
  if (rank(parsed) !== undefined) return "fits";
  const plan = planTags(target);
  const elsewhere = { ...parsed, platformTags: plan.platforms };
  if (rank(elsewhere) === undefined) return pythonReason(parsed, plan);
  return platformReason(parsed, target.platform, plan);
}
