import type { PackageName } from "../../base/index.ts";
import type { BuildFixes } from "../../build/index.ts";
import type { FileRecord } from "../../index/index.ts";
import type { LockedArtifact, LockedBuild } from "../../lock/index.ts";
import type { ResolvedPin } from "../../resolve/index.ts";
import type { Target } from "../../target/index.ts";
import { fixesOf } from "./fixes-of.ts";

/** What a target's source distributions are built with, and the files of that. */
export interface TargetBuilds {
  readonly builds: Readonly<Record<string, LockedBuild>>;
  readonly artifacts: Readonly<Record<string, LockedArtifact>>;
}

/** What was found for one target, so far. */
export interface Book {
  readonly target: Target;
  readonly builds: Record<string, LockedBuild>;
  readonly artifacts: Record<string, LockedArtifact>;
  /** What each source distribution is built with, by file name: under way, or found. */
  readonly pending: Map<string, Promise<LockedBuild>>;
  /** The same, by what is asked for; only where no other source distribution had a say in it. */
  readonly closures: Map<string, LockedBuild>;
}

export function emptyBook(target: Target): Book {
  return { target, builds: {}, artifacts: {}, pending: new Map(), closures: new Map() };
}

/** A source distribution that must be built, for a target. */
export interface Job {
  /** "" where it is not known yet. */
  readonly name: PackageName;
  readonly file: FileRecord;
  readonly book: Book;
}

/** What fixes change about a job. */
export function fixesFor({ name, file: { filename }, book }: Job): BuildFixes {
  const { python, platform } = book.target;
  return fixesOf({ name, filename, python: python.text, platform: platform.name });
}

/** Of a book, only what the pins lead to: other candidates were tried on the way. */
export function reached(pins: readonly ResolvedPin[], { builds, artifacts }: Book): TargetBuilds {
  const wanted = new Map<string, LockedBuild>();
  const files = new Set<string>();
  const waiting = pins.flatMap(({ file }) => file?.filename ?? []);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const build = builds[name];
    if (build === undefined || wanted.has(name)) continue;
    wanted.set(name, build);
    for (const crate of build.crates ?? []) files.add(crate);
    for (const { artifact } of build.pins) {
      if (artifact === undefined) continue;
      files.add(artifact);
      waiting.push(artifact);
    }
  }
  return {
    builds: Object.fromEntries(wanted),
    artifacts: Object.fromEntries(
      [...files].map((name) => [name, artifacts[name] as LockedArtifact]),
    ),
  };
}
