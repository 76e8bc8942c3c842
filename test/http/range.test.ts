import { expect, test } from "vitest";
import { contentRange } from "../../src/http/range.ts";
import { client, failure, sendFile, serve } from "./servers.ts";

const FILE = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));

test("parts from the start, the middle and the end", async () => {
  const { url } = await serve((request, response) => sendFile(request, response, { body: FILE }));
  const one = client();
  for (const [part, start, end] of [
    [{ start: 0, end: 10 }, 0, 10],
    [{ start: 990, end: 2000 }, 990, 1000],
    [{ last: 7 }, 993, 1000],
    [{ last: 5000 }, 0, 1000],
  ] as const) {
    const got = await one.range(url, part);
    expect(got).toMatchObject({ start, totalSize: 1000, whole: false });
    expect(got.bytes.equals(FILE.subarray(start, end))).toBe(true);
  }
});

test("a server that ignores ranges gives the whole file, if it is small", async () => {
  const { url } = await serve((request, response) => {
    if (request.url === "/endless") response.write(FILE);
    else response.setHeader("content-length", FILE.length).end(FILE);
  });
  const got = await client().range(url, { last: 10 });
  expect(got).toMatchObject({ start: 0, totalSize: 1000, whole: true });
  expect(got.bytes.equals(FILE)).toBe(true);
  const large = await failure(client().range(url, { last: 10 }, { wholeLimit: 999 }));
  const endless = await failure(client().range(`${url}/endless`, { last: 10 }));
  expect([large, endless].map(({ code, exit }) => [code, exit])).toEqual([
    ["http-no-range", 5],
    ["http-no-range", 5],
  ]);
});

test.each(["bytes 1-10/1000", "bytes 0-9/*", "bytes 0-8/1000", "nonsense", ""])(
  "a part labelled %j is not the one asked for",
  async (label) => {
    const { url } = await serve((_, response) => {
      response.writeHead(206, { "content-range": label }).end(FILE.subarray(0, 10));
    });
    expect((await failure(client().range(url, { start: 0, end: 10 }))).code).toBe("http-answer");
  },
);

test("a part longer than asked for is cut off", async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(206, { "content-range": "bytes 0-9/1000" }).end(FILE);
  });
  expect((await failure(client().range(url, { start: 0, end: 10 }))).code).toBe("http-too-large");
});

test.each([
  ["bytes 0-0/1", { start: 0, end: 1, total: 1 }],
  ["bytes 5-4/10", undefined],
  ["bytes 0-10/10", undefined],
  ["bytes 0-99999999999999999/999999999999999999", undefined],
  [undefined, undefined],
])("Content-Range %j", (text, expected) => {
  expect(contentRange(text)).toEqual(expected);
});
