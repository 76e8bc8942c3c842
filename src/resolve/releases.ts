import { isPromise, type MaybePromise, UserError } from "../base/index.ts";
import type { MetadataFailure, ReleaseMetadata } from "../provider/index.ts";
import {
  dependencyExtra,
  evaluateMarker,
  type Marker,
  parseDependency,
  type Requirement,
} from "../requirement/index.ts";
import type { MarkerEnvironment } from "../target/index.ts";
import { nodeName } from "./node-name.ts";
import { overrideMetadata, type Overrides } from "./override-metadata.ts";
import type { BrokenRelease, ExtraLine, Need, Project, Release } from "./project.ts";
import type { Projects } from "./projects.ts";
import type { MetadataOverride } from "./steering.ts";

const NONE: readonly never[] = [];

type Origins = ReadonlyMap<string, MetadataOverride>;

export interface ReleaseOptions {
  readonly projects: Projects;
  readonly environment: MarkerEnvironment;
  readonly admitsPython: (specifier: string) => boolean;
  readonly overrides: Overrides;
}

/** Reads candidates' metadata: which needs they have for the target, and for an extra. */
export class Releases {
  private readonly options: ReleaseOptions;
  private readonly markers = new Map<Marker, boolean>();

  constructor(options: ReleaseOptions) {
    this.options = options;
  }

  /** A candidate's release, read once. */
  get(project: Project, candidate: number): MaybePromise<Release | BrokenRelease> {
    const known = project.releases[candidate];
    if (known !== undefined) return known;
    const metadata = metadataOf(project, candidate);
    if (!isPromise(metadata)) {
      return (project.releases[candidate] = this.overridden(metadata, project, candidate));
    }
    const reading = metadata.then(
      (value) => (project.releases[candidate] = this.overridden(value, project, candidate)),
    );
    return (project.releases[candidate] = reading);
  }

  /**
   * Reads a candidate's own metadata where that of another file stood for it. Tells whether it says the
   * same.
   */
  async confirm(project: Project, candidate: number): Promise<boolean> {
    const before = project.releases[candidate];
    const own = await project.list?.ownMetadata?.(candidate);
    if (own === undefined || before === undefined) return true;
    const after = this.overridden(own, project, candidate);
    project.releases[candidate] = after;
    const assumed = await before;
    return !("broken" in assumed) && !("broken" in after) && saysTheSame(assumed, after);
  }

  /** Whether a marker holds for the target. Throws UserError for one without meaning. */
  holds(marker: Marker | undefined): boolean {
    if (marker === undefined) return true;
    let answer = this.markers.get(marker);
    if (answer === undefined) {
      answer = evaluateMarker(marker, this.options.environment);
      this.markers.set(marker, answer);
    }
    return answer;
  }

  private overridden(
    metadata: ReleaseMetadata | MetadataFailure,
    project: Project,
    candidate: number,
  ): Release | BrokenRelease {
    if ("failure" in metadata) {
      const { failure: broken, built } = metadata;
      return built === true ? { broken, built } : { broken };
    }
    const overrides = this.options.overrides.of(project.name, project.version(candidate));
    if (overrides.length === 0) return this.readOnce(metadata, project);
    const { metadata: changed, origins } = overrideMetadata(metadata, overrides);
    return this.read(changed, origins);
  }

  private readOnce(metadata: ReleaseMetadata, { read }: Project): Release | BrokenRelease {
    let release = read.get(metadata);
    if (release === undefined) read.set(metadata, (release = this.read(metadata)));
    return release;
  }

  private read(metadata: ReleaseMetadata, origins?: Origins): Release | BrokenRelease {
    const { requiresPython } = metadata;
    if (requiresPython !== undefined && !this.options.admitsPython(requiresPython)) {
      return { broken: `needs Python ${requiresPython}`, requiresPython };
    }
    try {
      return this.readLines(metadata, origins);
    } catch (error) {
      if (error instanceof UserError) return { broken: error.message };
      throw error;
    }
  }

  private readLines(metadata: ReleaseMetadata, origins?: Origins): Release | BrokenRelease {
    const needs: Need[] = [];
    const extraLines: ExtraLine[] = [];
    for (const line of metadata.requiresDist) {
      const only = dependencyExtra(line);
      if (only !== undefined) {
        extraLines.push({ line, only });
        continue;
      }
      const requirement = parseDependency(line);
      if (requirement === undefined) return { broken: `cannot read Requires-Dist: ${line}` };
      if (this.holds(requirement.marker)) needs.push(this.needOf(requirement, origins?.get(line)));
      else if (line.includes("extra", line.indexOf(";"))) extraLines.push({ line, only });
    }
    for (const need of metadata.needs ?? []) needs.push(this.needOf(need));
    return {
      needs,
      extraLines,
      constrains: (metadata.constrains ?? NONE).map((need) => this.needOf(need)),
      twins: (metadata.twins ?? NONE).map(({ name, keys }) => {
        return { project: this.options.projects.mention(name), keys };
      }),
      metadata,
      needsOfExtra: new Map(),
    };
  }

  private needOf(requirement: Requirement, override?: MetadataOverride): Need {
    const project = this.options.projects.mention(nodeName(requirement));
    return { requirement, project, ...(override === undefined ? {} : { override }) };
  }

  /** What an extra adds to a candidate's needs. Lines that cannot be read are passed over. */
  needsOfExtra(release: Release, extra: string): readonly Need[] {
    let needs = release.needsOfExtra.get(extra);
    if (needs === undefined) {
      needs = this.readExtra(release.extraLines, extra);
      release.needsOfExtra.set(extra, needs);
    }
    return needs;
  }

  private readExtra(lines: readonly ExtraLine[], extra: string): readonly Need[] {
    const needs: Need[] = [];
    for (const { line, only } of lines) {
      if (only !== undefined && only !== extra) continue;
      const requirement = parseDependency(line);
      if (requirement?.marker === undefined) continue;
      if (this.holdsWith(requirement.marker, extra)) needs.push(this.needOf(requirement));
    }
    return needs;
  }

  private holdsWith(marker: Marker, extra: string): boolean {
    try {
      return evaluateMarker(marker, this.options.environment, { extras: [extra] });
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  }
}

function saysTheSame({ metadata: a }: Release, { metadata: b }: Release): boolean {
  return (
    isSameList(a.requiresDist.toSorted(), b.requiresDist.toSorted()) &&
    isSameList(a.extras.toSorted(), b.extras.toSorted())
  );
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

function metadataOf(
  project: Project,
  candidate: number,
): MaybePromise<ReleaseMetadata | MetadataFailure> {
  const reference = project.references[candidate - project.versions.length];
  if (reference !== undefined) return reference.file.metadata;
  if (project.list === undefined || project.list === null)
    throw new Error(`${project.name} has no list`);
  return project.list.metadata(candidate);
}
