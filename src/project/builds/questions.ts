import { UserError } from "../../base/index.ts";
import {
  askBackend,
  type AskedBackend,
  type AskOptions,
  type BuildSource,
  buildsRust,
} from "../../build/index.ts";
import type { ReleaseMetadata } from "../../index/index.ts";
import type { LockedBuild } from "../../lock/index.ts";
import type { Target } from "../../target/index.ts";
import type { Session } from "../session.ts";
import { type Ahead, type Identity, keepAhead, tellAhead } from "./build-ahead.ts";
import { type Book, fixesFor, type Job } from "./book.ts";
import { keepKnownRequires, readKnownRequires, type RequiresKey } from "./build-requires.ts";
import { inBuildFolder } from "./build-folder.ts";
import { isPlainSetuptools, observedMetadata } from "./observe-source.ts";
import type { Sources } from "./sources.ts";
import type { Workshops } from "./workshops.ts";

/** What is wanted of a backend when it is asked what it needs, and what came of it. */
export interface Wish {
  readonly also: "nothing" | "metadata" | "wheel";
  /** What it should be the source of; left out where that is to be found out. */
  readonly expected?: Identity;
  /** Set where the backend was asked for it, and needs nothing more for it than it was given. */
  answer?: Pick<AskedBackend, "metadata" | "failure">;
  /** Set where a wheel was to be built at once: tells that it failed, if it did, of what is known by now. */
  failed?: (identity: Identity) => void;
}

export interface QuestionsOptions {
  /** The lock's folder. */
  readonly base: string;
  readonly sources: Sources;
  readonly workshops: Workshops;
  /** The book of a target's Python on this machine. */
  readonly localBook: (target: Target) => Book;
  readonly resolve: (requires: readonly string[], job: Job) => Promise<LockedBuild>;
}

/** Asks build backends what they need: each source under each Python once, on this machine once for all. */
export class Questions {
  private readonly session: Session;
  private readonly options: QuestionsOptions;
  private readonly asked = new Map<string, Promise<readonly string[]>>();

  constructor(session: Session, options: QuestionsOptions) {
    this.session = session;
    this.options = options;
  }

  /**
   * `build-system.requires`, and what the backend asks for besides, sorted. Where the backend has to be
   * asked, it is asked for the wish as well. Throws the stages' errors.
   */
  async requiresOf(job: Job, wish: Wish): Promise<readonly string[]> {
    const { file, book } = job;
    const { sources } = this.options;
    const source = await sources.open(file);
    const fixes = fixesFor(job);
    const given = sorted(fixes.requires((await sources.buildSystem(source)).requires));
    const key = `${file.filename} ${book.target.python.text}`;
    let more = this.asked.get(key);
    if (more === undefined) {
      more = this.moreThan(given, { source, job, wish });
      this.asked.set(key, more);
    }
    return sorted([...given, ...fixes.requires(await more)]);
  }

  /**
   * What a release's setup.py says, where that is sure to be what its backend would: cheaper than asking
   * the backend. Throws the stages' errors.
   */
  async observed(job: Job, expected: Identity): Promise<ReleaseMetadata | undefined> {
    const { sources, resolve, workshops } = this.options;
    const source = await sources.open(job.file);
    if (source.kind !== "sdist" || job.file.subdirectory !== undefined) return undefined;
    const system = await sources.buildSystem(source);
    const fixes = fixesFor(job);
    const requires = sorted(fixes.requires(system.requires));
    const isFixed =
      Object.keys(fixes.env).length > 0 || !isPlainSetuptools({ ...system, requires });
    if (isFixed) return undefined;
    const build = await resolve(requires, job);
    return workshops.withObjects(build, job.book, (objects, workshop) =>
      observedMetadata({ source, expected, objects, workshop }),
    );
  }

  private async moreThan(given: readonly string[], question: Question): Promise<readonly string[]> {
    const { cache } = this.session.home;
    const key = keyOf(question.job);
    const known = key === undefined ? undefined : readKnownRequires(cache, key);
    if (known !== undefined) return known;
    const { requires, ...answer } = await this.ask(given, question);
    const { wish } = question;
    if (answer.metadata !== undefined || answer.failure !== undefined) wish.answer = answer;
    if (key !== undefined) keepKnownRequires(cache, key, requires);
    return requires;
  }

  private async ask(given: readonly string[], question: Question): Promise<AskedBackend> {
    const { localBook, resolve } = this.options;
    const { job, wish } = question;
    const local = localBook(job.book.target);
    const build = await resolve(given, { ...job, book: local });
    const also = alsoOf(wish, { isHere: job.book === local, given });
    // Whatever its version, a package that is asked for by its name alone is there.
    const there = [...given, ...build.pins.map(({ name }) => name)];
    return this.askWith(build, { ...question, local, given: there, also });
  }

  /**
   * METADATA out of the wheel, built with all that it needs and kept for installing; undefined where it
   * could not be built, which installing is told. Throws the stages' errors.
   */
  async wheelMetadata(job: Job, build: LockedBuild, wish: Wish): Promise<string | undefined> {
    const source = await this.options.sources.open(job.file);
    const question = { source, job, wish, local: job.book, also: "wheel" } as const;
    return (await this.askWith(build, question)).metadata;
  }

  private askWith(build: LockedBuild, question: FullQuestion): Promise<AskedBackend> {
    const { workshops, base } = this.options;
    const { job, wish, local, also } = question;
    return workshops.withEnvironment(build, local, (environment, workshop) =>
      inBuildFolder(workshop, job.file.filename, async (folder, keptLog) => {
        const sandbox = await workshop.sandbox();
        const place = { environment, sandbox, folder, tags: workshop.tags() };
        const asked = await this.askIn(place, question);
        const failure = asked.failure instanceof UserError ? keptLog(asked.failure) : asked.failure;
        const told = failure === undefined ? asked : { ...asked, failure };
        return also === "wheel" ? kept(told, wish, { job, build, workshop, base }) : told;
      }),
    );
  }

  private async askIn(
    place: Pick<AskOptions, "environment" | "sandbox" | "folder" | "tags">,
    { source, job, wish: { expected }, given, also }: FullQuestion,
  ): Promise<AskedBackend> {
    const { report } = this.session;
    const isBuild = also === "wheel";
    const editable = job.file.editable === true;
    const known = {
      ...(expected === undefined ? {} : { expected }),
      ...(given === undefined ? {} : { given }),
    };
    if (isBuild) report({ kind: "start", phase: "build", unit: "items" });
    try {
      const { env } = fixesFor(job);
      return await askBackend({ ...place, ...known, source, also, editable, env, report });
    } finally {
      if (isBuild) report({ kind: "end", phase: "build", done: 1 });
    }
  }
}

/** Keeps the wheel, or why there is none, for installing. */
async function kept(
  asked: AskedBackend,
  wish: Wish,
  ahead: Ahead,
): Promise<Pick<AskedBackend, "requires" | "metadata">> {
  const { requires, metadata, failure, wheel } = asked;
  // It needs more than it was given, so it was not tried.
  if (wheel === undefined && failure === undefined) return { requires };
  await keepAhead(asked, ahead, wish.expected);
  wish.failed = (identity) => tellAhead(failure, ahead, identity);
  if (wish.expected !== undefined) wish.failed(wish.expected);
  return { requires, ...(metadata === undefined ? {} : { metadata }) };
}

/** Crates are only there once it is known what is needed, and another machine's wheel is of no use here. */
function alsoOf(
  { also, expected }: Wish,
  { isHere, given }: { readonly isHere: boolean; readonly given: readonly string[] },
): Wish["also"] {
  if (buildsRust(given)) return "nothing";
  if (also !== "wheel" || isHere) return also;
  return expected === undefined ? "metadata" : "nothing";
}

interface Question {
  readonly source: BuildSource;
  readonly job: Job;
  readonly wish: Wish;
}

/** As it is put: with what the environment has. */
interface FullQuestion extends Question, Pick<AskOptions, "given" | "also"> {
  readonly local: Book;
}

function keyOf({ file, book }: Job): RequiresKey | undefined {
  const { sha256: source, editable = false } = file;
  const python = book.target.python.release.slice(0, 2).join(".");
  return source === undefined ? undefined : { source, python, editable };
}

function sorted(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].toSorted();
}
