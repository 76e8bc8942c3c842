import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openSandbox, type Sandbox } from "../build/index.ts";
import {
  type CrawlKind,
  type CrawlOptions,
  type CrawlPython,
  type CrawlResult,
  crawlSdists,
  crawlUrls,
  crawlWheels,
  readNames,
} from "../crawl/index.ts";
import type { HttpClient } from "../http/index.ts";
import type { MetadataBuilder } from "../index/index.ts";
import { lazyBuilder } from "./builds/resolution-builds.ts";
import { type CrawlSettings, readCrawlSettings } from "./crawl-settings.ts";
import { projectError } from "./errors.ts";
import { type IndexSettings, readIndexSettings } from "./index-settings.ts";
import { pickInterpreter } from "./interpreters.ts";
import { openClient } from "./open-client.ts";
import { openIndex } from "./open-index.ts";
import type { Session } from "./session.ts";
import { parseSnapshotDate } from "./snapshot-date.ts";

/** What a crawl is asked for; what is not said here, crawl.toml or the defaults say. */
export interface CrawlRequest extends CrawlSettings {
  readonly kind: CrawlKind;
  /** The checkout that is added to. */
  readonly data: string;
  /** A file with projects' names. */
  readonly packages?: string;
  /** Only files uploaded since. */
  readonly changedSince?: string;
  readonly retryFailed?: boolean;
}

const DEFAULTS = {
  workers: 4,
  maxRequests: 100_000,
  rate: 10,
  setuptools: "<82",
  setupTimeLimit: 60,
};

/**
 * Gathers data about what an index has into a checkout. Throws `project-settings`, `project-crawl`, and
 * the errors of the crawl, its sandbox and its interpreters.
 */
export async function crawl(session: Session, request: CrawlRequest): Promise<CrawlResult> {
  const data = resolve(session.cwd, request.data);
  const settings = { ...DEFAULTS, ...(await readCrawlSettings(data)), ...request };
  if (request.packages === undefined && request.changedSince === undefined) {
    throw projectError("project-crawl", "Nothing says which projects to crawl.", {
      hint: "give --packages FILE, or --changed-since DATE for all that changed",
    });
  }
  if (session.options.unsafeNoSandbox === true) {
    throw projectError("project-crawl", "A crawl runs nothing without a sandbox.", {
      hint: "leave --unsafe-no-sandbox away",
    });
  }
  const pythons = request.kind === "sdists" ? await findPythons(session, settings.python) : [];
  const indexes = readIndexSettings(session, { settings: {} });
  const client = openClient(session, indexes);
  try {
    const options = crawlOptions(session, { settings, data, client });
    const configuration = { ...indexes.configuration, findLinks: [] };
    const build = settings.build === true ? builderFor(session, indexes) : undefined;
    return await start(session, { ...options, configuration }, { settings, pythons, build });
  } finally {
    client.close();
  }
}

type Decided = typeof DEFAULTS & CrawlRequest;

function crawlOptions(
  session: Session,
  {
    settings,
    data,
    client,
  }: { readonly settings: Decided; readonly data: string; readonly client: HttpClient },
): Omit<CrawlOptions, "configuration"> {
  const { packages, changedSince, workers, maxRequests, rate, timeLimit } = settings;
  return {
    data,
    client,
    workers,
    maxRequests,
    rate,
    names: packages === undefined ? undefined : namesIn(resolve(session.cwd, packages)),
    since: changedSince === undefined ? undefined : parseSnapshotDate(changedSince),
    timeLimit: timeLimit === undefined ? undefined : timeLimit * 60_000,
    prune: settings.prune === true,
    retryFailed: settings.retryFailed === true,
    now: session.now,
    sleep: (milliseconds) => setTimeout(milliseconds),
    report: session.report,
  };
}

function namesIn(path: string): readonly string[] {
  try {
    return readNames(readFileSync(path, "utf8"), path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw projectError("project-input-missing", `${path} cannot be read`, {
      place: { file: path },
      cause,
    });
  }
}

function start(
  session: Session,
  options: CrawlOptions,
  {
    settings,
    pythons,
    build,
  }: {
    readonly settings: Decided;
    readonly pythons: readonly CrawlPython[];
    readonly build: Build | undefined;
  },
): Promise<CrawlResult> {
  if (settings.kind === "wheels") return crawlWheels(options);
  if (settings.kind === "urls") return crawlUrls(options);
  const { setuptools, setupTimeLimit: setupSeconds } = settings;
  let sandbox: Promise<Sandbox> | undefined;
  return crawlSdists({
    ...options,
    pythons,
    setuptools,
    setupSeconds,
    build,
    sandbox: () => (sandbox ??= openFor(session, pythons)),
  });
}

type Build = (client: HttpClient) => MetadataBuilder;

/** Builds as locking does, asking the index with the crawl's own client. */
function builderFor(session: Session, settings: IndexSettings): Build {
  return (client) => {
    const date = session.now();
    const index = openIndex(session, { settings, client, date });
    const providers = { _default: ["wheel", "sdist"] };
    const options = { settings, client, index: () => index, providers, date, base: session.cwd };
    const builder = lazyBuilder(session, options);
    return async (release) => (await builder()).metadata(release);
  };
}

/** The newest of the Pythons sets up the sandbox, unless that needs a newer one. */
async function openFor(session: Session, pythons: readonly CrawlPython[]): Promise<Sandbox> {
  const able = pythons.filter(({ release: [major = 0, minor = 0] }) => major > 3 || minor >= 6);
  const python = able.at(-1)?.path ?? (await pickInterpreter(session, ">=3.6")).path;
  const { sandbox: kind } = session.options;
  const { report } = session;
  return openSandbox({ python, report, ...(kind === undefined ? {} : { kind }) });
}

/** Throws `project-crawl` where none is named, and `python-missing`. */
async function findPythons(
  session: Session,
  wanted: readonly string[] = [],
): Promise<readonly CrawlPython[]> {
  if (wanted.length === 0) {
    throw projectError("project-crawl", "Nothing says under which Pythons to run setup.py.", {
      hint: 'give --python 3.9,3.13, or write python = ["3.9", "3.13"] into crawl.toml',
    });
  }
  const found = new Map<string, CrawlPython>();
  for (const request of wanted) {
    const { path, version } = await pickInterpreter(session, request);
    const release = version.split(".").map((part) => Number.parseInt(part, 10));
    const key = release.slice(0, 2).join("");
    found.set(key, { key, release, path });
  }
  const byRelease = (a: CrawlPython, b: CrawlPython): number =>
    (a.release[0] ?? 0) - (b.release[0] ?? 0) || (a.release[1] ?? 0) - (b.release[1] ?? 0);
  return [...found.values()].sort(byRelease);
}
