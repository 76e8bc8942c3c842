import { join } from "node:path";
import { expect, test } from "vitest";
import { isPromise } from "../../src/base/index.ts";
import type {
  LiveIndexOptions,
  MetadataBuilder,
  MetadataFailure,
  ReleaseMetadata,
  SdistAccess,
  SdistRequest,
} from "../../src/index/index.ts";
import { client, failure, scratch } from "../http/servers.ts";
import { makeSdist } from "./make-sdist.ts";
import { named, open, serveIndex, type ServedFile, type ServedIndex } from "./simple-server.ts";

const PKG_INFO = "Metadata-Version: 2.2\nName: plain\nVersion: 1.0\nRequires-Dist: base\n";
const SETUP = "from setuptools import setup\nsetup(name='old', install_requires=['base'])\n";

function sdist(filename: string, files: Readonly<Record<string, string>>): ServedFile {
  return { filename, bytes: makeSdist(filename, files).content };
}

const projects = {
  plain: [sdist("plain-1.0.tar.gz", { "PKG-INFO": PKG_INFO })],
  old: [sdist("old-1.0.tar.gz", { "setup.py": SETUP }), sdist("old-1.0.zip", { "setup.py": "" })],
};

const BUILT = { requiresDist: ["base"], extras: ["x"], requiresPython: ">=3" };

interface Watched extends SdistAccess {
  readonly downloads: string[];
  readonly builds: string[];
}

/** Downloads into a folder of its own; counts. */
function watched(build: () => ReleaseMetadata | MetadataFailure = () => BUILT): Watched {
  const folder = scratch();
  const downloads: string[] = [];
  const builds: string[] = [];
  const http = client();
  const builder: MetadataBuilder = async ({ name, version, path, python }) => {
    builds.push(`${name} ${version} ${path.slice(folder.length + 1)} ${python.join(".")}`);
    return build();
  };
  return {
    downloads,
    builds,
    build: builder,
    async download({ filename, url, sha256 }) {
      downloads.push(filename);
      const path = join(folder, filename);
      await http.download(url, { path, ...(sha256 !== undefined && { sha256 }) });
      return path;
    },
  };
}

async function serve(index: Partial<ServedIndex> = {}): Promise<string> {
  const server = await serveIndex({ current: { projects, ...index } });
  return `${server.url}/simple/`;
}

function options(access: SdistAccess, cacheDirectory: string): Partial<LiveIndexOptions> {
  return { sdists: access, cacheDirectory };
}

const PYTHON = [3, 11, 4];

test("what its files say is read once, for all Pythons, and kept for later and offline", async () => {
  const url = await serve();
  const access = watched();
  const cache = scratch();
  const { index } = open([url], options(access, cache));
  const release = { version: "1.0", python: PYTHON };
  const expected = { requiresDist: ["base"], extras: [] };
  expect(await index.sdistMetadata?.(named("plain"), release)).toEqual(expected);
  const again = index.sdistMetadata?.(named("plain"), { version: "1.0", python: [2, 7] });
  expect(isPromise(again)).toBe(false);
  expect(again).toEqual(expected);
  const offline = open([url], { ...options(access, cache), offline: true }).index;
  expect(await offline.sdistMetadata?.(named("plain"), release)).toEqual(expected);
  expect(access).toMatchObject({ downloads: ["plain-1.0.tar.gz"], builds: [] });
});

test("what only a build tells is kept for each Python", async () => {
  const url = await serve();
  const access = watched();
  const cache = scratch();
  const { index } = open([url], options(access, cache));
  const old = named("old");
  const [first, same] = [1, 2].map(() =>
    index.sdistMetadata?.(old, { version: "1.0", python: PYTHON }),
  );
  expect(await first).toEqual(BUILT);
  expect(await same).toEqual(BUILT);
  expect(access.builds).toEqual(["old 1.0 old-1.0.tar.gz 3.11.4"]);
  await index.sdistMetadata?.(old, { version: "1.0", python: [3, 12, 0] });
  expect(access.builds).toHaveLength(2);
  const offline = open([url], { ...options(access, cache), offline: true }).index;
  const kept = await offline.sdistMetadata?.(old, { version: "1.0", python: [3, 11, 9] });
  expect(kept).toEqual(BUILT);
  expect(access.builds).toHaveLength(2);
  const asked = (async () =>
    offline.sdistMetadata?.(old, { version: "1.0", python: [3, 13, 0] }))();
  expect((await failure(asked)).code).toBe("index-offline");
});

test("that this machine cannot build is asked again the next time", async () => {
  const url = await serve();
  const access = watched(() => ({ failure: "no Python", untried: true }));
  const cache = scratch();
  const release = { version: "1.0", python: PYTHON };
  for (const builds of [1, 2]) {
    const { index } = open([url], options(access, cache));
    const found = await index.sdistMetadata?.(named("old"), release);
    expect(found).toMatchObject({ failure: "no Python", built: true });
    expect(access.builds).toHaveLength(builds);
  }
});

test("a failed build is kept, and tried again after a while, but not offline", async () => {
  const url = await serve();
  const access = watched(() => ({ failure: "needs  `pg_config`" }));
  const cache = scratch();
  const begun = Date.now();
  const release = { version: "1.0", python: PYTHON };
  const at = (minutes: number, offline = false): Partial<LiveIndexOptions> => ({
    ...options(access, cache),
    offline,
    date: begun,
    now: () => begun + minutes * 60_000,
  });
  const failed = expect.stringMatching(/^needs +`pg_config`$/) as string;
  const expected = { failure: failed, built: true };
  for (const [minutes, builds] of [
    [0, 1],
    [9, 1],
    [11, 2],
  ] as const) {
    const { index } = open([url], at(minutes));
    expect(await index.sdistMetadata?.(named("old"), release)).toEqual(expected);
    expect(access.builds).toHaveLength(builds);
  }
  const { index } = open([url], at(60, true));
  expect(await index.sdistMetadata?.(named("old"), release)).toEqual(expected);
  expect(access.builds).toHaveLength(2);
});

test("a wheel of the release does instead, where it can be read", async () => {
  const wheel: ServedFile = { filename: "old-1.0-cp27-none-win32.whl", requires: ["base"] };
  const broken: ServedFile = { filename: "old-1.0-cp26-none-win32.whl", bytes: Buffer.alloc(9) };
  const url = await serve({ projects: { old: [...projects.old, wheel, broken] } });
  const access = watched();
  const cache = scratch();
  const { index } = open([url], options(access, cache));
  const old = named("old");
  const files = (await index.project(old))?.files(0) ?? [];
  const request = (filename: string): SdistRequest => {
    const given = files.find((file) => file.filename === filename);
    return { version: "1.0", python: PYTHON, ...(given === undefined ? {} : { wheel: given }) };
  };
  const expected = { requiresDist: ["base"], extras: [], standIn: wheel.filename };
  expect(await index.sdistMetadata?.(old, request(wheel.filename))).toEqual(expected);
  expect(access).toMatchObject({ downloads: [], builds: [] });
  expect(await index.sdistMetadata?.(old, request(broken.filename))).toEqual(BUILT);
  expect(access.builds).toHaveLength(1);
  const offline = open([url], { ...options(access, cache), offline: true }).index;
  expect(await offline.sdistMetadata?.(old, request(wheel.filename))).toEqual(expected);
});

test("an index's own metadata file does where nothing in it is dynamic", async () => {
  const metadata = (text: string) => async (): Promise<Watched> => {
    const url = await serve({
      metadata: true,
      projects: {
        plain: [{ ...sdist("plain-1.0.tar.gz", { "PKG-INFO": PKG_INFO }), metadata: text }],
      },
    });
    const access = watched();
    const { index } = open([url], options(access, scratch()));
    const found = await index.sdistMetadata?.(named("plain"), { version: "1.0", python: PYTHON });
    expect(found).toEqual({ requiresDist: ["base"], extras: [] });
    return access;
  };
  expect((await metadata(PKG_INFO)()).downloads).toEqual([]);
  const dynamic = `${PKG_INFO.replace("base", "other")}Dynamic: Requires-Dist\n`;
  expect((await metadata(dynamic)()).downloads).toEqual(["plain-1.0.tar.gz"]);
});

test("what is not there, or cannot be had", async () => {
  const url = await serve();
  const none = open([url], { cacheDirectory: scratch() }).index;
  const release = { version: "1.0", python: PYTHON };
  expect(await none.sdistMetadata?.(named("old"), release)).toMatchObject({
    failure: expect.any(String) as string,
  });
  const { build: _, ...unable } = watched();
  const { index } = open([url], options(unable, scratch()));
  expect(await index.sdistMetadata?.(named("old"), release)).toEqual({
    failure: "the dependencies of its sdist are only known once it is built",
  });
  expect(await index.sdistMetadata?.(named("old"), { version: "2.0", python: PYTHON })).toEqual({
    failure: "it has no source distribution",
  });
});

test("a file that is not what the index says is an error, and nothing is kept", async () => {
  const real = sdist("plain-1.0.tar.gz", { "PKG-INFO": PKG_INFO });
  const url = await serve({
    intercept(request, response) {
      if (request.url?.startsWith("/files/") !== true) return false;
      response.end(Buffer.alloc(real.bytes?.length ?? 0));
      return true;
    },
  });
  const { index } = open([url], options(watched(), scratch()));
  const asked = (async () =>
    index.sdistMetadata?.(named("plain"), { version: "1.0", python: PYTHON }))();
  expect((await failure(asked)).code).toBe("http-wrong-hash");
});
