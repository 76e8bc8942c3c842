import type { PackageName } from "../../base/index.ts";
import { providerOrder } from "../../provider/index.ts";
import { parseRequirement } from "../../requirement/index.ts";
import { ANY_VERSION, isPrerelease, tryParsePep440 } from "../../version/index.ts";
import { dayText } from "../explain/day-text.ts";
import { laterRelease, type Premise } from "../explain/premise.ts";
import { rangesText, versionsIn } from "../explain/version-text.ts";
import type { Conflict, ConflictCause, ConflictPackage } from "../types.ts";
import { steered } from "./refusal-changes.ts";
import { type Change, type RemedyOptions, versionIn } from "./types.ts";

/** Another provider of a name, one change for each that there is. */
export function providerChanges(
  name: PackageName,
  order: Readonly<Record<string, readonly string[]>>,
  { providers }: RemedyOptions,
): readonly Change[] {
  const present = providerOrder(order, name);
  return providers
    .filter((provider) => !present.includes(provider))
    .map((provider, i) => {
      const list = [...present, provider];
      return {
        kind: "provider",
        key: `provider ${name}`,
        // Building takes long.
        cost: provider === "sdist" ? 90 : 35 + i,
        apply: (input) => ({ ...input, providers: { ...input.providers, [name]: list } }),
        text: (outcome) => {
          const version = versionIn(outcome, name);
          const given = version === undefined ? "" : `: ${provider} has ${name} ${version}`;
          return `--provider ${name}=${list.join(",")}${given}`;
        },
      };
    });
}

/** Admitting pre-releases of a name that has some. */
export function prereleaseChanges({ name, versions }: ConflictPackage): readonly Change[] {
  if (!versions.some(isPre)) return [];
  const own = name as PackageName;
  return [
    {
      kind: "pre-release",
      key: `pre ${name}`,
      cost: 70,
      apply: (input) =>
        steered(input, (steering) => ({
          ...steering,
          prereleases: [...(steering.prereleases ?? []), own],
        })),
      text: (outcome) => `--pre=${name}: ${name} ${versionIn(outcome, own) ?? ""}`,
    },
  ];
}

function isPre(version: string): boolean {
  const parsed = tryParsePep440(version);
  return parsed !== undefined && isPrerelease(parsed);
}

const DAY = 86_400_000;

/** The first day on which a need is met that nothing met at the date. */
export function dateChanges(
  cause: Extract<ConflictCause, { kind: "input" | "requires" }>,
  package_: ConflictPackage,
  { indexAt }: RemedyOptions,
): readonly Change[] {
  const { name, specifiers } = cause.kind === "input" ? cause.requirement : cause;
  const later = indexAt === undefined ? undefined : laterRelease(package_, specifiers);
  if (indexAt === undefined || later === undefined) return [];
  const date = Math.floor(later.uploadTime / DAY) * DAY + DAY - 1000;
  return [
    {
      kind: "date",
      key: `date ${name}`,
      cost: 60,
      apply: (input) => ({ ...input, date, index: indexAt(date) }),
      text: (outcome) =>
        `--date ${dayText(date)}: ${name} ${versionIn(outcome, name) ?? later.version} exists then`,
    },
  ];
}

/** Pinning a yanked release. */
export function yankedChange(premise: Premise, conflict: Conflict): readonly Change[] {
  const [term] = premise.terms;
  const package_ = conflict.packages[term?.package ?? 0] as ConflictPackage;
  const version = versionsIn(package_, term?.set ?? [])[0];
  if (version === undefined) return [];
  const pin = `${package_.name}==${version}`;
  return [
    {
      kind: "yanked",
      key: `yanked ${package_.name}`,
      cost: 80,
      apply: (input) => ({ ...input, constraints: [...input.constraints, parseRequirement(pin)] }),
      text: () => `pin ${pin} to take it although it was yanked`,
    },
  ];
}

/** Metadata of the user's own: without a bound that releases set on another package. */
export function overrideChanges(premise: Premise, conflict: Conflict): readonly Change[] {
  const { cause, terms } = premise;
  if (cause.kind !== "requires" || cause.specifiers.specifiers.length === 0) return [];
  const subject = conflict.packages[terms[0]?.package ?? 0] as ConflictPackage;
  const { name } = subject;
  const ranges = rangesText(subject, terms[0]?.set ?? []);
  const own = name as PackageName;
  if (cause.override !== undefined) return [withoutOverride(own, cause.override)];
  return [
    {
      kind: "override",
      key: `override ${name} ${cause.name}`,
      cost: 100,
      apply: (input) =>
        steered(input, (steering) => ({
          ...steering,
          overrides: [
            ...(steering.overrides ?? []),
            {
              name: own,
              versions: ANY_VERSION,
              drop: [],
              replace: new Map([[cause.name, cause.name as string]]),
              add: [],
              reason: "",
            },
          ],
        })),
      text: (outcome) =>
        `if you know better than ${name} ${ranges}: an [[override]] in mach-nix.toml that replaces its ${boundsText(cause)} would give ${name} ${versionIn(outcome, own) ?? ""} with ${cause.name} ${versionIn(outcome, cause.name) ?? ""}`,
    },
  ];
}

/** More than this is not told of bounds: the explanation has them in full. */
const LONGEST_BOUNDS = 30;

function boundsText({ name, specifiers }: Extract<ConflictCause, { kind: "requires" }>): string {
  const text = `${name}${specifiers.text}`;
  return text.length > LONGEST_BOUNDS ? `bounds on ${name}` : text;
}

function withoutOverride(
  name: PackageName,
  override: NonNullable<Extract<ConflictCause, { kind: "requires" }>["override"]>,
): Change {
  return {
    kind: "override",
    key: `no override ${name}`,
    cost: 25,
    apply: (input) =>
      steered(input, (steering) => ({
        ...steering,
        overrides: steering.overrides?.filter((one) => one.name !== override.name) ?? [],
      })),
    text: () => `take the override of ${name} out of ${override.place?.file ?? "the settings"}`,
  };
}
