import type { PackageName } from "../base/index.ts";
import { type ReleaseMetadata, shownName } from "../provider/index.ts";
import { parseDependency, type Requirement, tryParseRequirement } from "../requirement/index.ts";
import { covers } from "./steered-provider.ts";
import type { MetadataOverride } from "./steering.ts";

/** Metadata as the user has it, and which override each changed line is from. */
export interface OverriddenMetadata {
  readonly metadata: ReleaseMetadata;
  readonly origins: ReadonlyMap<string, MetadataOverride>;
}

const NONE: readonly MetadataOverride[] = [];

/** The overrides in effect, by name. */
export class Overrides {
  private readonly isEmpty: boolean;
  private readonly byName: ReadonlyMap<PackageName, readonly MetadataOverride[]>;

  constructor(overrides: readonly MetadataOverride[]) {
    this.isEmpty = overrides.length === 0;
    this.byName = Map.groupBy(overrides, ({ name }) => name);
  }

  /** Those that are about a release, in the order given. */
  of(name: PackageName, version: string): readonly MetadataOverride[] {
    if (this.isEmpty) return NONE;
    const own = this.byName.get(shownName(name) as PackageName);
    return own === undefined ? NONE : own.filter(({ versions }) => covers(versions, version));
  }

  /** The `Requires-Python` that stands instead of a release's own, if one does. */
  requiresPython(name: PackageName, version: string): string | undefined {
    return this.of(name, version).findLast((one) => one.requiresPython !== undefined)
      ?.requiresPython;
  }
}

/** A release's metadata with overrides applied, one after the other. */
export function overrideMetadata(
  metadata: ReleaseMetadata,
  overrides: readonly MetadataOverride[],
): OverriddenMetadata {
  const origins = new Map<string, MetadataOverride>();
  const changed = overrides.reduce((before, one) => applyOne(before, one, origins), metadata);
  return { metadata: changed, origins };
}

function applyOne(
  metadata: ReleaseMetadata,
  override: MetadataOverride,
  origins: Map<string, MetadataOverride>,
): ReleaseMetadata {
  const { requiresPython: own, ...rest } = metadata;
  const requiresPython = override.requiresPython ?? own;
  const kept = metadata.requiresDist.flatMap((line) => changedLine(line, override, origins));
  const { needs, constrains } = metadata;
  for (const line of override.add) origins.set(line, override);
  return {
    ...rest,
    ...(requiresPython === undefined || requiresPython === "" ? {} : { requiresPython }),
    requiresDist: [...kept, ...override.add],
    ...(needs === undefined ? {} : { needs: changedNeeds(needs, override) }),
    ...(constrains === undefined
      ? {}
      : { constrains: constrains.filter(({ name }) => !override.drop.includes(name)) }),
  };
}

function changedLine(
  line: string,
  { drop, replace, ...override }: MetadataOverride,
  origins: Map<string, MetadataOverride>,
): readonly string[] {
  const name = parseDependency(line)?.name;
  if (name === undefined) return [line];
  if (drop.includes(name)) return [];
  const text = replace.get(name);
  if (text === undefined) return [line];
  const replaced = withMarkerOf(line, text);
  origins.set(replaced, { drop, replace, ...override });
  return [replaced];
}

/** A replacement under the condition of what it replaces, unless it has its own. */
function withMarkerOf(line: string, text: string): string {
  const at = line.indexOf(";");
  return text.includes(";") || at < 0 ? text : `${text} ;${line.slice(at + 1)}`;
}

/** Conda's needs have no lines; those added are PEP 508's. */
function changedNeeds(
  needs: readonly Requirement[],
  { drop, replace, add }: MetadataOverride,
): readonly Requirement[] {
  const kept = needs.flatMap((need) => {
    if (drop.includes(need.name)) return [];
    const text = replace.get(need.name);
    return [text === undefined ? need : (tryParseRequirement(text) ?? need)];
  });
  return [...kept, ...add.flatMap((text) => tryParseRequirement(text) ?? [])];
}
