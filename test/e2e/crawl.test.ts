// Crawls by the program itself: killed at any moment, run again, run as the example repository runs them.
import { cpSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  hasSetuptools,
  plainSdist,
  PYTHON,
  setuptoolsWheel,
  setupSdist,
} from "../crawl/served-projects.ts";
import { answersOf, type ServedFile } from "../index/simple-server.ts";
import { LOCAL_ENVIRONMENT } from "./local-index.ts";
import { EXAMPLES, newUser, type Ran, ROOT, scratch, startProgram, type User } from "./program.ts";

const PROJECTS = 50;
const KILLS = 20;

/** Fifty projects: wheels, plain source distributions, some with a setup.py that works or fails. */
function projects(): Record<string, readonly ServedFile[]> {
  const made: Record<string, readonly ServedFile[]> = { setuptools: [setuptoolsWheel()] };
  for (let i = 0; i < PROJECTS; i++) {
    const name = `project${i}`;
    const requires = [`project${(i * 7) % PROJECTS}>=1`, 'other; extra == "x"'];
    made[name] = [
      { filename: `${name}-1.0-py3-none-any.whl`, requires, uploaded: "2024-05-06T00:00:00Z" },
      { filename: `${name}-1.1-py3-none-any.whl`, requires, uploaded: "2024-05-07T00:00:00Z" },
      plainSdist(name, "1.0", requires),
      i % 5 === 0
        ? setupSdist(
            name,
            "1.1",
            `setup(name='${name}', install_requires=['a', 'b;os_name=="nt"'])`,
          )
        : plainSdist(name, "1.1", requires),
      ...(i % 10 === 0 ? [setupSdist(name, "0.9", "import no_such_module")] : []),
    ];
  }
  return made;
}

const KINDS = ["sdists", "wheels", "urls"] as const;

interface Crawler {
  readonly user: User;
  readonly words: (kind: string, data: string) => readonly string[];
  /** What was asked for so far. */
  readonly requests: readonly string[];
}

/** Until the end of the file. */
async function serve(
  index: Parameters<typeof answersOf>[0],
): Promise<{ readonly url: string; readonly requests: readonly string[] }> {
  const requests: string[] = [];
  const answer = answersOf(index);
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`, requests };
}

async function newCrawler(): Promise<Crawler> {
  const index = { current: { projects: projects(), etag: true, metadata: true } };
  const { url, requests } = await serve(index);
  const user = newUser("crawl");
  const names = join(user.home, "names.txt");
  const listed = Object.keys(index.current.projects).filter((name) => name !== "setuptools");
  writeFileSync(names, `# projects\n${listed.join("\n")}\n`);
  const shared = ["--packages", names, "-i", url, "--rate", "100000"];
  return {
    user,
    requests,
    words(kind, data) {
      const python = kind === "sdists" ? ["--python", PYTHON.path] : [];
      return ["crawl", kind, "--data", data, "--json", ...shared, ...python];
    },
  };
}

/** Every file of a crawl's data by its path, without its own state. */
function contents(data: string): ReadonlyMap<string, string> {
  const paths = globSync("**/*", { cwd: data, exclude: [".crawl"] }).toSorted();
  const files = paths.filter((path) => statSync(join(data, path)).isFile());
  return new Map(files.map((path) => [path, readFileSync(join(data, path), "latin1")]));
}

function times(data: string): readonly number[] {
  return [...contents(data).keys()].map((path) => statSync(join(data, path)).mtimeMs);
}

function result({ status, stdout, stderr }: Ran): Record<string, unknown> {
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe.runIf(hasSetuptools())("fifty projects", () => {
  let crawler: Crawler;
  const undisturbed = scratch("crawl-whole");
  const killed = scratch("crawl-killed");

  async function crawl(kind: string, data: string): Promise<Record<string, unknown>> {
    const { user, words } = crawler;
    return result(await user.start(words(kind, data), { env: LOCAL_ENVIRONMENT }));
  }

  beforeAll(async () => {
    crawler = await newCrawler();
    for (const kind of KINDS) await crawl(kind, undisturbed);
  }, 120_000);

  test("all that there is", () => {
    const files = [...contents(undisturbed).keys()];
    expect(files.filter((path) => path.startsWith("sdist/")).length).toBeGreaterThan(30);
    expect(files.filter((path) => path.startsWith("sdist-errors/"))).toHaveLength(5);
    expect(files).toContain("UNIX_TIMESTAMP");
  });

  test(
    `killed ${KILLS} times at random and resumed: the same bytes`,
    { timeout: 180_000 },
    async () => {
      let random = 20230907;
      let kills = 0;
      // How long a crawl takes depends on the machine and on what is left to do: one that was done
      // before it was killed makes the next ones be killed sooner.
      let longest = 1200;
      for (let i = 0; kills < KILLS && i < 4 * KILLS; i++) {
        random = (Math.imul(random, 1103515245) + 12345) >>> 0;
        const { user, words } = crawler;
        const kind = KINDS[i % 2 === 0 ? 0 : (i >> 1) % 3] as string;
        const launched = user.launch(words(kind, killed), { env: LOCAL_ENVIRONMENT });
        setTimeout(() => launched.process.kill("SIGKILL"), 60 + (random % longest));
        if ((await launched.ended).status === 0) longest = Math.max(100, longest >> 1);
        else kills++;
      }
      expect(kills).toBe(KILLS);
      for (const kind of KINDS) await crawl(kind, killed);
      expect(contents(killed)).toEqual(contents(undisturbed));
      expect(globSync(join(killed, ".crawl", "{sdists,work}", "*"))).toEqual([]);
    },
  );

  test("makes an index, which gives the same files back, and tells why a release failed", () => {
    const { user } = crawler;
    const index = join(user.home, "crawled.index");
    const again = join(user.home, "exported");
    expect(user.run(["index", "import", undisturbed, "-o", index])).toMatchObject({ status: 0 });
    expect(user.run(["index", "export", index, "-o", again])).toMatchObject({ status: 0 });
    const exported = contents(again);
    const crawled = [...contents(undisturbed)].filter(([path]) => !path.startsWith("pypi/"));
    expect([...exported]).toEqual(crawled);
    const reason = "ModuleNotFoundError: No module named 'no_such_module'";
    const { stdout } = user.run(["index", "show", "project0", "--index", index]);
    expect(stdout).toContain(`  failed  0.9  (Python ${PYTHON.version}): ${reason}`);
  });

  test("an explanation tells why a release failed under a Python", () => {
    const { user } = crawler;
    const index = join(user.home, "failed.index");
    expect(user.run(["index", "import", undisturbed, "-o", index])).toMatchObject({ status: 0 });
    const words = ["lock", "-p", "project0<1", "--providers", "sdist", "--index", index];
    const python = ["--python", PYTHON.version, "--platform", "linux-x86_64"];
    const { status, stderr } = user.run([...words, ...python], { cwd: user.home });
    expect(status).toBe(3);
    expect(stderr).toContain("ModuleNotFoundError: No module named 'no_such_module'");
  });

  test("nothing new: no download, no byte, no file touched", async () => {
    const before = contents(undisturbed);
    const touched = times(undisturbed);
    const asked = crawler.requests.length;
    for (const kind of KINDS) {
      expect(await crawl(kind, undisturbed)).toMatchObject({ added: 0, downloads: 0, files: 0 });
    }
    expect(crawler.requests.slice(asked)).toHaveLength(3 * PROJECTS);
    expect(contents(undisturbed)).toEqual(before);
    expect(times(undisturbed)).toEqual(touched);
  });
});

describe.runIf(hasSetuptools())("the example repository", () => {
  interface Step {
    readonly name?: string;
    readonly run?: string;
  }

  /** What the workflow runs under a step's name. */
  function stepOf(repository: string, name: string): string {
    const text = readFileSync(join(repository, ".github/workflows/crawl.yml"), "utf8");
    const { jobs } = parse(text) as { jobs: { crawl: { steps: readonly Step[] } } };
    const step = jobs.crawl.steps.find((each) => each.name === name);
    if (step?.run === undefined) throw new Error(`no step ${name}`);
    return step.run;
  }

  test("its workflow crawls, commits and pushes; without news it does nothing", async () => {
    const index = { current: { projects: projects(), etag: true, metadata: true } };
    const { url } = await serve(index);
    const { home, env } = newUser("crawler-repo");
    const repository = join(home, "checkout");
    cpSync(join(EXAMPLES, "crawler-repo"), repository, { recursive: true });
    writeFileSync(join(repository, "packages.txt"), "project0\nproject1\n");
    const toml = readFileSync(join(repository, "crawl.toml"), "utf8");
    const configured = toml.replace(/^python = .*$/m, `python = ["${PYTHON.version}"]`);
    writeFileSync(join(repository, "crawl.toml"), configured);
    async function shell(script: string): Promise<Ran> {
      const path = `${join(ROOT, "bin")}:${env["PATH"]}`;
      const variables = { ...env, ...LOCAL_ENVIRONMENT, PATH: path, PIP_INDEX_URL: url };
      const ran = await startProgram("bash", ["-euc", script], { cwd: repository, env: variables });
      expect(ran, ran.stderr).toMatchObject({ status: 0 });
      return ran;
    }
    await shell(
      "git init -q -b main && git init -q --bare ../remote && git remote add origin ../remote",
    );
    await shell("git config push.autoSetupRemote true");
    for (const run of [1, 2]) {
      await shell(stepOf(repository, "Crawl"));
      await shell(stepOf(repository, "Commit"));
      const { stdout } = await shell("git -C ../remote rev-list --count main; git status --short");
      expect({ run, stdout }).toEqual({ run, stdout: "1\n" });
    }
    const { stdout } = await shell("git -C ../remote ls-tree -r --name-only main");
    expect(stdout).toMatch(/^pypi\/..\.json$/m);
    expect(stdout).toMatch(/^sdist\/..\.json$/m);
    expect(stdout).toMatch(/^sdist-errors\/..\.json$/m);
    expect(stdout).not.toContain(".crawl");
  });
});

test.each([
  [["crawl", "wheels"], /nothing says which projects to crawl/i],
  [["crawl", "sdists", "--packages", "/dev/null"], /under which Pythons/],
  [["crawl", "sdists", "--packages", "/dev/null", "--unsafe-no-sandbox"], /without a sandbox/],
])("project-crawl: %j", (words, message) => {
  const { status, stderr } = newUser("crawl-usage").run(words);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(message) as string,
  });
});

test("an option that is no number; a crawl.toml with a mistake; a list that is not there", () => {
  const user = newUser("crawl-usage");
  const { home } = user;
  const run = (words: readonly string[]): Ran => user.run(words);
  const listed = ["--packages", "/dev/null", "--data", home];
  expect(run(["crawl", "urls", ...listed, "--rate", "many"]).stderr).toContain("--rate");
  writeFileSync(join(home, "crawl.toml"), 'pythons = ["3.9"]\n');
  expect(run(["crawl", "urls", ...listed]).stderr).toMatch(/unknown key "pythons" in crawl.toml/);
  writeFileSync(join(home, "crawl.toml"), "workers = 0\n");
  expect(run(["crawl", "urls", ...listed]).stderr).toMatch(/"workers" should be a number above 0/);
  writeFileSync(join(home, "crawl.toml"), "");
  const missing = run(["crawl", "urls", "--packages", join(home, "no-list")]);
  expect(missing).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("no-list") as string,
  });
});
