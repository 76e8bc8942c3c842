import { providerOrder, type RefusalReason } from "../../provider/index.ts";
import type { Term } from "../../pubgrub/index.ts";
import type { Conflict, ConflictCause, ConflictPackage } from "../types.ts";
import { buildReason } from "./build-reason.ts";
import { dayText } from "./day-text.ts";
import { countVersions, listText, subjectText, versionsIn } from "./version-text.ts";
import { wheelReason } from "./wheel-reason.ts";

/** Why candidates were refused: what follows their name. */
export function refusedText(
  cause: Exclude<
    ConflictCause,
    { kind: "root" | "input" | "constraint" | "requires" | "constrains" | "twin" }
  >,
  { package_, term, conflict }: { package_: ConflictPackage; term: Term; conflict: Conflict },
): string {
  const verb = subjectText(package_, term.set).plural ? "have" : "has";
  switch (cause.kind) {
    case "yanked":
      return `${verb === "has" ? "was" : "were"} yanked${cause.reason === "" ? "" : ` ("${cause.reason}")`}`;
    case "broken":
      return brokenText(cause);
    case "exhausted":
      return `${verb} no candidate`;
    default:
      break;
  }
  const { reason } = cause;
  const { target } = conflict;
  switch (reason.kind) {
    case "requires-python":
      return `${verb === "has" ? "needs" : "need"} Python ${reason.specifier}, but the target is ${target.python.text}`;
    case "no-wheel":
      return `${noWheelText(package_, term, target)}${sdistText(package_, term, conflict)}`;
    case "only-sdist":
      return `${verb} ${onlySdistText(package_, conflict)}`;
    case "no-sdist":
      return `${verb} no sdist`;
    case "has-wheel":
      return `${verb} a wheel, which comes before the sdist`;
    case "no-files":
      return `${verb} no files`;
    case "only-binary":
      return `${verb} an sdist, but --only-binary refuses it`;
    case "no-binary":
      return `${verb} wheels, but --no-binary refuses them`;
    case "not-tried":
      return `${verb === "has" ? "was" : "were"} not tried, since ${listText(reason.failed)} could not be built: pin a version to have it built all the same`;
    case "hash":
      return `${verb} no file with a hash that is asked for`;
    case "excluded":
      return excludedText(reason, verb === "has");
    case "too-young":
      return youngText(reason, { single: countVersions(package_, term.set) === 1, conflict });
    case "system":
      return `${verb === "has" ? "needs" : "need"} ${reason.need}, which the target (Python ${target.python.text} on ${target.platform.name}) has not`;
    default:
      return reason satisfies never;
  }
}

function brokenText({
  reason,
  built,
}: Extract<ConflictCause, { readonly kind: "broken" }>): string {
  if (built !== true) return `cannot be read: ${reason}`;
  const { why, log } = buildReason(reason);
  return `could not be built: ${why}${log}`;
}

function excludedText(
  { reason, place }: Extract<RefusalReason, { kind: "excluded" }>,
  isSingle: boolean,
): string {
  const by = place?.file === undefined ? "" : ` in ${place.file}`;
  return `${isSingle ? "is" : "are"} excluded${by}${reason === "" ? "" : ` ("${reason}")`}`;
}

function youngText(
  { age, uploadTime }: Extract<RefusalReason, { kind: "too-young" }>,
  { single, conflict }: { readonly single: boolean; readonly conflict: Conflict },
): string {
  const needed = `the minimum age of ${ageText(age)} at ${dayText(conflict.date)}`;
  return single
    ? `was uploaded on ${dayText(uploadTime)}, too late for ${needed}`
    : `were uploaded too late for ${needed}`;
}

/** A time span in the largest unit that it is whole in: `7 days`. */
export function ageText(milliseconds: number): string {
  const hours = Math.round(milliseconds / 3_600_000);
  const [count, unit] = hours % 24 === 0 ? [hours / 24, "day"] : [hours, "hour"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function noWheelText(package_: ConflictPackage, term: Term, target: Conflict["target"]): string {
  const newest = versionsIn(package_, term.set)[0] as string;
  const { list } = package_;
  if (list === undefined) return "has no wheel for the target";
  const { text } = wheelReason(list, package_.versions.indexOf(newest), target);
  const single = countVersions(package_, term.set) === 1;
  const verb = subjectText(package_, term.set).plural ? "have" : "has";
  return single
    ? text
    : `${verb} no wheel for ${target.platform.name} and Python ${target.python.text} (${newest} ${text})`;
}

/** Whether a provider is in the list that counts for a package. */
function hasProvider(
  provider: string,
  { name }: ConflictPackage,
  { providers }: Conflict,
): boolean {
  return providerOrder(providers, name).includes(provider);
}

/** What is said of an sdist that nobody was to look at. */
function sdistText(package_: ConflictPackage, term: Term, conflict: Conflict): string {
  const { list, versions } = package_;
  const newest = versionsIn(package_, term.set)[0];
  if (list === undefined || newest === undefined || hasProvider("sdist", package_, conflict)) {
    return "";
  }
  const names = list.fileNames(versions.indexOf(newest));
  const hasSdist = names.some((name) => /\.(?:tar\.\w+|tgz|zip)$/.test(name));
  return hasSdist ? "; there is an sdist, but sdist is not among the providers" : "";
}

function onlySdistText(package_: ConflictPackage, conflict: Conflict): string {
  if (package_.list?.provider.split(",").includes("sdist") === true) return "no wheel";
  return hasProvider("sdist", package_, conflict)
    ? "only an sdist"
    : "only an sdist, and sdist is not among the providers";
}
