import type { PackageName } from "../../base/index.ts";
import type { RefusalReason } from "../../provider/index.ts";
import { contains, type VersionSet } from "../../pubgrub/index.ts";
import { parsePlatform, parsePythonVersion } from "../../target/index.ts";
import { pythonFor } from "../explain/python-for.ts";
import { wheelReason } from "../explain/wheel-reason.ts";
import type { Conflict, ConflictPackage, ResolveInput } from "../types.ts";
import { type Change, versionIn } from "./types.ts";

/** What can be changed about a target, a list or a limit that candidates were refused for. */
export function refusalChanges(
  reason: RefusalReason,
  {
    package_,
    set,
    conflict,
  }: {
    readonly package_: ConflictPackage;
    readonly set: VersionSet;
    readonly conflict: Conflict;
  },
): readonly Change[] {
  const name = package_.name as PackageName;
  switch (reason.kind) {
    case "requires-python": {
      const found = pythonFor(reason.specifier, conflict.target.python);
      return found === undefined ? [] : [pythonChange(name, found)];
    }
    case "no-wheel":
      return wheelChanges({ package_, set, conflict });
    case "excluded":
      return [exclusionChange(name, reason)];
    case "too-young":
      return [ageChange(name)];
    case "no-binary":
    case "only-binary":
      return [formatChange(name, reason.kind)];
    default:
      return [];
  }
}

function pythonChange(
  name: PackageName,
  { python, distance }: { readonly python: string; readonly distance: number },
): Change {
  return {
    kind: "python",
    key: `python for ${name}`,
    cost: 50 + distance,
    apply: (input) => ({
      ...input,
      target: { ...input.target, python: parsePythonVersion(python) },
    }),
    text: (outcome) => `--python ${python}${takenText(name, outcome)}`,
  };
}

function takenText(name: PackageName, outcome: Parameters<Change["text"]>[0]): string {
  const version = versionIn(outcome, name);
  return version === undefined ? "" : ` would do, with ${name} ${version}`;
}

function allowText(name: PackageName, outcome: Parameters<Change["text"]>[0]): string {
  const version = versionIn(outcome, name);
  return version === undefined ? "" : ` to allow ${name} ${version}`;
}

/** The newest of a few versions that another target would do for. */
function wheelChanges({
  package_,
  set,
  conflict,
}: {
  readonly package_: ConflictPackage;
  readonly set: VersionSet;
  readonly conflict: Conflict;
}): readonly Change[] {
  const { list, versions } = package_;
  const name = package_.name as PackageName;
  if (list === undefined) return [];
  const found = new Map<string, Change>();
  const some = versions.flatMap((_, i) => (contains(set, i) ? [i] : [])).slice(0, MOST_LOOKED_AT);
  for (const i of some) {
    const { platform, python } = wheelReason(list, i, conflict.target);
    const change =
      platform === undefined ? pythonOf(name, python, conflict) : platformChange(name, platform);
    if (change !== undefined && !found.has(change.key)) found.set(change.key, change);
  }
  return [...found.values()];
}

const MOST_LOOKED_AT = 20;

function pythonOf(
  name: PackageName,
  python: string | undefined,
  { target }: Conflict,
): Change | undefined {
  if (python === undefined) return undefined;
  const minor = parsePythonVersion(python).release[1] ?? 0;
  const distance = Math.abs(minor - (target.python.release[1] ?? 0));
  return pythonChange(name, { python, distance });
}

function platformChange(name: PackageName, platform: string): Change {
  return {
    kind: "platform",
    key: `platform ${platform}`,
    cost: 45,
    apply: (input) => ({
      ...input,
      target: { ...input.target, platform: parsePlatform(platform) },
    }),
    text: (outcome) => `--platform ${platform}${takenText(name, outcome)}`,
  };
}

function exclusionChange(
  name: PackageName,
  reason: Extract<RefusalReason, { kind: "excluded" }>,
): Change {
  return {
    kind: "exclusion",
    key: `exclusion ${name}`,
    cost: 25,
    apply: (input) =>
      steered(input, (steering) => ({
        ...steering,
        excluded: steering.excluded?.filter((one) => one.name !== name) ?? [],
      })),
    text: (outcome) =>
      `take the exclusion of ${name} out of ${reason.place?.file ?? "the settings"}${allowText(name, outcome)}`,
  };
}

function ageChange(name: PackageName): Change {
  return {
    kind: "minimum-age",
    key: `age ${name}`,
    cost: 25,
    apply: (input) =>
      steered(input, (steering) => ({
        ...steering,
        minimumAge: {
          all: steering.minimumAge?.all ?? 0,
          byName: new Map([...(steering.minimumAge?.byName ?? []), [name, 0]]),
        },
      })),
    text: (outcome) => `--min-age ${name}=0${takenText(name, outcome)}`,
  };
}

function formatChange(name: PackageName, kind: "no-binary" | "only-binary"): Change {
  const without = (names: readonly string[] | undefined): readonly string[] =>
    (names ?? []).filter((other) => other !== name && other !== ":all:");
  return {
    kind: "format-control",
    key: `${kind} ${name}`,
    cost: 30,
    apply: (input) =>
      kind === "no-binary"
        ? { ...input, noBinary: without(input.noBinary) }
        : { ...input, onlyBinary: without(input.onlyBinary) },
    text: (outcome) => `drop --${kind} for ${name}${allowText(name, outcome)}`,
  };
}

type Steer = NonNullable<ResolveInput["steering"]>;

/** An input that is steered otherwise. */
export function steered(input: ResolveInput, change: (steering: Steer) => Steer): ResolveInput {
  return { ...input, steering: change(input.steering ?? {}) };
}
