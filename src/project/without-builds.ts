import type { Report } from "../base/index.ts";
import { asksForBuild, condaRequirement, type Requirement } from "../requirement/index.ts";
import { providerOrder } from "../provider/index.ts";

/**
 * Requirements of an environment.yml whose packages are taken from elsewhere by provider order: without
 * the builds and channels that only conda's packages have, which a note says. What is asked of
 * conda's own terms elsewhere stays as it is.
 */
export function withoutBuilds(
  requirements: readonly Requirement[],
  {
    order,
    channels,
    report,
  }: {
    readonly order: Readonly<Record<string, readonly string[]>>;
    readonly channels: readonly string[];
    readonly report: Report;
  },
): readonly Requirement[] {
  const changed: string[] = [];
  const kept = requirements.map((requirement) => {
    const { name, conda, marker, place } = requirement;
    const isFile = /\.ya?ml$/.test(place?.file ?? "");
    if (conda === undefined || !isFile || !asksForBuild(conda)) return requirement;
    if (providerOrder(order, name).some((word) => channels.includes(word))) return requirement;
    const version = conda.fields.get("version");
    changed.push(conda.text);
    const plain = condaRequirement(
      version === undefined ? name : `${name} ${exact(version)}`,
      place,
    );
    return marker === undefined ? plain : { ...plain, marker };
  });
  if (changed.length > 0) note(report, changed);
  return kept;
}

/** With a build beside it, a version is that version alone. */
function exact(version: string): string {
  return /^[\d.]+$/.test(version) ? `==${version}` : version;
}

const MOST_TOLD = 5;

function note(report: Report, changed: readonly string[]): void {
  const told = changed.slice(0, MOST_TOLD).join(", ");
  const more = changed.length > MOST_TOLD ? ` and ${changed.length - MOST_TOLD} more` : "";
  const message = `the builds of ${told}${more} do not apply: no channel is among their providers`;
  report({
    kind: "note",
    level: "warning",
    code: "conda-build-ignored",
    message,
    facts: { changed },
  });
}
