import zlib from "node:zlib";
import { expect, test } from "vitest";
import { client, failure, serve, serveRaw } from "./servers.ts";

const TEXT = Buffer.from("a body that is long enough to be compressed ".repeat(50));

const CODINGS: [string, Buffer][] = [
  ["identity", TEXT],
  ["gzip", zlib.gzipSync(TEXT)],
  ["gzip", Buffer.concat([zlib.gzipSync(TEXT.subarray(0, 99)), zlib.gzipSync(TEXT.subarray(99))])],
  ["br", zlib.brotliCompressSync(TEXT)],
  ["deflate", zlib.deflateSync(TEXT)],
  ["zstd", zlib.zstdCompressSync(TEXT)],
  [
    "zstd",
    Buffer.concat([
      zlib.zstdCompressSync(TEXT.subarray(0, 99)),
      Buffer.from("502a4d1803000000aabbcc", "hex"),
      zlib.zstdCompressSync(TEXT.subarray(99)),
    ]),
  ],
];

test.each(CODINGS)("decodes %s", async (coding, body) => {
  const { url } = await serve((_, response) => {
    response.setHeader("content-encoding", coding).end(body);
  });
  const answer = await client().get(url);
  expect(answer.status).toBe(200);
  expect(answer.body.equals(TEXT)).toBe(true);
});

test("sends what it is told and gives headers and the final URL", async () => {
  const { url, requests } = await serve((_, response) => {
    response.setHeader("X-Some", "thing").end("ok");
  });
  const answer = await client().get(`${url}/a?b=c#d`, {
    accept: "text/x",
    headers: { "X-Mine": "1" },
  });
  expect(answer.url).toBe(`${url}/a?b=c`);
  expect(answer.headers.get("x-some")).toBe("thing");
  expect(requests[0]?.url).toBe("/a?b=c");
  expect(requests[0]?.headers).toMatchObject({
    accept: "text/x",
    "x-mine": "1",
    "user-agent": "mach-nix/test",
  });
});

test("an unchanged answer is 304 with an empty body", async () => {
  const { url } = await serve((request, response) => {
    response.writeHead(request.headers["if-none-match"] === '"x"' ? 304 : 200).end();
  });
  const answer = await client().get(url, { etag: '"x"' });
  expect([answer.status, answer.body.length]).toEqual([304, 0]);
});

test("connections are kept and bounded", async () => {
  const ports = new Set<number | undefined>();
  const { url } = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    setTimeout(() => response.end("ok"), 5);
  });
  const one = client({ maxConnectionsPerHost: 3 });
  await Promise.all(Array.from({ length: 30 }, async () => one.get(url)));
  expect(ports.size).toBe(3);
  expect(one.counts).toEqual({ requests: 30, bytes: 60 });
});

const STATUSES: [number, string, number][] = [
  [404, "http-not-found", 1],
  [410, "http-not-found", 1],
  [401, "http-auth", 1],
  [403, "http-auth", 1],
  [407, "http-proxy", 1],
  [418, "http-status", 1],
  [501, "http-status", 1],
  [503, "http-status", 3],
  [429, "http-status", 3],
];

test.each(STATUSES)("status %d is %s after %d tries", async (status, code, tries) => {
  const { url, requests } = await serve((_, response) => {
    response.writeHead(status).end("no");
  });
  const error = await failure(client().get(`${url}/x`, { what: "the thing" }));
  expect([error.code, error.exit, requests.length]).toEqual([code, 5, tries]);
  expect(error.message).toContain(status === 407 ? "proxy" : `the thing from ${url}/x`);
});

test("an allowed status is an answer", async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(404).end("none");
  });
  const answer = await client().get(url, { allow: [404] });
  expect([answer.status, answer.body.toString()]).toEqual([404, "none"]);
});

test("a failing server is asked again", async () => {
  const { url } = await serve((_, response, count) => {
    response.writeHead(count < 3 ? 503 : 200).end(String(count));
  });
  expect((await client().get(url)).body.toString()).toBe("3");
});

const NOW = Date.parse("2026-01-01T00:00:00Z");
const WAITS: [string, number[]][] = [
  ["2", [2000]],
  ["Thu, 01 Jan 2026 00:00:01 GMT", [1000]],
  ["Thu, 01 Jan 2020 00:00:00 GMT", [0]],
  ["nonsense", [1]],
  ["3600", []],
];

test.each(WAITS)(
  "Retry-After: %s is waited for, if it is not too long",
  async (header, expected) => {
    const { url } = await serve((_, response, count) => {
      response.writeHead(count < 2 ? 429 : 200, { "retry-after": header }).end();
    });
    const waits: number[] = [];
    const one = client({
      now: () => NOW,
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
      },
    });
    const status = await one.get(url).then(
      (answer) => answer.status,
      () => 0,
    );
    expect(status).toBe(expected.length === 0 ? 0 : 200);
    expect(waits).toEqual(expected);
  },
);

test("a body beyond the limit is refused, announced or not, compressed or not", async () => {
  const bomb = zlib.gzipSync(Buffer.alloc(10_000_000));
  const { url } = await serve((request, response) => {
    if (request.url === "/bomb") response.setHeader("content-encoding", "gzip").end(bomb);
    else if (request.url === "/zstd")
      response
        .setHeader("content-encoding", "zstd")
        .end(zlib.zstdCompressSync(Buffer.alloc(9999999)));
    else if (request.url === "/length") response.setHeader("content-length", 1e9).write("x");
    else response.write(Buffer.alloc(100_000), () => response.write("more"));
  });
  for (const path of ["bomb", "zstd", "length", "chunked"]) {
    const error = await failure(client().get(`${url}/${path}`, { maxBytes: 50_000 }));
    expect([path, error.code, error.exit]).toEqual([path, "http-too-large", 5]);
  }
});

test.each(["gzip", "br", "zstd", "compress"])("a broken %s body is named", async (coding) => {
  const { url } = await serve((_, response) => {
    response.setHeader("content-encoding", coding).end("not so");
  });
  expect((await failure(client().get(url))).code).toBe("http-answer");
});

test("a stalled answer is http-timeout, a stalled body http-stalled", async () => {
  const { url, requests } = await serve((request, response) => {
    if (request.url === "/body") response.setHeader("content-length", 9).write("x");
  });
  const one = client({ timeouts: { stall: 100 } });
  const [answer, body] = await Promise.all([
    failure(one.get(`${url}/answer`)),
    failure(one.get(`${url}/body`)),
  ]);
  expect([answer.code, body.code]).toEqual(["http-timeout", "http-stalled"]);
  expect(requests.length).toBe(6);
});

test("headers that drip or never end are given up", async () => {
  const dripping = await serveRaw((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    const timer = setInterval(() => socket.write("a: b\r\n"), 30);
    socket.on("close", () => clearInterval(timer));
  });
  const endless = await serveRaw((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    const timer = setInterval(() => socket.write(`a: ${"b".repeat(20_000)}\r\n`), 1);
    socket.on("close", () => clearInterval(timer));
  });
  const one = client({ retries: { limit: 0 }, timeouts: { stall: 200, headers: 400 } });
  expect((await failure(one.get(dripping))).code).toBe("http-timeout");
  expect((await failure(one.get(endless))).code).toBe("http-answer");
});

test("what is not HTTP is named", async () => {
  const url = await serveRaw((socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
  expect((await failure(client().get(url))).code).toBe("http-answer");
});

test("a connection that breaks is made again, and in the end named", async () => {
  let broken = 0;
  const { url } = await serve((request, response) => {
    if (request.url === "/once" && broken++ > 0) return void response.end("fine");
    return void response.setHeader("content-length", 100).write("x", () => response.destroy());
  });
  expect((await client().get(`${url}/once`)).body.toString()).toBe("fine");
  expect((await failure(client().get(`${url}/always`))).code).toBe("http-reset");
});

test("a kept connection that the server has closed is replaced at once", async () => {
  const seen = new WeakSet<object>();
  const { url } = await serve((request, response) => {
    if (seen.has(request.socket)) return void request.socket.destroy();
    seen.add(request.socket);
    return void response.end("ok");
  });
  const one = client({ retries: { limit: 2, delay: 1500 } });
  const started = performance.now();
  for (let i = 0; i < 5; i++) expect((await one.get(url)).status).toBe(200);
  expect(performance.now() - started).toBeLessThan(1400);
});

test("bytes that come while this program is busy are not a stall", async () => {
  const { url } = await serve((_, response) => {
    response.write("x");
    process.nextTick(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300));
    response.end("y");
  });
  const one = client({ timeouts: { stall: 200 }, retries: { limit: 0 } });
  expect((await one.get(url)).body.toString()).toBe("xy");
});

test("hosts that are not there", async () => {
  const { url } = await serve(() => undefined);
  const gone = await serveRaw((socket) => socket.destroy());
  expect((await failure(client().get(gone))).code).toBe("http-reset");
  const port = Number(new URL(url).port);
  const closed = `http://127.0.0.1:${port === 1 ? 2 : 1}`;
  const refused = await failure(client().get(closed));
  expect([refused.code, refused.exit]).toEqual(["http-refused", 5]);
  const unknown = await failure(
    client({ retries: { limit: 0 } }).get("http://no-such-host.invalid/"),
  );
  expect([unknown.code, unknown.exit]).toEqual(["http-dns", 5]);
});

test("offline, nothing is asked and what was needed is said", async () => {
  const { url, requests } = await serve((_, response) => response.end());
  const one = client({ offline: true });
  const errors = await Promise.all([
    failure(one.get(url, { what: "the releases of numpy" })),
    failure(one.range(url, { last: 1 })),
    failure(one.download(url, { path: "/nowhere/x" })),
  ]);
  expect(errors.map(({ code, exit }) => [code, exit])).toEqual(
    errors.map(() => ["http-offline", 5]),
  );
  expect(errors[0]?.message).toContain("the releases of numpy");
  expect(requests).toEqual([]);
});

test.each(["ftp://127.0.0.1/x", "file:///etc/passwd", "not a url", ""])(
  "%j is refused",
  async (url) => {
    const error = await failure(client().get(url));
    expect([error.code, error.exit]).toEqual(["http-url", 2]);
  },
);

test("an abort ends waiting and reading", async () => {
  const { url } = await serve((request, response) => {
    if (request.url === "/503") response.writeHead(503, { "retry-after": "2" }).end();
    else response.write("x");
  });
  for (const path of ["/503", "/body"]) {
    const promise = client().get(url + path, { signal: AbortSignal.timeout(60) });
    await expect(promise).rejects.toMatchObject({
      name: expect.stringMatching(/Abort|Timeout/) as string,
    });
  }
});
