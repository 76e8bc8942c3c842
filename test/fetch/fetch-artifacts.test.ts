import { execFileSync, fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { type ProgressEvent, sha256 } from "../../src/base/index.ts";
import {
  cachePath,
  type FetchArtifact,
  fetchArtifacts,
  type FetchOptions,
  forgetArtifact,
} from "../../src/fetch/index.ts";
import { client, failure, scratch, sendFile, serve } from "../http/servers.ts";

const FILE = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
const NAME = "some_thing-1.0-py3-none-any.whl";

function artifact(url: string, body: Buffer = FILE): FetchArtifact {
  return { filename: NAME, url, sha256: sha256(body), size: body.length };
}

function options(cacheDirectory: string, more: Partial<FetchOptions> = {}): FetchOptions {
  return { client: client(), cacheDirectory, base: cacheDirectory, ...more };
}

/** Every file below a folder. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test("artifacts arrive in the cache, the present ones first, and the next run needs no network", async () => {
  const bodies = new Map(["a", "b", "c"].map((name, i) => [`/${name}`, FILE.subarray(i)]));
  const { url, requests } = await serve((request, response) => {
    response.end(bodies.get(request.url ?? ""));
  });
  const wanted = [...bodies].map(([path, body]) => ({
    ...artifact(url + path, body),
    filename: `${path.slice(1)}-1-py3-none-any.whl`,
  }));
  const cache = scratch();
  const first = wanted[0] as FetchArtifact;
  await fetchArtifacts([first], options(cache));
  const arrived: string[] = [];
  const events: ProgressEvent[] = [];
  const paths = await fetchArtifacts([...wanted, first], {
    ...options(cache),
    report: (event) => events.push(event),
    onArtifact: (each, path) => {
      arrived.push(each.filename);
      expect(sha256(readFileSync(path))).toBe(each.sha256);
    },
  });
  expect(arrived[0]).toBe(first.filename);
  expect(arrived.toSorted()).toEqual([...paths.keys()].toSorted());
  expect(requests.length).toBe(3);
  const total = 2 * FILE.length - 3;
  expect(events.at(0)).toEqual({ kind: "start", phase: "download", unit: "bytes", total });
  expect(events.at(-2)).toMatchObject({ kind: "progress", phase: "download", done: total, total });
  expect(events.at(-1)).toEqual({ kind: "end", phase: "download", done: total });
  const again = await fetchArtifacts(wanted, options(cache, { client: client({ offline: true }) }));
  expect([...again.values()].toSorted()).toEqual([...paths.values()].toSorted());
  expect(filesBelow(cache).toSorted()).toEqual(wanted.map(({ filename }) => filename).toSorted());
});

test("a cached file of another size is fetched again; one of another content too, if asked", async () => {
  const { url, requests } = await serve((_, response) => response.end(FILE));
  const cache = scratch();
  const wanted = artifact(url);
  const path = cachePath(cache, wanted);
  await fetchArtifacts([wanted], options(cache));
  writeFileSync(path, "short");
  await fetchArtifacts([wanted], options(cache));
  writeFileSync(path, Buffer.alloc(FILE.length));
  await fetchArtifacts([wanted], options(cache));
  expect(requests.length).toBe(2);
  await fetchArtifacts([wanted], options(cache, { reuse: "hash" }));
  expect([requests.length, readFileSync(path).equals(FILE)]).toEqual([3, true]);
  forgetArtifact(cache, wanted);
  expect(existsSync(path)).toBe(false);
});

test("a wrong hash or size is refused, naming file, URL, expected and got, and nothing stays", async () => {
  const { url } = await serve((_, response) => response.end(FILE));
  const cache = scratch();
  const other = sha256("other");
  const { size, ...sizeless } = artifact(url);
  for (const [wrong, code, words] of [
    [{ ...artifact(url), sha256: other }, "fetch-wrong-hash", [NAME, url, other, sha256(FILE)]],
    [{ ...sizeless, sha256: other }, "fetch-wrong-hash", [NAME, url, other, sha256(FILE)]],
    [{ ...artifact(url), size: 299_999 }, "fetch-wrong-size", [NAME, url, "299999"]],
    [{ ...artifact(url), size: 300_001 }, "fetch-wrong-size", [NAME, url, "300001", `${size}`]],
  ] as const) {
    const error = await failure(fetchArtifacts([wrong], options(cache)));
    expect([error.code, error.exit]).toEqual([code, 4]);
    for (const word of words) expect(error.message).toContain(word);
    expect(filesBelow(cache)).toEqual([]);
  }
});

test("file URLs, absolute or relative to the lock, are used where they are", async () => {
  const folder = scratch();
  mkdirSync(join(folder, "my wheels"));
  const path = join(folder, "my wheels", NAME);
  writeFileSync(path, FILE);
  for (const url of [
    pathToFileURL(path).href,
    `file:my%20wheels/${NAME}`,
    `file:./my wheels/${NAME}#x`,
  ]) {
    const paths = await fetchArtifacts([artifact(url)], options(scratch(), { base: folder }));
    expect(paths.get(NAME)).toBe(path);
  }
  const wrong = { ...artifact(`file:my%20wheels/${NAME}`), sha256: sha256("other") };
  const error = await failure(fetchArtifacts([wrong], options(scratch(), { base: folder })));
  expect([error.code, error.exit, error.message.includes(path)]).toEqual([
    "fetch-wrong-hash",
    4,
    true,
  ]);
  const gone = await failure(fetchArtifacts([artifact("file:gone.whl")], options(scratch())));
  expect([gone.code, gone.exit]).toEqual(["fetch-not-found", 5]);
});

test("--find-links folders and files come before the network; another build there is passed over", async () => {
  const { url, requests } = await serve((_, response) => response.end(FILE));
  const folder = scratch();
  const path = join(folder, NAME);
  writeFileSync(path, FILE);
  for (const place of [folder, pathToFileURL(folder).href, path, "."]) {
    const findLinks = ["/nowhere", place];
    const paths = await fetchArtifacts(
      [artifact(url)],
      options(scratch(), { findLinks, base: folder }),
    );
    expect(paths.get(NAME)).toBe(path);
  }
  expect(requests.length).toBe(0);
  writeFileSync(path, Buffer.alloc(FILE.length));
  const cache = scratch();
  const paths = await fetchArtifacts([artifact(url)], options(cache, { findLinks: [folder] }));
  expect(paths.get(NAME)).toBe(cachePath(cache, artifact(url)));
});

const JSON_PAGE = { meta: { "api-version": "1.0" }, files: [{ filename: 1 }, null] as unknown[] };

test.each(["json", "html", "html without hashes", "a page of links"])(
  "what its URL does not have is taken from an index by name and hash: %s",
  async (kind) => {
    const index = await serve((request, response) => {
      if (request.url?.startsWith("/files/")) return void response.end(FILE);
      const hash = kind === "html without hashes" ? "" : `#sha256=${sha256(FILE)}`;
      const link = `<a href="../../files/other.whl">x</a><A class=x HREF='/files/${NAME}${hash}'>any</A>`;
      if (kind !== "json") return void response.setHeader("content-type", "text/html").end(link);
      const file = { filename: NAME, url: `../../files/${NAME}`, hashes: { sha256: sha256(FILE) } };
      response.setHeader("content-type", "application/vnd.pypi.simple.v1+json");
      return void response.end(JSON.stringify({ ...JSON_PAGE, files: [...JSON_PAGE.files, file] }));
    });
    const empty = await serve((_, response) => response.writeHead(404).end());
    const places =
      kind === "a page of links"
        ? { findLinks: [`${index.url}/page`] }
        : { indexUrls: [`${empty.url}/simple`, `${index.url}/simple/`] };
    const cache = scratch();
    const paths = await fetchArtifacts([artifact(`${empty.url}/x`)], options(cache, places));
    expect(readFileSync(paths.get(NAME) as string).equals(FILE)).toBe(true);
    const asked = index.requests.map(({ url }) => url);
    expect(asked).toEqual([
      kind === "a page of links" ? "/page" : "/simple/some-thing/",
      `/files/${NAME}`,
    ]);
  },
);

test("found nowhere: all that was tried is told", async () => {
  const empty = await serve((_, response) => response.writeHead(404).end());
  const alone = await failure(fetchArtifacts([artifact(empty.url)], options(scratch())));
  expect([alone.code, alone.exit]).toEqual(["http-not-found", 5]);
  const indexUrls = [`${empty.url}/simple`];
  const error = await failure(
    fetchArtifacts([artifact(empty.url)], options(scratch(), { indexUrls })),
  );
  expect([error.code, error.exit]).toEqual(["fetch-not-found", 5]);
  expect(error.related.map(({ code }) => code)).toEqual(["http-not-found"]);
});

test("offline, everything that is missing is named", async () => {
  const wanted = ["a", "b"].map((name) => ({
    ...artifact(`http://h/${name}`),
    filename: `${name}.whl`,
  }));
  const error = await failure(
    fetchArtifacts(wanted, options(scratch(), { client: client({ offline: true }) })),
  );
  expect([error.code, error.exit]).toEqual(["http-offline", 5]);
  expect([error, ...error.related].map(({ message }) => message)).toEqual([
    expect.stringContaining("a.whl"),
    expect.stringContaining("b.whl"),
  ]);
});

test.each(["../x.whl", "a/b.whl", "", ".hidden", "a\\b", "a\0"])(
  "%j is no file name",
  async (filename) => {
    const promise = fetchArtifacts([{ ...artifact("http://h/"), filename }], options(scratch()));
    const error = await failure(promise);
    expect([error.code, error.exit]).toEqual(["fetch-unsafe-name", 4]);
  },
);

test("a failure gives up the rest, keeps what has arrived, and the next run goes on from there", async () => {
  let healthy = false;
  const { url, requests } = await serve((request, response) => {
    if (request.url === "/bad")
      setTimeout(() => response.writeHead(healthy ? 200 : 404).end(FILE), 100);
    else if (healthy) sendFile(request, response, { body: FILE });
    else response.setHeader("content-length", FILE.length).write(FILE.subarray(0, 50_000));
  });
  const cache = scratch();
  const slow = artifact(`${url}/slow`);
  const bad = { ...artifact(`${url}/bad`), filename: "bad-1-py3-none-any.whl" };
  const patient = client({ timeouts: { stall: 5000 } });
  const error = await failure(fetchArtifacts([slow, bad], options(cache, { client: patient })));
  expect(error.code).toBe("http-not-found");
  const [part] = filesBelow(cache);
  expect(part).toMatch(/\.part$/);
  // The part is this process's own, which is alive: as if it had ended, it gets another's number.
  const folder = join(cachePath(cache, slow), "..");
  const ended = fork(fileURLToPath(new URL("fetch-child.ts", import.meta.url)), [cache, "[]"]);
  await once(ended, "exit");
  const renamed = (part as string).replace(`.${process.pid}.`, `.${ended.pid}.`);
  execFileSync("mv", [join(folder, part as string), join(folder, renamed)]);
  healthy = true;
  await fetchArtifacts([slow, bad], options(cache));
  expect(requests.at(-1)?.headers.range ?? requests.at(-2)?.headers.range).toBe("bytes=50000-");
  expect(filesBelow(cache).toSorted()).toEqual([bad.filename, NAME]);
});

function child(cache: string, wanted: readonly FetchArtifact[]): ChildProcess {
  const script = fileURLToPath(new URL("fetch-child.ts", import.meta.url));
  const made = fork(script, [cache, JSON.stringify(wanted)], { silent: true });
  onTestFinished(() => {
    made.kill("SIGKILL");
  });
  return made;
}

test("a run that was killed is gone on from by the next process", async () => {
  const { url, requests } = await serve((request, response, count) => {
    if (count > 1) sendFile(request, response, { body: FILE });
    else response.setHeader("content-length", FILE.length).write(FILE.subarray(0, 100_000));
  });
  const cache = scratch();
  const killed = child(cache, [artifact(url)]);
  await vi.waitUntil(() => partSize(cache) === 100_000, { timeout: 20_000 });
  killed.kill("SIGINT");
  await once(killed, "exit");
  await fetchArtifacts([artifact(url)], options(cache));
  expect(requests[1]?.headers.range).toBe("bytes=100000-");
  expect(filesBelow(cache)).toEqual([NAME]);
});

function partSize(cache: string): number {
  const entries = readdirSync(cache, { recursive: true, encoding: "utf8" });
  const part = entries.find((name) => name.endsWith(".part"));
  return part === undefined ? 0 : statSync(join(cache, part)).size;
}

test("two processes that fetch the same file at once both succeed", async () => {
  const { url } = await serve((_, response) => {
    response.setHeader("content-length", FILE.length).write(FILE.subarray(0, 1000));
    setTimeout(() => response.end(FILE.subarray(1000)), 200);
  });
  const cache = scratch();
  const codes = await Promise.all(
    [1, 2].map(async () => (await once(child(cache, [artifact(url)]), "exit"))[0] as number),
  );
  expect(codes).toEqual([0, 0]);
  expect(filesBelow(cache)).toEqual([NAME]);
});

test("what a consumer throws ends the run", async () => {
  const { url } = await serve((_, response) => response.end(FILE));
  const promise = fetchArtifacts([artifact(url)], {
    ...options(scratch()),
    onArtifact: async () => Promise.reject(new Error("unpacking failed")),
  });
  await expect(promise).rejects.toThrow("unpacking failed");
});

test("a signal ends the run", async () => {
  const { url } = await serve((_, response) => response.write("x"));
  const signal = AbortSignal.timeout(50);
  const promise = fetchArtifacts([artifact(url)], options(scratch(), { signal }));
  await expect(promise).rejects.toMatchObject({ name: "TimeoutError" });
});

/** A disk of 64 KB, or undefined where one cannot be made. */
function smallDisk(): string | undefined {
  const path = join(scratch(), "disk");
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", path], { stdio: "pipe" });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", ["-l", path], { stdio: "pipe" });
  });
  return path;
}

test("a full disk is said and nothing stays; with space the next run succeeds", async ({
  skip,
}) => {
  const disk = smallDisk() ?? skip("no small disk can be made here");
  const { url } = await serve((_, response) => response.end(FILE));
  const error = await failure(fetchArtifacts([artifact(url)], options(disk)));
  expect([error.code, error.exit]).toEqual(["http-write", 1]);
  expect(error.message).toContain("the disk is full");
  expect(filesBelow(disk)).toEqual([]);
  execFileSync("mount", ["-o", "remount,size=1m", disk]);
  await fetchArtifacts([artifact(url)], options(disk));
  expect(filesBelow(disk)).toEqual([NAME]);
});

test("a cache folder that cannot be made is fetch-write", async () => {
  const { url } = await serve((_, response) => response.end(FILE));
  const cache = join(scratch(), "file");
  writeFileSync(cache, "");
  const error = await failure(fetchArtifacts([artifact(url)], options(cache)));
  expect([error.code, error.exit]).toEqual(["fetch-write", 1]);
  rmSync(cache);
});
