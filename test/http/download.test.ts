import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sha256 } from "../../src/base/index.ts";
import { client, failure, scratch, sendFile, serve } from "./servers.ts";

const FILE = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
const HASH = sha256(FILE);

test("a file arrives with its hash and size, and progress is told", async () => {
  const { url } = await serve((request, response) => sendFile(request, response, { body: FILE }));
  const path = join(scratch(), "file");
  const seen: [number, number | undefined][] = [];
  const got = await client().download(url, { path, onProgress: (...now) => seen.push(now) });
  expect(got).toEqual({ sha256: HASH, size: FILE.length, url: `${url}/` });
  expect(readFileSync(path).equals(FILE)).toBe(true);
  expect(seen.at(-1)).toEqual([FILE.length, FILE.length]);
});

test("a broken transfer goes on where it broke", async () => {
  const { url, requests } = await serve((request, response, count) => {
    sendFile(request, response, count < 3 ? { body: FILE, limit: 100_000 } : { body: FILE });
  });
  const path = join(scratch(), "file");
  await client().download(url, { path, sha256: HASH, size: FILE.length });
  expect(readFileSync(path).equals(FILE)).toBe(true);
  const ranges = requests.map(({ headers }) => [headers.range, headers["if-range"]]);
  expect(ranges).toEqual([
    [undefined, undefined],
    ["bytes=100000-", '"1"'],
    ["bytes=200000-", '"1"'],
  ]);
});

test("a file that changes in between is begun anew", async () => {
  const { url } = await serve((request, response, count) => {
    const etag = `"${Math.min(count, 2)}"`;
    const body = count === 1 ? Buffer.alloc(FILE.length) : FILE;
    sendFile(request, response, count === 1 ? { body, limit: 9999, etag } : { body, etag });
  });
  const path = join(scratch(), "file");
  const got = await client().download(url, { path });
  expect([got.sha256, readFileSync(path).equals(FILE)]).toEqual([HASH, true]);
});

test("a server without ranges sends all of it again", async () => {
  const { url } = await serve((_, response, count) => {
    response.setHeader("content-length", FILE.length);
    if (count === 1) response.write(FILE.subarray(0, 5000), () => response.destroy());
    else response.end(FILE);
  });
  const path = join(scratch(), "file");
  await client().download(url, { path, sha256: HASH });
  expect(readFileSync(path).equals(FILE)).toBe(true);
});

test("what an earlier run left is gone on from, if the hash fits, else fetched once more", async () => {
  const { url, requests } = await serve((request, response) =>
    sendFile(request, response, { body: FILE }),
  );
  const folder = scratch();
  const lefts: [string, Buffer, (string | undefined)[]][] = [
    ["good", FILE.subarray(0, 1234), ["bytes=1234-"]],
    ["bad", Buffer.alloc(1234), ["bytes=1234-", undefined]],
    ["long", Buffer.alloc(400_000), ["bytes=400000-", undefined]],
    ["wrong", Buffer.alloc(FILE.length), [undefined]],
    ["whole", FILE, []],
    ["empty", Buffer.alloc(0), [undefined]],
  ];
  for (const [name, left, expected] of lefts) {
    const path = join(folder, name);
    writeFileSync(path, left);
    requests.length = 0;
    await client().download(url, { path, sha256: HASH, size: FILE.length, resume: true });
    expect([name, readFileSync(path).equals(FILE)]).toEqual([name, true]);
    expect([name, requests.map(({ headers }) => headers.range)]).toEqual([name, expected]);
  }
});

test("a wrong hash or size is refused and nothing stays", async () => {
  const { url } = await serve((request, response) => sendFile(request, response, { body: FILE }));
  const path = join(scratch(), "file");
  for (const [expected, code] of [
    [{ sha256: sha256("other") }, "http-wrong-hash"],
    [{ size: FILE.length + 1 }, "http-wrong-size"],
    [{ size: FILE.length - 1 }, "http-wrong-size"],
  ] as const) {
    const error = await failure(client().download(url, { path, ...expected }));
    expect([error.code, error.exit, existsSync(path)]).toEqual([code, 4, false]);
  }
});

test("a file without end is cut off and removed", async () => {
  const { url } = await serve((_, response) => response.write(FILE));
  const path = join(scratch(), "file");
  const error = await failure(client().download(url, { path, maxBytes: 1000 }));
  expect([error.code, existsSync(path)]).toEqual(["http-too-large", false]);
});

test("after a stall what has arrived stays for the next run", async () => {
  const { url } = await serve((request, response) => {
    if (request.headers.range === undefined) {
      response.setHeader("content-length", FILE.length).write(FILE.subarray(0, 70_000));
    }
  });
  const path = join(scratch(), "file");
  const one = client({ timeouts: { stall: 100 }, retries: { limit: 0 } });
  const error = await failure(one.download(url, { path, sha256: HASH }));
  expect([error.code, error.exit, statSync(path).size]).toEqual(["http-stalled", 5, 70_000]);
});

test("a transfer that breaks again and again without getting on is given up", async () => {
  const { url, requests } = await serve((request, response) =>
    sendFile(request, response, { body: FILE, limit: 10 }),
  );
  const path = join(scratch(), "file");
  const error = await failure(client().download(url, { path }));
  expect([error.code, requests.length]).toEqual(["http-reset", 3]);
});

test("a folder that is not there is http-write", async () => {
  const { url } = await serve((_, response) => response.end());
  const error = await failure(client().download(url, { path: join(scratch(), "no", "file") }));
  expect([error.code, error.exit]).toEqual(["http-write", 1]);
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

test("a full disk is said, and the file removed", async ({ skip }) => {
  const disk = smallDisk() ?? skip("no small disk can be made here");
  const { url } = await serve((request, response) => sendFile(request, response, { body: FILE }));
  const path = join(disk, "file");
  const error = await failure(client().download(url, { path, sha256: HASH }));
  expect([error.code, error.exit, existsSync(path)]).toEqual(["http-write", 1, false]);
  expect(error.message).toContain("the disk is full");
});
