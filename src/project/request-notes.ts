import { normalizeName, type Report } from "../base/index.ts";
import type { Lock } from "../lock/index.ts";
import type { RequirementInput } from "../requirement/index.ts";
import type { Target } from "../target/index.ts";
import { satisfiesPep440 } from "../version/index.ts";
import type { LockRequest } from "./types.ts";

/** Warns of what a request says that will have no effect, or hardly the one that is wanted. */
export function noteRequest(
  report: Report,
  given: {
    readonly request: LockRequest;
    readonly input: RequirementInput;
    readonly targets: readonly Target[];
    readonly former: Lock | undefined;
  },
): void {
  const { request, input, targets, former } = given;
  for (const name of unknownUpgrades(request, former)) {
    const message = `nothing named ${name} is locked, so there is nothing to upgrade`;
    report({ kind: "note", level: "warning", code: "upgrade-unknown", message });
  }
  for (const python of excludedPythons(input.requiresPython, targets)) {
    const message = `the input asks for Python ${input.requiresPython}, which ${python} is not`;
    report({ kind: "note", level: "warning", code: "python-excluded", message });
  }
}

function unknownUpgrades({ upgrade }: LockRequest, former: Lock | undefined): readonly string[] {
  if (upgrade === undefined || upgrade === true) return [];
  const locked = new Set(former?.targets.flatMap(({ pins }) => pins.map(({ name }) => name)));
  return upgrade.filter((name) => !locked.has(normalizeName(name)));
}

/** As texts: `3.11` is excluded only where all of its releases that can be told are. */
function excludedPythons(
  requiresPython: string | undefined,
  targets: readonly Target[],
): readonly string[] {
  if (requiresPython === undefined) return [];
  const excluded = targets
    .map(({ python }) => python)
    .filter(({ text, release }) => !admits(requiresPython, text, release.length));
  return [...new Set(excluded.map(({ text }) => text))];
}

function admits(requiresPython: string, text: string, numbers: number): boolean {
  const versions = numbers > 2 ? [text] : [`${text}.0`, `${text}.99`];
  return versions.some((version) => satisfiesPep440(version, requiresPython));
}
