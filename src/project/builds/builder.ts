import { join } from "node:path";
import { readFileSync } from "node:fs";
import {
  EXIT,
  type MaybePromise,
  normalizeName,
  type PackageName,
  sha256,
  UserError,
} from "../../base/index.ts";
import {
  type BuildFixes,
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
import { tryParsePep440 } from "../../version/index.ts";
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
import type { Inspected } from "../source-references.ts";
import { Crates, cratesOf } from "./crates.ts";
import { fixesOf } from "./fixes-of.ts";
import { makeBuildEnvironment, type TemporaryBuildEnvironment } from "./build-environment.ts";
import { inBuildFolder } from "./build-folder.ts";
import { openSource } from "./build-source.ts";
import { keepKnownRequires, readKnownRequires } from "./build-requires.ts";
import { sandboxKind } from "./sandbox-kind.ts";
import { Waiting } from "./waiting.ts";
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
}

function fixesFor({ name, file: { filename }, book }: Job): BuildFixes {
  const { python, platform } = book.target;
  return fixesOf({ name, filename, python: python.text, platform: platform.name });
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
  private readonly waiting = new Waiting();
  private readonly crates: Crates;

  constructor(session: Session, options: BuilderOptions) {
    this.session = session;
    this.options = options;
    const { client } = options;
    this.crates = new Crates({ session, client, open: (file) => this.source(file) });
  }

  /**
   * The metadata that a source distribution's build prepares under a Python of this machine. Throws
   * UserError only for network and integrity failures.
   */
  async metadata(release: SdistToBuild): Promise<ReleaseMetadata | MetadataFailure> {
    const { name, version, file } = release;
    const python = parsePythonVersion(release.python.slice(0, 2).join("."));
    const text = await this.prepared(file, { name, python, expected: { name, version } });
    return typeof text === "string" ? readCoreMetadata(text, name) : text;
  }

  /**
   * What a source says of itself whose name and version are not known: a folder, a repository, an
   * archive. Throws UserError only for network and integrity failures.
   */
  async inspect(file: FileRecord, { python }: Target): Promise<Inspected | MetadataFailure> {
    // Builds go by file name; this one's is not known yet.
    const filename = `source-${file.sha256?.slice(0, 16)}-0.tar.gz`;
    const named = file.url.startsWith("http") ? file : { ...file, filename };
    const text = await this.prepared(named, { name: "" as PackageName, python });
    return typeof text === "string" ? identityOf(text) : text;
  }

  /** The text of METADATA under a Python of this machine. */
  private async prepared(
    file: FileRecord,
    {
      name,
      python,
      expected,
    }: {
      readonly name: PackageName;
      readonly python: Target["python"];
      readonly expected?: { readonly name: string; readonly version: string };
    },
  ): Promise<string | MetadataFailure> {
    try {
      const book = this.book({ python, platform: thisPlatform() });
      const build = await this.lockBuild({ name, file, book });
      return await this.withEnvironment(build, book, async (environment, workshop) => {
        const source = await this.source(file);
        return inBuildFolder(workshop, file.filename, async (folder) => {
          const sandbox = await workshop.sandbox();
          const { env } = fixesFor({ name, file, book });
          const options = { source, environment, sandbox, folder, env };
          const wanted = expected === undefined ? {} : { expected };
          return (await prepareMetadata({ ...options, ...wanted })).metadata;
        });
      });
    } catch (error) {
      if (!(error instanceof UserError) || passesOn(error)) throw error;
      return { failure: failureText(error) };
    }
  }

  /** What the source distributions of a resolution are built with. Throws the stages' errors. */
  async closures({ pins }: Resolution, target: Target): Promise<TargetBuilds> {
    const book = this.book(target);
    for (const { name, file } of pins) {
      if (file?.kind !== "sdist" || file.sha256 === undefined) continue;
      await this.lockBuild({ name, file, book });
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

  private book(target: Target): Book {
    const name = targetName(target);
    let book = this.books.get(name);
    if (book === undefined) {
      book = { target, builds: {}, artifacts: {}, pending: new Map() };
      this.books.set(name, book);
    }
    return book;
  }

  private lockBuild(job: Job): Promise<LockedBuild> {
    const { file, book } = job;
    let pending = book.pending.get(file.filename);
    if (pending === undefined) {
      pending = this.findBuild(job);
      book.pending.set(file.filename, pending);
      pending.catch(() => undefined);
    }
    return pending;
  }

  /** Waits for another source distribution that one needs to be built. Throws `project-needs-build`. */
  private needed<T>(from: string, to: string, work: () => T | Promise<T>): Promise<T> {
    const path = this.waiting.path(to, from);
    if (path !== undefined) throw buildCycle([from, ...path]);
    return this.waiting.during(from, to, work);
  }

  /** The index as one sees it that is being built. */
  private indexFor(filename: string): PackageIndex {
    const index = this.options.index();
    return {
      project: (name) => index.project(name),
      metadata: (name, file) => index.metadata(name, file),
      prefetch: (name) => index.prefetch(name),
      close: () => undefined,
      sdistMetadata: async (name, release) => {
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

  private async findBuild(job: Job): Promise<LockedBuild> {
    const requires = await this.requiresOf(job);
    const build = await this.crates.addTo(await this.resolve(requires, job), job);
    job.book.builds[job.file.filename] = build;
    return build;
  }

  /** Resolves what a build needs, and what those need that are built themselves. */
  private async resolve(
    requires: readonly string[],
    { file: { filename }, book }: Job,
  ): Promise<LockedBuild> {
    const { providers, date } = this.options;
    const { target } = book;
    const { report } = this.session;
    const pins = await resolveClosure(requires, {
      filename,
      target,
      index: this.indexFor(filename),
      providers,
      date,
      report,
    });
    for (const { name, file } of pins) {
      if (file === undefined) continue;
      book.artifacts[file.filename] = lockArtifact(file, { name, base: this.options.base });
      if (file.kind === "sdist") {
        await this.needed(filename, file.filename, () => this.lockBuild({ name, file, book }));
      }
    }
    return { requires, pins: pins.map(lockPin) };
  }

  /** `build-system.requires`, and what the backend asks for besides where it can be asked here. */
  private async requiresOf(job: Job): Promise<readonly string[]> {
    const source = await this.source(job.file);
    const { python } = job.book.target;
    const fixes = fixesFor(job);
    const requires = fixes.requires((await readSourceBuildSystem(source)).requires);
    const key = `${job.file.filename} ${python.text}`;
    let more = this.requires.get(key);
    if (more === undefined) {
      more = this.askBackend(source, requires, job);
      this.requires.set(key, more);
    }
    return [...new Set([...requires, ...fixes.requires(await more)])].toSorted();
  }

  private async askBackend(
    source: BuildSource,
    requires: readonly string[],
    job: Job,
  ): Promise<readonly string[]> {
    const { cache } = this.session.home;
    const python = job.book.target.python.release.slice(0, 2).join(".");
    const { sha256: hash, editable = false } = job.file;
    const key = hash === undefined ? undefined : { source: hash, python, editable };
    const known = key === undefined ? undefined : readKnownRequires(cache, key);
    if (known !== undefined) return known;
    const local = this.book({ python: job.book.target.python, platform: thisPlatform() });
    const build = await this.resolve(requires, { ...job, book: local });
    const more = await this.withEnvironment(build, local, (environment, workshop) =>
      inBuildFolder(workshop, job.file.filename, async (folder) => {
        const sandbox = await workshop.sandbox();
        const { env } = fixesFor(job);
        return getBuildRequires({ source, environment, sandbox, folder, editable, env });
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
      const items = installables(book, {
        target,
        store,
        interpreter,
        sandbox,
        base: this.options.base,
      });
      await installPins(items, workshop);
      const objects = items.map(({ object }) => object);
      const environment = await makeBuildEnvironment(objects, workshop);
      try {
        return await work(
          { ...environment, crates: await cratesOf(build, book, workshop) },
          workshop,
        );
      } finally {
        environment.remove();
      }
    });
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
    const { session } = this;
    const { client, base, settings } = this.options;
    const { filename, sha256: hash } = file;
    if (hash !== undefined) {
      // A file of the index has its address by a getter, which a spread leaves behind.
      const locked = { ...file, url: file.url, sha256: hash };
      return openSource(locked, { session, settings, client, base });
    }
    const path = await downloadListed(file, { client, cacheDirectory: session.home.cache, base });
    return { kind: "sdist", path, filename, sha256: sha256(readFileSync(path)) };
  }
}

/** The project, its version and its needs, as METADATA says. */
function identityOf(text: string): Inspected | MetadataFailure {
  const [head = ""] = text.split(/\r?\n\r?\n/, 1);
  const name = /^Name:[ \t]*(\S+)[ \t]*\r?$/im.exec(head)?.[1];
  const version = /^Version:[ \t]*(\S+)[ \t]*\r?$/im.exec(head)?.[1];
  if (name === undefined || version === undefined || tryParsePep440(version) === undefined) {
    return { failure: "its METADATA has no Name or no Version that PEP 440 knows" };
  }
  const metadata = readCoreMetadata(text, normalizeName(name));
  return "failure" in metadata ? metadata : { name, version, metadata };
}

/** What another try could change, and what nobody should pass over. */
function passesOn({ exit }: UserError): boolean {
  return exit === EXIT.network || exit === EXIT.integrity;
}

function failureText({ message, hint, exit }: UserError): string {
  const [line = "", ...others] = message.split("\n");
  if (exit === EXIT.noResolution) {
    const end = others.findIndex((other) => other.startsWith("What would help"));
    const premises = (end < 0 ? others : others.slice(0, end)).filter((one) => /^\s+- /.test(one));
    const told = premises.map((one) => one.trim().slice(2)).join("; ");
    return `what it is built with cannot be resolved: ${told === "" ? line : told}`;
  }
  return hint === undefined ? line : `${line} (${hint})`;
}

function buildCycle(path: readonly string[]): Error {
  const [first, ...others] = path;
  const message = `to build ${first}, ${others.slice(0, -1).join(", ")} must be built, and for that ${others.at(-1)} again`;
  return projectError("project-needs-build", message, {
    ...(first === undefined ? {} : { place: { file: first } }),
    hint: "let what builds need come from wheels: [build-providers] in mach-nix.toml",
  });
}
