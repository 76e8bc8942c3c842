import { join } from "node:path";
import { EXIT, type PackageName, UserError } from "../../base/index.ts";
import {
  type BuildSource,
  getBuildRequires,
  prepareMetadata,
  readSourceBuildSystem,
} from "../../build/index.ts";
import type { HttpClient } from "../../http/index.ts";
import {
  type FileRecord,
  type MetadataFailure,
  type PackageIndex,
  readCoreMetadata,
  type ReleaseMetadata,
  type SdistToBuild,
} from "../../index/index.ts";
import type { LockedArtifact, LockedBuild } from "../../lock/index.ts";
import type { Resolution, ResolvedPin } from "../../resolve/index.ts";
import { parsePythonVersion, targetName, type Target } from "../../target/index.ts";
import { lockArtifact, lockPin } from "../assemble-lock.ts";
import { downloadListed } from "../download-sdist.ts";
import { projectError } from "../errors.ts";
import { thisPlatform } from "../host.ts";
import type { IndexSettings } from "../index-settings.ts";
import { installables } from "../installables.ts";
import { installPins } from "../install-pins.ts";
import { pickInterpreter } from "../interpreters.ts";
import { sessionStore } from "../open-store.ts";
import { resolveClosure } from "../resolve-closure.ts";
import type { Session } from "../session.ts";
import { makeBuildEnvironment, type TemporaryBuildEnvironment } from "./build-environment.ts";
import { keepKnownRequires, readKnownRequires } from "./build-requires.ts";
import { sandboxKind } from "./sandbox-kind.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

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
}

/** What a target's source distributions are built with, and the files of that. */
export interface TargetBuilds {
  readonly builds: Readonly<Record<string, LockedBuild>>;
  readonly artifacts: Readonly<Record<string, LockedArtifact>>;
}

/** What was found for one target, so far. */
interface Book {
  readonly target: Target;
  readonly builds: Record<string, LockedBuild>;
  readonly artifacts: Record<string, LockedArtifact>;
  readonly pending: Map<string, Promise<LockedBuild>>;
}

/** A source distribution that must be built, for a target. */
interface Job {
  readonly name: PackageName;
  readonly file: FileRecord;
  readonly book: Book;
  /** What is being built for what, outermost first. */
  readonly open: readonly string[];
}

/**
 * Builds while a lock is made: finds out what source distributions are built with, and what those say of
 * themselves that only their build can tell.
 */
export class Builder {
  private readonly session: Session;
  private readonly options: BuilderOptions;
  private readonly books = new Map<string, Book>();
  private readonly workshops = new Map<string, Promise<Workshop>>();
  private readonly requires = new Map<string, Promise<readonly string[]>>();
  /** The last of the jobs that others wait behind: two that need each other would wait for ever. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(session: Session, options: BuilderOptions) {
    this.session = session;
    this.options = options;
  }

  /**
   * The metadata that a source distribution's build prepares under a Python of this machine. Throws
   * UserError only for network and integrity failures.
   */
  metadata(release: SdistToBuild): Promise<ReleaseMetadata | MetadataFailure> {
    return this.inTurn(() => this.prepare(release));
  }

  private async prepare(release: SdistToBuild): Promise<ReleaseMetadata | MetadataFailure> {
    const { name, version, file } = release;
    try {
      const python = parsePythonVersion(release.python.slice(0, 2).join("."));
      const book = this.book({ python, platform: thisPlatform() });
      const build = await this.lockBuild({ name, file, book, open: [] });
      const text = await this.withEnvironment(build, book, async (environment, workshop) => {
        const source = await this.source(file);
        return this.inFolder(workshop, async (folder) => {
          const sandbox = await workshop.sandbox();
          const expected = { name, version };
          return (await prepareMetadata({ source, expected, environment, sandbox, folder }))
            .metadata;
        });
      });
      return readCoreMetadata(text, name);
    } catch (error) {
      if (!(error instanceof UserError) || passesOn(error)) throw error;
      return { failure: failureText(error) };
    }
  }

  /** What the source distributions of a resolution are built with. Throws the stages' errors. */
  closures({ pins }: Resolution, target: Target): Promise<TargetBuilds> {
    return this.inTurn(() => this.closuresOf(pins, target));
  }

  private async closuresOf(pins: readonly ResolvedPin[], target: Target): Promise<TargetBuilds> {
    const book = this.book(target);
    for (const { name, file } of pins) {
      if (file?.kind !== "sdist" || file.sha256 === undefined) continue;
      await this.lockBuild({ name, file, book, open: [] });
    }
    return this.reached(pins, book);
  }

  /** Only what the pins lead to: other candidates were tried on the way. */
  private reached(pins: readonly ResolvedPin[], { builds, artifacts }: Book): TargetBuilds {
    const wanted = new Map<string, LockedBuild>();
    const files = new Set<string>();
    const waiting = pins.flatMap(({ file }) => file?.filename ?? []);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const build = builds[name];
      if (build === undefined || wanted.has(name)) continue;
      wanted.set(name, build);
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

  private book(target: Target): Book {
    const name = targetName(target);
    let book = this.books.get(name);
    if (book === undefined) {
      book = { target, builds: {}, artifacts: {}, pending: new Map() };
      this.books.set(name, book);
    }
    return book;
  }

  /** One after the other. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private lockBuild(job: Job): Promise<LockedBuild> {
    const { file, book, open, name } = job;
    if (open.includes(file.filename)) throw buildCycle(name, open);
    let pending = book.pending.get(file.filename);
    if (pending === undefined) {
      pending = this.findBuild({ ...job, open: [...open, file.filename] });
      book.pending.set(file.filename, pending);
    }
    return pending;
  }

  private async findBuild(job: Job): Promise<LockedBuild> {
    const requires = await this.requiresOf(job);
    const build = await this.resolve(requires, job);
    job.book.builds[job.file.filename] = build;
    return build;
  }

  /** Resolves what a build needs, and what those need that are built themselves. */
  private async resolve(
    requires: readonly string[],
    { file: { filename }, book, open }: Job,
  ): Promise<LockedBuild> {
    const { providers, date, index } = this.options;
    const { target } = book;
    const { report } = this.session;
    const pins = await resolveClosure(requires, {
      filename,
      target,
      index: index(),
      providers,
      date,
      report,
    });
    for (const { name, file } of pins) {
      if (file === undefined) continue;
      book.artifacts[file.filename] = lockArtifact(file, { name, base: this.options.base });
      if (file.kind === "sdist") await this.lockBuild({ name, file, book, open });
    }
    return { requires, pins: pins.map(lockPin) };
  }

  /** `build-system.requires`, and what the backend asks for besides where it can be asked here. */
  private async requiresOf(job: Job): Promise<readonly string[]> {
    const source = await this.source(job.file);
    const { requires } = await readSourceBuildSystem(source);
    const { python } = job.book.target;
    const key = `${job.file.filename} ${python.text}`;
    let more = this.requires.get(key);
    if (more === undefined) {
      more = this.askBackend(source, requires, job);
      this.requires.set(key, more);
    }
    return [...new Set([...requires, ...(await more)])].toSorted();
  }

  private async askBackend(
    source: BuildSource,
    requires: readonly string[],
    job: Job,
  ): Promise<readonly string[]> {
    const { cache } = this.session.home;
    const python = job.book.target.python.release.slice(0, 2).join(".");
    const { sha256 } = job.file;
    const key = sha256 === undefined ? undefined : { source: sha256, python };
    const known = key === undefined ? undefined : readKnownRequires(cache, key);
    if (known !== undefined) return known;
    const local = this.book({ python: job.book.target.python, platform: thisPlatform() });
    const build = await this.resolve(requires, { ...job, book: local });
    const more = await this.withEnvironment(build, local, (environment, workshop) =>
      this.inFolder(workshop, async (folder) => {
        const sandbox = await workshop.sandbox();
        return getBuildRequires({ source, environment, sandbox, folder });
      }),
    );
    if (key !== undefined) keepKnownRequires(cache, key, more);
    return more;
  }

  private async withEnvironment<T>(
    build: LockedBuild,
    book: Book,
    work: (environment: TemporaryBuildEnvironment, workshop: Workshop) => Promise<T>,
  ): Promise<T> {
    const workshop = await this.workshop(book.target);
    const { store, interpreter, session } = workshop;
    const target = { pins: build.pins, builds: book.builds };
    const sandbox = sandboxKind(session);
    return store.shared(async () => {
      const items = installables(book, { target, store, interpreter, sandbox });
      await installPins(items, workshop);
      const objects = items.map(({ object }) => object);
      const environment = await makeBuildEnvironment(objects, workshop);
      try {
        return await work(environment, workshop);
      } finally {
        environment.remove();
      }
    });
  }

  private async inFolder<T>(
    { store, sandbox }: Workshop,
    work: (folder: string) => Promise<T>,
  ): Promise<T> {
    const folder = store.temporary();
    const build = join(folder, "build");
    try {
      return await work(build);
    } finally {
      await (await sandbox()).remove(build);
      store.discard(folder);
    }
  }

  private workshop({ python }: Target): Promise<Workshop> {
    let workshop = this.workshops.get(python.text);
    if (workshop === undefined) {
      workshop = this.openWorkshop(python.text);
      this.workshops.set(python.text, workshop);
    }
    return workshop;
  }

  private async openWorkshop(python: string): Promise<Workshop> {
    const { session } = this;
    return openWorkshop({
      session,
      store: sessionStore(session),
      interpreter: await pickInterpreter(session, python),
      settings: this.options.settings,
      lockPath: join(this.options.base, "mach-nix.lock"),
    });
  }

  private async source(file: FileRecord): Promise<BuildSource> {
    const { client, base } = this.options;
    const cacheDirectory = this.session.home.cache;
    const path = await downloadListed(file, { client, cacheDirectory, base });
    const { filename, sha256 } = file;
    if (sha256 === undefined) throw new Error(`${filename} was not hashed`);
    return { kind: "sdist", path, filename, sha256 };
  }
}

/** What another try could change, and what nobody should pass over. */
function passesOn({ exit }: UserError): boolean {
  return exit === EXIT.network || exit === EXIT.integrity;
}

function failureText({ message, hint }: UserError): string {
  const line = message.split("\n")[0] ?? "";
  return hint === undefined ? line : `${line} (${hint})`;
}

function buildCycle(name: PackageName, open: readonly string[]): Error {
  return projectError(
    "project-build-cycle",
    `to build ${open[0]}, ${open.slice(1).join(", ")} must be built, and for that ${name} again`,
    {
      place: { package: name },
      hint: "let what builds need come from wheels: [build-providers] in mach-nix.toml",
    },
  );
}
