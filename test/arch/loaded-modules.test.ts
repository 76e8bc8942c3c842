// Speed is a feature: the common ways through the program load nothing that they do not need.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import {
  LOCAL_ENVIRONMENT,
  type LocalIndex,
  release,
  serveLocalIndex,
} from "../e2e/local-index.ts";
import { homeEnvironment, scratch } from "../e2e/program.ts";
import { buildTraced, type Loaded, type TracedProgram } from "./traced-bundle.ts";

let program: TracedProgram;
let index: LocalIndex;

beforeAll(async () => {
  program = await buildTraced();
  index = await serveLocalIndex(
    release("app", "1.0", { requires: ["lib"] }),
    release("lib", "1.0"),
  );
});

/** A user in a folder of their own. */
function newUser(): (...words: readonly string[]) => Promise<Loaded> {
  const cwd = scratch("loaded");
  const home = join(cwd, "home");
  mkdirSync(home);
  const env = { ...homeEnvironment(home), ...LOCAL_ENVIRONMENT, PIP_INDEX_URL: index.url };
  return async (...words) => {
    const ran = await program.run(words, { cwd, env });
    expect(ran.status, ran.stderr).toBe(0);
    return ran;
  };
}

/** The files of a run that are in none of the places that it may be in. */
function outside({ files }: Loaded, places: readonly string[]): readonly string[] {
  return files.filter((file) => !places.some((place) => file.startsWith(place)));
}

function within({ files }: Loaded, places: readonly string[]): readonly string[] {
  return files.filter((file) => places.some((place) => file.startsWith(place)));
}

/** Node's modules that cost milliseconds. */
const HEAVY = ["crypto", "child_process", "worker_threads", "http", "https", "tls", "net", "zlib"];

function heavy({ builtins }: Loaded): readonly string[] {
  return HEAVY.filter((name) => builtins.includes(name));
}

/** What neither locking wheels nor looking at an environment has a use for. */
const NEVER = [
  "src/build/build-",
  "src/build/conda-object",
  "src/build/conda-package",
  "src/build/sandbox",
  "src/build/unpack-",
  "src/crawl/",
  "src/emit/",
  "src/environment/compose-conda",
  "src/environment/conda-meta",
  "src/environment/conda-tree",
  "src/fetch/",
  "src/index/conda/",
  "src/index/nixpkgs/",
  "src/index/sdist-metadata",
  "src/index/snapshot/",
  "src/project/builds/builder",
  "src/project/builds/workshop",
  "src/provider/conda-layer",
  "src/provider/conda-mapping",
  "src/requirement/lock-imports/read-",
  "src/requirement/parse-environment-yml",
  "src/requirement/parse-pyproject",
  "src/resolve/explain/",
  "src/resolve/remedies/",
  "src/store/collect",
  "src/store/verify",
];
const SOLVING = [
  "src/pubgrub/solver",
  "src/provider/wheel",
  "src/index/live-index",
  "src/http/client",
];

test("--version and --help load only the command line", async () => {
  const run = newUser();
  for (const word of ["--version", "--help"]) {
    const ran = await run(word);
    expect(outside(ran, ["src/cli/", "src/base/"])).toEqual([]);
    expect(ran.files.length).toBeLessThan(40);
    expect([ran.rest, heavy(ran)]).toEqual([[], []]);
  }
});

test("a lock of wheels that are known loads neither conda's channels, sandboxes, builds nor Nix", async () => {
  const run = newUser();
  const lock = ["lock", "-p", "app", "--python", "3.11", "--date", "2026-11-01"];
  const first = await run(...lock);
  expect(first.rest).toEqual([]);
  const local = await run(...lock, "-o", "other.lock", "--offline");
  expect(within(local, SOLVING)).toEqual(SOLVING.map((file) => `${file}.ts`).toSorted());
  expect(within(local, [...NEVER, "src/environment/", "src/store/"])).toEqual([]);
  expect([local.rest, heavy(local)]).toEqual([[], []]);
  const unchanged = await run(...lock);
  expect(within(unchanged, [...NEVER, ...SOLVING])).toEqual([]);
  expect([unchanged.rest, heavy(unchanged)]).toEqual([[], []]);
});

test("an environment that is as it should be is looked at by what looks, not by what makes", async () => {
  const run = newUser();
  const env = ["env", "env", "-p", "app", "--compile", "never"];
  const made = await run(...env);
  expect(made.rest).toEqual([]);
  const again = await run(...env);
  expect(within(again, [...NEVER, ...SOLVING, "src/archive/"])).toEqual([]);
  const synced = await run("sync", "env");
  expect(within(synced, [...NEVER, "src/archive/", "src/resolve/", "src/index/"])).toEqual([]);
  expect([again.rest, synced.rest]).toEqual([[], []]);
  expect([heavy(again), heavy(synced)]).toEqual([[], []]);
});
