import { type MaybePromise, UserError } from "../../base/index.ts";
import type { MetadataFailure, PackageIndex, ReleaseMetadata } from "../../index/index.ts";
import type { LockedBuild } from "../../lock/index.ts";
import type { Session } from "../session.ts";
import { lockArtifact, lockPin } from "../assemble-lock.ts";
import { resolveClosure } from "../resolve-closure.ts";
import { buildCycle, passesOn } from "./build-answers.ts";
import type { Job } from "./book.ts";
import { Waiting } from "./waiting.ts";

export interface ClosuresOptions {
  /** What closures are resolved from. */
  readonly index: () => PackageIndex;
  /** Provider order of what builds need. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
  /** Snapshot date in milliseconds. */
  readonly date: number;
  /** The lock's folder. */
  readonly base: string;
  /** Finds out what a source distribution is built with. */
  readonly lockBuild: (job: Job) => Promise<LockedBuild>;
}

/** Resolves what builds need, and what those need that are built themselves. */
export class Closures {
  private readonly session: Session;
  private readonly options: ClosuresOptions;
  private readonly waiting = new Waiting();

  constructor(session: Session, options: ClosuresOptions) {
    this.session = session;
    this.options = options;
  }

  /**
   * Resolves requirement lines, sorted and each once, for a job's target. The same lines give the same
   * closure for every job, but where other source distributions had a say in it: these may need this one.
   * Throws `project-needs-build`, and as `resolveClosure` does.
   */
  async resolve(requires: readonly string[], job: Job): Promise<LockedBuild> {
    const { book } = job;
    const key = requires.join("\n");
    const known = book.closures.get(key);
    if (known !== undefined) return known;
    const { build, isForAll } = await this.find(requires, job);
    if (isForAll) book.closures.set(key, build);
    return build;
  }

  private async find(
    requires: readonly string[],
    { file: { filename }, book }: Job,
  ): Promise<{ readonly build: LockedBuild; readonly isForAll: boolean }> {
    const { providers, date, base, lockBuild } = this.options;
    const { report } = this.session;
    const asked = { isForAll: true };
    const index = this.indexFor(filename, asked);
    const { target } = book;
    const pins = await resolveClosure(requires, {
      filename,
      target,
      index,
      providers,
      date,
      report,
    });
    for (const { name, file } of pins) {
      if (file === undefined) continue;
      book.artifacts[file.filename] = lockArtifact(file, { name, base });
      if (file.kind !== "sdist") continue;
      asked.isForAll = false;
      await this.needed(filename, file.filename, () => lockBuild({ name, file, book }));
    }
    return { build: { requires, pins: pins.map(lockPin) }, isForAll: asked.isForAll };
  }

  /** Waits for another source distribution that one needs to be built. Throws `project-needs-build`. */
  private needed<T>(from: string, to: string, work: () => T | Promise<T>): Promise<T> {
    const path = this.waiting.path(to, from);
    if (path !== undefined) throw buildCycle([from, ...path]);
    return this.waiting.during(from, to, work);
  }

  /** The index as one sees it that is being built. */
  private indexFor(filename: string, asked: { isForAll: boolean }): PackageIndex {
    const index = this.options.index();
    return {
      project: (name) => index.project(name),
      metadata: (name, file) => index.metadata(name, file),
      prefetch: (name) => index.prefetch(name),
      close: () => undefined,
      sdistMetadata: async (name, release) => {
        asked.isForAll = false;
        const ask = (): MaybePromise<ReleaseMetadata | MetadataFailure> =>
          index.sdistMetadata?.(name, release) ?? { failure: "its metadata is not known" };
        try {
          return await this.needed(filename, release.file?.filename ?? name, async () => ask());
        } catch (error) {
          if (error instanceof UserError && !passesOn(error)) return { failure: error.message };
          throw error;
        }
      },
    };
  }
}
