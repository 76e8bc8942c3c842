import type { FileRecord } from "../index/index.ts";
import { tryParseWheelName, type WheelName } from "../target/index.ts";

export interface NearestOptions {
  /** The target's Python, its release as numbers. */
  readonly python: readonly number[];
  /** What the target's platform tags begin with, or have in them: `linux`, `macosx`, `win`. */
  readonly system: string;
}

/**
 * Of a release's wheels the one that was made under circumstances most like the target's: on its
 * system, then for the Python nearest to its own. It need not run there. Undefined where there is none.
 */
export function nearestWheel(
  files: readonly FileRecord[],
  options: NearestOptions,
): FileRecord | undefined {
  let best: FileRecord | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const file of files) {
    const name = file.kind === "wheel" ? tryParseWheelName(file.filename) : undefined;
    if (name === undefined) continue;
    const distance = distanceOf(name, options);
    if (distance > least || (distance === least && file.filename >= (best?.filename ?? "")))
      continue;
    best = file;
    least = distance;
  }
  return best;
}

const OTHER_SYSTEM = 10_000;
const OTHER_MAJOR = 1000;

function distanceOf(
  { pythonTags, platformTags }: WheelName,
  { python, system }: NearestOptions,
): number {
  const isNear = platformTags.some((tag) => tag === "any" || tag.includes(system));
  const pythons = pythonTags.map((tag) => pythonDistance(tag, python));
  return Math.min(...pythons) + (isNear ? 0 : OTHER_SYSTEM);
}

/** How far the Python of a tag (`cp311`, `py3`) is from another. */
function pythonDistance(tag: string, [major = 0, minor = 0]: readonly number[]): number {
  const [, ownMajor, ownMinor] = /^[a-z]+(\d)(\d*)$/.exec(tag) ?? [];
  if (ownMajor === undefined || Number(ownMajor) !== major) return OTHER_MAJOR;
  return ownMinor === "" ? 0 : Math.abs(Number(ownMinor) - minor);
}
