import { mapBounded, type PackageName } from "../../base/index.ts";
import { type PreparedMetadata, prepareMetadata } from "../../build/index.ts";
import type { HttpClient } from "../../http/index.ts";
import {
  type FileRecord,
  type MetadataFailure,
  type PackageIndex,
  readCoreMetadata,
  type ReleaseMetadata,
  type SdistToBuild,
} from "../../index/index.ts";
import type { LockedBuild } from "../../lock/index.ts";
import type { Resolution, ResolvedPin } from "../../resolve/index.ts";
import { parsePythonVersion, targetName, type Target } from "../../target/index.ts";
import { thisPlatform } from "../host.ts";
import type { IndexSettings } from "../index-settings.ts";
import { BUILDS_AT_ONCE } from "../install-pins.ts";
import type { Session } from "../session.ts";
import type { Inspected } from "../source-references.ts";
import { type Book, emptyBook, fixesFor, type Job, reached, type TargetBuilds } from "./book.ts";
import type { Identity } from "./build-ahead.ts";
import { failureOf, identityOf } from "./build-answers.ts";
import { inBuildFolder } from "./build-folder.ts";
import type { FindChannelPython } from "./lock-workshop.ts";
import { Closures } from "./closures.ts";
import { Crates } from "./crates.ts";
import { Questions, type Wish } from "./questions.ts";
import { Sources } from "./sources.ts";
import { Workshops } from "./workshops.ts";

export interface BuilderOptions {
  readonly settings: IndexSettings;
  readonly client: HttpClient;
  /** What closures are resolved from. */
  readonly index: () => PackageIndex;
  /** Provider order of what builds need. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
  /** Snapshot date in milliseconds. */
  readonly date: number;
  /** The lock's folder. */
  readonly base: string;
  readonly channelPython?: FindChannelPython;
  /**
   * What is locked will be installed here: where a backend has to be asked something, it also builds the
   * wheel, in the same start of Python.
   */
  readonly ahead?: boolean;
}

/**
 * Builds while a lock is made: finds out what source distributions are built with, and what those say of
 * themselves that only their build can tell.
 */
export class Builder {
  private readonly options: BuilderOptions;
  private readonly books = new Map<string, Book>();
  private readonly inspected = new Map<string, Promise<Inspected | MetadataFailure>>();
  private readonly sources: Sources;
  private readonly workshops: Workshops;
  private readonly closuresOf: Closures;
  private readonly crates: Crates;
  private readonly questions: Questions;

  constructor(session: Session, options: BuilderOptions) {
    this.options = options;
    const lockBuild = (job: Job): Promise<LockedBuild> => this.lockBuild(job);
    this.sources = new Sources(session, options);
    this.workshops = new Workshops(session, options);
    const { client } = options;
    this.crates = new Crates({ session, client, open: (file) => this.sources.open(file) });
    this.closuresOf = new Closures(session, { ...options, lockBuild });
    this.questions = new Questions(session, {
      base: options.base,
      sources: this.sources,
      workshops: this.workshops,
      localBook: ({ python }) => this.book({ python, platform: thisPlatform() }),
      resolve: (requires, job) => this.resolve(requires, job),
    });
  }

  /**
   * The metadata that a source distribution's build prepares under a Python of this machine. Throws
   * UserError only for network and integrity failures.
   */
  async metadata(release: SdistToBuild): Promise<ReleaseMetadata | MetadataFailure> {
    const { name, version, file } = release;
    const python = parsePythonVersion(release.python.slice(0, 2).join("."));
    const job = { name, file, book: this.book({ python, platform: thisPlatform() }) };
    const expected = { name, version };
    const observed = await this.observed(job, expected);
    if (observed !== undefined) return observed;
    const found = await this.prepared(job, { also: "metadata", expected });
    return "failure" in found ? found : readCoreMetadata(found.metadata, name);
  }

  /**
   * What a source says of itself whose name and version are not known: a folder, a repository, an
   * archive. Throws UserError only for network and integrity failures.
   */
  inspect(file: FileRecord, target: Target): Promise<Inspected | MetadataFailure> {
    const { filename, url, sha256, subdirectory, editable } = file;
    const { text } = target.python;
    const key = JSON.stringify([text, filename, url, sha256, subdirectory, editable]);
    let inspected = this.inspected.get(key);
    if (inspected === undefined) {
      inspected = this.inspectAnew(file, target);
      this.inspected.set(key, inspected);
      inspected.catch(() => undefined);
    }
    return inspected;
  }

  private async inspectAnew(
    file: FileRecord,
    { python }: Target,
  ): Promise<Inspected | MetadataFailure> {
    // Builds go by file name; this one's is not known yet.
    const filename = `source-${file.sha256?.slice(0, 16)}-0.tar.gz`;
    const named = file.url.startsWith("http") ? file : { ...file, filename };
    const book = this.book({ python, platform: thisPlatform() });
    const also = this.options.ahead === true && file.editable !== true ? "wheel" : "metadata";
    const wish: Wish = { also };
    const found = await this.prepared({ name: "" as PackageName, file: named, book }, wish);
    const identity = "failure" in found ? found : identityOf(found.metadata);
    if (!("failure" in identity)) wish.failed?.(identity);
    return identity;
  }

  /** What can be told without the backend; where that fails, the backend says why. */
  private async observed(job: Job, expected: Identity): Promise<ReleaseMetadata | undefined> {
    try {
      return await this.questions.observed(job, expected);
    } catch (error) {
      failureOf(error);
      return undefined;
    }
  }

  /** The text of METADATA under a Python of this machine. */
  private async prepared(job: Job, wish: Wish): Promise<PreparedMetadata | MetadataFailure> {
    try {
      const build = await this.lockBuild(job, wish);
      const { answer } = wish;
      if (answer?.metadata !== undefined) return { metadata: answer.metadata };
      if (answer?.failure !== undefined) throw answer.failure;
      const built = await this.builtAtOnce(job, { build, wish });
      return built ?? (await this.prepare(job, { build, wish }));
    } catch (error) {
      return failureOf(error);
    }
  }

  /** Where a wheel is wanted that could not be built before it was known what it needs. */
  private async builtAtOnce(
    job: Job,
    { build, wish }: { readonly build: LockedBuild; readonly wish: Wish },
  ): Promise<PreparedMetadata | undefined> {
    if (wish.also !== "wheel" || wish.failed !== undefined) return undefined;
    const metadata = await this.questions.wheelMetadata(job, build, wish);
    return metadata === undefined ? undefined : { metadata };
  }

  private prepare(
    job: Job,
    { build, wish: { expected } }: { readonly build: LockedBuild; readonly wish: Wish },
  ): Promise<PreparedMetadata> {
    const { file, book } = job;
    return this.workshops.withEnvironment(build, book, async (environment, workshop) => {
      const source = await this.sources.open(file);
      return inBuildFolder(workshop, file.filename, async (folder) => {
        const sandbox = await workshop.sandbox();
        const { env } = fixesFor(job);
        const wanted = expected === undefined ? {} : { expected };
        return prepareMetadata({ source, environment, sandbox, folder, env, ...wanted });
      });
    });
  }

  /** What the source distributions of a resolution are built with. Throws the stages' errors. */
  async closures({ pins }: Resolution, target: Target): Promise<TargetBuilds> {
    const book = this.book(target);
    const built = pins.filter(isBuilt);
    await mapBounded(built, BUILDS_AT_ONCE, ({ name, version, file }) => {
      const also = this.options.ahead === true && file.editable !== true ? "wheel" : "nothing";
      return this.lockBuild({ name, file, book }, { also, expected: { name, version } });
    });
    return reached(pins, book);
  }

  private book(target: Target): Book {
    const name = targetName(target);
    let book = this.books.get(name);
    if (book === undefined) {
      book = emptyBook(target);
      this.books.set(name, book);
    }
    return book;
  }

  /** What a source distribution is built with; its backend is asked for `wish` where it is asked at all. */
  private lockBuild(job: Job, wish: Wish = { also: "nothing" }): Promise<LockedBuild> {
    const { file, book } = job;
    let pending = book.pending.get(file.filename);
    if (pending === undefined) {
      pending = this.findBuild(job, wish);
      book.pending.set(file.filename, pending);
      pending.catch(() => undefined);
    }
    return pending;
  }

  private async resolve(requires: readonly string[], job: Job): Promise<LockedBuild> {
    return this.crates.addTo(await this.closuresOf.resolve(requires, job), job);
  }

  private async findBuild(job: Job, wish: Wish): Promise<LockedBuild> {
    const requires = await this.questions.requiresOf(job, wish);
    const build = await this.resolve(requires, job);
    job.book.builds[job.file.filename] = build;
    return build;
  }
}

/** A file whose hash is not known cannot be had either. */
function isBuilt(pin: ResolvedPin): pin is ResolvedPin & { readonly file: FileRecord } {
  return pin.file?.kind === "sdist" && pin.file.sha256 !== undefined;
}
