import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import { openSandbox } from "../../src/build/index.ts";
import {
  type CrawlOptions,
  type CrawlResult,
  crawlSdists,
  type CrawlSdistsOptions,
  crawlUrls,
  crawlWheels,
  readNames,
} from "../../src/crawl/index.ts";
import { client, failure, scratch, type TestServer } from "../http/servers.ts";
import { serveIndex, type ServedFile, type ServedIndex } from "../index/simple-server.ts";
import {
  hasSetuptools,
  plainSdist,
  PYTHON,
  sdist,
  setuptoolsWheel,
  setupSdist,
} from "./served-projects.ts";

interface Crawls {
  readonly data: string;
  readonly server: TestServer;
  readonly index: { current: ServedIndex };
  readonly options: CrawlOptions;
  readonly sdists: (more?: Partial<CrawlSdistsOptions>) => Promise<CrawlResult>;
}

/** A local index and an empty folder to crawl into. */
async function crawls(projects: Readonly<Record<string, readonly ServedFile[]>>): Promise<Crawls> {
  const index: Crawls["index"] = { current: { projects, etag: true, metadata: true } };
  const server = await serveIndex(index);
  const data = join(scratch(), "data");
  const options: CrawlOptions = {
    data,
    client: client(),
    configuration: { indexUrl: `${server.url}/simple/`, extraIndexUrls: [], findLinks: [] },
    names: Object.keys(projects).filter((name) => name !== "setuptools"),
    workers: 3,
    maxRequests: 1000,
    rate: 1000,
    prune: false,
    retryFailed: false,
    now: Date.now,
    sleep: (milliseconds) => setTimeout(milliseconds),
    report: silent,
  };
  const release = PYTHON.version.split(".").map(Number);
  const sandbox = openSandbox({ python: PYTHON.path });
  const python = { key: PYTHON.key, release, path: PYTHON.path };
  return {
    data,
    server,
    index,
    options,
    sdists: (more) =>
      crawlSdists({
        ...options,
        pythons: [python],
        sandbox: () => sandbox,
        setuptools: "<82",
        setupSeconds: 20,
        ...more,
      }),
  };
}

/** What is in the files of a folder, all buckets together. */
function read(data: string, folder: string): Record<string, unknown> {
  const found = globSync(join(data, folder, "*.json")).map(
    (path) => JSON.parse(readFileSync(path, "utf8")) as object,
  );
  return Object.assign({}, ...found) as Record<string, unknown>;
}

const wheels: readonly ServedFile[] = [
  { filename: "demo-1.0-py3-none-any.whl", requires: ["a>1", 'b; extra == "X"'] },
  { filename: "demo-2.0-py2.py3-none-any.whl", requires: ["a>1", 'b; extra == "X"'] },
  { filename: "demo-2.0-cp39-cp39-linux_x86_64.whl", requiresPython: ">=3.9" },
  { filename: "demo-3.0-py3-none-any.whl", metadata: "Name: other\nVersion: 3.0\n" },
];

test("wheels: by tag, version and file; equal records by reference; failures apart", async () => {
  const { options, data } = await crawls({ demo: wheels, none: [] });
  expect(await crawlWheels(options)).toMatchObject({ projects: 2, added: 4, failed: 1, files: 2 });
  expect(read(data, "wheel")).toEqual({
    demo: {
      "py2.py3": {
        "2.0": {
          "demo-2.0-py2.py3-none-any.whl": { requires_dist: expect.any(Array) as unknown[] },
        },
      },
      cp39: { "2.0": { "demo-2.0-cp39-cp39-linux_x86_64.whl": { requires_python: ">=3.9" } } },
      py3: {
        "1.0": { "demo-1.0-py3-none-any.whl": { requires_dist: ["a>1", 'b; extra == "X"'] } },
      },
    },
  });
  expect(read(data, "wheel-errors")).toEqual({
    demo: { "demo-3.0-py3-none-any.whl": 'its METADATA is that of "other"' },
  });
  const again = await crawlWheels(options);
  expect(again).toMatchObject({ added: 0, files: 0, downloads: 0, left: 0 });
  const retried = await crawlWheels({ ...options, retryFailed: true });
  expect(retried).toMatchObject({ added: 1, failed: 1, files: 0 });
});

test("what the index no longer has goes with prune only", async () => {
  const { options, data, index } = await crawls({ demo: wheels });
  await crawlWheels(options);
  await crawlUrls(options);
  index.current = { ...index.current, projects: { demo: wheels.slice(1, 2) } };
  await crawlWheels(options);
  expect(Object.keys(read(data, "wheel")["demo"] as object)).toHaveLength(3);
  await crawlWheels({ ...options, prune: true });
  expect(Object.keys(read(data, "wheel")["demo"] as object)).toEqual(["py2.py3"]);
  expect(read(data, "wheel-errors")).toEqual({});
  await crawlUrls(options);
  expect(Object.keys(read(data, "pypi")["demo"] as object)).toHaveLength(3);
  await crawlUrls({ ...options, prune: true });
  expect(Object.keys(read(data, "pypi")["demo"] as object)).toEqual(["2.0"]);
});

test("urls: hashes in base64, a page for each project and no file", async () => {
  const { options, data } = await crawls({
    demo: [...wheels.slice(0, 1), plainSdist("demo", "1.0", []), plainSdist("demo", "1.1", [])],
  });
  expect(await crawlUrls(options)).toMatchObject({ added: 1, files: 1, requests: 1, downloads: 0 });
  const hash = expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) as string;
  expect(read(data, "pypi")).toEqual({
    demo: {
      "1.0": {
        sdist: [hash, "demo-1.0.tar.gz"],
        wheels: { "demo-1.0-py3-none-any.whl": [hash, "py3"] },
      },
      "1.1": { sdist: [hash, "demo-1.1.tar.gz"] },
    },
  });
  expect(readFileSync(join(data, "UNIX_TIMESTAMP"), "utf8")).toBe(
    `${Date.UTC(2021, 1, 3, 4, 5, 6) / 1000}`,
  );
});

test.runIf(hasSetuptools())(
  "sdists: static metadata, setup.py under a Python, reasons",
  async () => {
    const python = PYTHON.key;
    const { data, sdists, server } = await crawls({
      setuptools: [setuptoolsWheel()],
      plain: [plainSdist("plain", "1.0", ["a>1", 'b; os_name == "nt"', 'c; extra == "x"'])],
      script: [
        setupSdist(
          "script",
          "1.0",
          "setup(name='script', install_requires=['a', 'b;os_name==\"nt\"'], setup_requires=['z'])",
        ),
        setupSdist(
          "script",
          "1.1",
          "setup(name='script', install_requires=['a', 'b;os_name==\"nt\"'], setup_requires=['z'])",
        ),
        setupSdist("script", "2.0", "import no_such_module"),
      ],
      backend: [
        sdist("backend-1.0.tar.gz", {
          "pyproject.toml": '[build-system]\nrequires = ["maker"]\nbuild-backend = "maker"\n',
        }),
      ],
      broken: [{ filename: "broken-1.0.tar.gz", bytes: Buffer.from("no archive") }],
    });
    const result = await sdists();
    expect(result).toMatchObject({
      projects: 4,
      added: 6,
      failed: 3,
      files: expect.any(Number) as number,
    });
    const script = {
      install_requires: ["a"],
      setup_requires: ["z"],
      extras_require: { ':os_name == "nt"': ["b"] },
    };
    expect(read(data, "sdist")).toEqual({
      plain: {
        "1.0": {
          [python]: {
            install_requires: ["a>1"],
            extras_require: { ':os_name == "nt"': ["b"], x: ["c"] },
          },
        },
      },
      script: { "1.1": { [python]: script }, "1.0": "1.1" },
    });
    expect(read(data, "sdist-errors")).toEqual({
      script: { "2.0": { [python]: "ModuleNotFoundError: No module named 'no_such_module'" } },
      backend: { "1.0": { [python]: "BackendError: only a build by maker tells what it needs" } },
      broken: {
        "1.0": {
          [python]: expect.stringMatching(/^ArchiveError: .*broken-1.0.tar.gz|#PKG_VER#/) as string,
        },
      },
    });
    const asked = server.requests.length;
    expect(await sdists()).toMatchObject({ added: 0, files: 0, downloads: 0, left: 0 });
    expect(server.requests.slice(asked).every(({ url }) => url.endsWith("/"))).toBe(true);
    expect(await sdists({ retryFailed: true })).toMatchObject({ added: 3, failed: 3, files: 0 });
  },
);

test.runIf(hasSetuptools())("what neither files nor setup.py tell, a build may", async () => {
  const { data, sdists } = await crawls({
    setuptools: [setuptoolsWheel()],
    backend: [sdist("backend-1.0.tar.gz", { "pyproject.toml": "[build-system]\nrequires = []\n" })],
    plugin: [setupSdist("plugin", "1.0", "setup(setup_requires=['pbr'], pbr=True)")],
    failing: [setupSdist("failing", "1.0", "import numpy_like")],
    hopeless: [setupSdist("hopeless", "1.0", "import numpy_like")],
    works: [setupSdist("works", "1.0", "setup(name='works', install_requires=['a'])")],
  });
  const python = PYTHON.key;
  expect(await sdists()).toMatchObject({ added: 5, failed: 4 });
  expect(read(data, "sdist-errors")["plugin"]).toEqual({
    "1.0": { [python]: "BackendError: only a build by pbr tells what it needs" },
  });
  const built: string[] = [];
  const build: CrawlSdistsOptions["build"] = () => async (release) => {
    built.push(release.name);
    if (release.name === "hopeless") return { failure: "no compiler" };
    return { requiresDist: ["built"], extras: [] };
  };
  expect(await sdists({ build, retryFailed: true })).toMatchObject({ added: 4, failed: 1 });
  expect(built.toSorted()).toEqual(["backend", "failing", "hopeless", "plugin"]);
  expect(read(data, "sdist")).toMatchObject({
    backend: { "1.0": { [python]: { install_requires: ["built"] } } },
    failing: { "1.0": { [python]: { install_requires: ["built"] } } },
    works: { "1.0": { [python]: { install_requires: ["a"] } } },
  });
  expect(Object.keys(read(data, "sdist-errors"))).toEqual(["hopeless"]);
  const { hopeless } = read(data, "sdist-errors") as Record<string, unknown>;
  expect(JSON.stringify(hopeless)).toContain("ModuleNotFoundError");
});

test("a Python more or less is a matter of the list", async () => {
  const { data, sdists } = await crawls({ plain: [plainSdist("plain", "1.0", ["a"])] });
  const python = (key: string): CrawlSdistsOptions["pythons"][number] => ({
    key,
    release: [Number(key[0]), Number(key.slice(1)), 0],
    path: PYTHON.path,
  });
  await sdists({ pythons: [python("39")] });
  const both = await sdists({ pythons: [python("39"), python("310")] });
  expect(both).toMatchObject({ added: 1, files: 1 });
  expect(read(data, "sdist")).toEqual({
    plain: { "1.0": { "39": { install_requires: ["a"] }, "310": "39" } },
  });
  await sdists({ pythons: [python("310")], prune: true });
  expect(read(data, "sdist")).toEqual({ plain: { "1.0": { "310": { install_requires: ["a"] } } } });
});

test("data that is there is added to, in its own spelling of versions", async () => {
  const { data, sdists, options } = await crawls({
    "zope-demo": [plainSdist("zope.demo", "1.0", ["a"]), plainSdist("zope.demo", "2.0", ["b"])],
  });
  const names = ["Zope.Demo"];
  await sdists({ names });
  const [path = ""] = globSync(join(data, "sdist", "*.json"));
  const old = {
    "zope.demo": { "1": { [PYTHON.key]: { install_requires: ["kept"] } } },
    aaa: { "not a version": { "27": {} } },
  };
  writeFileSync(path, JSON.stringify(old));
  await sdists({ names });
  expect(read(data, "sdist")).toEqual({
    aaa: { "not a version": { "27": {} } },
    "zope.demo": {
      "2.0": { [PYTHON.key]: { install_requires: ["b"] } },
      "1": { [PYTHON.key]: { install_requires: ["kept"] } },
    },
  });
  writeFileSync(path, "{");
  expect((await failure(sdists({ names }))).code).toBe("crawl-data");
  writeFileSync(path, '{"zope.demo": {"1.0": 7}}');
  expect((await failure(sdists({ names }))).code).toBe("crawl-data");
  expect(readFileSync(path, "utf8")).toBe('{"zope.demo": {"1.0": 7}}');
  const wheel = path.replace("sdist", "wheel");
  mkdirSync(join(data, "wheel"));
  writeFileSync(wheel, "[]");
  expect((await failure(crawlWheels({ ...options, names }))).code).toBe("crawl-data");
});

test("only what was uploaded since; of all projects, those that changed last", async () => {
  const projects = {
    fresh: [
      plainSdist("fresh", "1.0", []),
      { ...plainSdist("fresh", "2.0", []), uploaded: "2025-01-01T00:00:00Z" },
    ],
    stale: [plainSdist("stale", "1.0", [])],
  };
  const { data, sdists, index } = await crawls(projects);
  index.current = {
    ...index.current,
    intercept(request, response) {
      if (request.url !== "/simple/") return false;
      const listed = [
        { name: "stale", "_last-serial": 1 },
        { name: "Fresh", "_last-serial": 2 },
      ];
      response.end(JSON.stringify({ projects: listed }));
      return true;
    },
  };
  const pythons = [{ key: "39", release: [3, 9, 0], path: PYTHON.path }];
  await sdists({ pythons, names: undefined, since: Date.UTC(2024, 0, 1) });
  expect(read(data, "sdist")).toEqual({ fresh: { "2.0": { "39": {} } } });
  await sdists({ pythons, names: undefined });
  expect(Object.keys(read(data, "sdist")).toSorted()).toEqual(["fresh", "stale"]);
});

test("limits on requests and time end it, and the next run goes on", async () => {
  const { options, data } = await crawls({
    demo: wheels,
    more: [{ filename: "more-1.0-py3-none-any.whl" }],
  });
  const result = await crawlWheels({ ...options, maxRequests: 3 });
  expect(result).toMatchObject({ requests: 3, stopped: "requests" });
  expect(result.left).toBeGreaterThan(0);
  let now = 0;
  const late = await crawlWheels({ ...options, timeLimit: 10, now: () => (now += 20) });
  expect(late).toMatchObject({ requests: 0, stopped: "time", left: 2 });
  expect(await crawlWheels(options)).toMatchObject({ left: 0 });
  expect(Object.keys(read(data, "wheel")).toSorted()).toEqual(["demo", "more"]);
});

test("requests are spaced out", async () => {
  const { options } = await crawls({ demo: wheels });
  const pauses: number[] = [];
  const began = Date.now();
  let now = began;
  const sleep = async (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
    now += milliseconds;
  };
  await crawlWheels({ ...options, rate: 2, now: () => now, sleep });
  // A page and four metadata files: the first at once.
  expect(now - began).toBe(2000);
  expect(pauses.every((pause) => pause > 0)).toBe(true);
});

test("a file that cannot be had is left to the next run", async () => {
  const { options, index, data } = await crawls({
    demo: wheels.slice(0, 1),
    gone: [plainSdist("gone", "1.0", [])],
  });
  const { intercept: _, ...healthy } = index.current;
  index.current = {
    ...healthy,
    intercept(request, response) {
      if (request.url?.startsWith("/files/demo") !== true) return false;
      response.writeHead(500).end();
      return true;
    },
  };
  const notes: string[] = [];
  const report = (event: { kind: string; code?: string }): void =>
    void notes.push(event.code ?? "");
  expect(await crawlWheels({ ...options, report })).toMatchObject({ added: 0, left: 1, files: 0 });
  expect(notes).toContain("crawl-left");
  index.current = healthy;
  expect(await crawlWheels(options)).toMatchObject({ added: 1, left: 0 });
  expect(Object.keys(read(data, "wheel"))).toEqual(["demo"]);
});

test("one crawl at a time; what a killed one left blocks nobody", async () => {
  const { options, data } = await crawls({ demo: wheels.slice(0, 1) });
  mkdirSync(join(data, ".crawl"), { recursive: true });
  const lock = join(data, ".crawl", "lock");
  const { hostname } = await import("node:os");
  writeFileSync(lock, JSON.stringify({ host: hostname(), pid: process.pid }));
  expect((await failure(crawlWheels(options))).code).toBe("crawl-busy");
  writeFileSync(lock, JSON.stringify({ host: hostname(), pid: 2 ** 30 }));
  expect(await crawlWheels(options)).toMatchObject({ added: 1 });
  expect(existsSync(lock)).toBe(false);
});

test("no setuptools that fits", async () => {
  const { sdists } = await crawls({
    script: [setupSdist("script", "1.0", "setup(name='script')")],
  });
  expect((await failure(sdists())).code).toBe("crawl-setuptools");
});

test("names: comments, repetitions, what is none", async () => {
  expect(readNames("a\n# b\n\nzope.c # d\r\na\n", "names.txt")).toEqual(["a", "zope.c"]);
  const { options } = await crawls({});
  expect(() => readNames("a\nb c\n", "names.txt")).toThrow(
    expect.objectContaining({ code: "crawl-names", place: { file: "names.txt", line: 2 } }),
  );
  expect((await failure(crawlWheels({ ...options, names: undefined }))).code).toMatch(
    /^(?:crawl-names|http-)/,
  );
});
