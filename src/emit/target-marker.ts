import type { LockedTarget } from "../lock/index.ts";
import { markerEnvironment, parsePlatform, parsePythonVersion } from "../target/index.ts";

/** What markers can say of a target (PEP 508): one comparison for each thing. */
interface Terms {
  readonly python: string;
  readonly system: string;
  readonly machine: string;
}

const KINDS = ["python", "system", "machine"] as const;
/** The system tells most, so that it is left out last. */
const LEAVING = [0, 2, 1] as const;

function termsOf({ python, platform }: LockedTarget): Terms {
  const version = parsePythonVersion(python);
  const values = markerEnvironment({ python: version, platform: parsePlatform(platform) });
  return {
    python:
      version.release.length > 2
        ? `python_full_version == '${values.python_full_version}'`
        : `python_version == '${values.python_version}'`,
    system: `sys_platform == '${values.sys_platform}'`,
    machine: `platform_machine == '${values.platform_machine}'`,
  };
}

/** The marker that holds on a target, as far as markers can tell. */
export function targetMarker(target: LockedTarget): string {
  return Object.values(termsOf(target)).join(" and ");
}

/** Equal for targets that no marker tells apart; a Python of two numbers holds those of three. */
export function markerKey(target: LockedTarget): string {
  const { system, machine } = termsOf(target);
  return `${target.python.split(".").slice(0, 2).join(".")} ${system} ${machine}`;
}

/**
 * The marker that tells some of the targets from the others, and says no more than it must; undefined
 * where all are meant.
 */
export function markerFor(
  some: readonly LockedTarget[],
  all: readonly LockedTarget[],
): string | undefined {
  if (some.length === all.length) return undefined;
  const terms = new Map(all.map((target) => [target, termsOf(target)]));
  const rowOf = (target: LockedTarget): Row => KINDS.map((kind) => terms.get(target)?.[kind] ?? "");
  const rows = merge(some.map(rowOf), all.map(rowOf));
  return [...new Set(rows.map((row) => row.join(" and ")))].toSorted().join(" or ");
}

type Row = readonly string[];

/** Leaves a comparison out where the others alone hold on no target but those meant. */
function merge(some: readonly Row[], all: readonly Row[]): readonly Row[] {
  const wanted = new Set(some.map((row) => row.join()));
  return some.map((row) => {
    let kept = row;
    for (const at of LEAVING) {
      const fewer = kept.filter((term) => term !== row[at]);
      const holds = all.filter((other) => fewer.every((term) => other.includes(term)));
      if (fewer.length > 0 && holds.every((other) => wanted.has(other.join()))) kept = fewer;
    }
    return kept;
  });
}
