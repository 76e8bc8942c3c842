import type { CrawlKind, CrawlRequest, CrawlResult } from "../project/index.ts";
import { cliError } from "./errors.ts";
import { isGiven, valueOf, valuesOf } from "./requests.ts";
import { plural } from "./sentences.ts";
import type { Given, Invocation, OptionSpec } from "./types.ts";

/** The options of all crawls. */
export const CRAWL_OPTIONS: readonly OptionSpec[] = [
  { name: "data", value: "DIR", brief: "the checkout to add to (this directory)" },
  { name: "packages", value: "FILE", brief: "the projects to crawl, a name on each line" },
  {
    name: "changed-since",
    value: "DATE",
    brief: "only files uploaded since; without --packages, of all projects of the index",
  },
  { name: "workers", value: "N", brief: "how many releases to work on at once (4)" },
  { name: "max-requests", value: "N", brief: "how many requests may be made in all (100000)" },
  { name: "rate", value: "N", brief: "how many requests may be made in a second (10)" },
  { name: "time-limit", value: "MINUTES", brief: "begin nothing further after so long" },
  { name: "retry-failed", brief: "try again what failed before" },
  { name: "prune", brief: "take out what the index no longer has" },
];

/** Those of the crawl that runs setup.py. */
export const SETUP_OPTIONS: readonly OptionSpec[] = [
  { name: "python", value: "X.Y,…", repeat: true, brief: "the Pythons to run setup.py under" },
  { name: "setuptools", value: "SPEC", brief: "which setuptools to run it with (<82)" },
  { name: "build", brief: "build what neither files nor setup.py tell, as locking does" },
  { name: "setup-time-limit", value: "SECONDS", brief: "how long one run may take (60)" },
];

/** Crawls, and tells what came of it. */
export async function runCrawl(
  kind: CrawlKind,
  { given, session, json, print, say }: Invocation,
): Promise<number> {
  const { crawl } = await import("../project/index.ts");
  const result = await crawl(await session(), crawlRequest(kind, given));
  if (json) print(JSON.stringify(result));
  else for (const line of sentences(result)) say(line);
  return 0;
}

function crawlRequest(kind: CrawlKind, given: Given): CrawlRequest {
  const pythons = valuesOf(given, "python").flatMap((value) => value.split(","));
  return {
    kind,
    data: valueOf(given, "data") ?? ".",
    ...texts(given),
    ...numbers(given),
    ...(pythons.length > 0 && { python: pythons.map((text) => text.trim()) }),
    ...(isGiven(given, "retry-failed") && { retryFailed: true }),
    ...(isGiven(given, "prune") && { prune: true }),
    ...(isGiven(given, "build") && { build: true }),
  };
}

function texts(given: Given): Pick<CrawlRequest, "packages" | "changedSince" | "setuptools"> {
  const packages = valueOf(given, "packages");
  const changedSince = valueOf(given, "changed-since");
  const setuptools = valueOf(given, "setuptools");
  return {
    ...(packages !== undefined && { packages }),
    ...(changedSince !== undefined && { changedSince }),
    ...(setuptools !== undefined && { setuptools }),
  };
}

const NUMBERS = {
  workers: "workers",
  "max-requests": "maxRequests",
  rate: "rate",
  "time-limit": "timeLimit",
  "setup-time-limit": "setupTimeLimit",
} as const;

type Numbers = { [K in (typeof NUMBERS)[keyof typeof NUMBERS]]?: number };

function numbers(given: Given): Numbers {
  const found: Numbers = {};
  for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    const value = numberOf(given, name);
    if (value !== undefined) found[NUMBERS[name]] = value;
  }
  return found;
}

function numberOf(given: Given, name: string): number | undefined {
  const text = valueOf(given, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(text) && value > 0) return value;
  throw cliError("usage-choice", `--${name} needs a number above 0, not "${text}"`);
}

const WORDS = { wheels: "wheel", sdists: "release", urls: "project" } as const;

function sentences({ kind, ...result }: CrawlResult): readonly string[] {
  const { projects, added, failed, files, requests, downloads, left, stopped } = result;
  const done = [
    `${plural(projects, "project")}: ${plural(added, `new ${WORDS[kind]}`)}`,
    ...(failed === 0 ? [] : [`${failed} of them without metadata`]),
    `${plural(files, "file")} changed`,
    `${plural(requests, "request")}, ${downloads} of them for files`,
  ];
  const why = stopped === "time" ? "the time is up" : "no more requests may be made";
  return [
    `${done.join(", ")}.`,
    ...(left === 0
      ? []
      : [`${left} left to the next run${stopped === undefined ? "" : `: ${why}`}.`]),
  ];
}
