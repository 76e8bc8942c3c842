import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  bunzip2,
  gunzip,
  readSdistEntries,
  streamBzip2,
  streamGzip,
  streamSdist,
  streamZstd,
  bufferSource,
  type UnpackOptions,
  unzstd,
} from "../../src/archive/index.ts";
import { UserError } from "../../src/base/index.ts";
import { makeTar } from "./make-tar.ts";
import { makeZip } from "./make-zip.ts";

const TEXT = Buffer.from("what is packed ".repeat(40_000));
/** `bzip2` of "hello\n", of nothing. */
const HELLO = Buffer.from("QlpoOTFBWSZTWcHAgOIAAAFBAAAQAkSgADDNAMNGKZcXckU4UJDBwIDi", "base64");
const NOTHING = Buffer.from("QlpoORdyRThQkAAAAAA=", "base64");

/** A skippable frame of zstd (RFC 8878, 3.1.2). */
function skippable(data: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a53, 0);
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, Buffer.from(data)]);
}

async function whole(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

const FORMATS = {
  gzip: [gunzip, streamGzip],
  bzip2: [bunzip2, streamBzip2],
  zstd: [unzstd, streamZstd],
} as const;

/** The bytes, or an error's code; the same at once and in pieces. */
async function unpacked(
  format: keyof typeof FORMATS,
  bytes: Buffer,
  options: UnpackOptions = {},
): Promise<Buffer | string> {
  const [sync, stream] = FORMATS[format];
  const results = [];
  for (const read of [
    () => sync(bytes, options),
    () => whole(stream(bufferSource(bytes), options)),
  ]) {
    try {
      results.push(await read());
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      results.push(error.code);
    }
  }
  expect(results[1]).toEqual(results[0]);
  return results[0] as Buffer | string;
}

test("zstd: all frames, those to be skipped left out", async () => {
  const frame = zstdCompressSync(TEXT);
  const small = zstdCompressSync(Buffer.from("small"));
  const bytes = Buffer.concat([
    skippable("seek table"),
    frame,
    skippable(""),
    small,
    skippable("x"),
  ]);
  expect(await unpacked("zstd", bytes)).toEqual(Buffer.concat([TEXT, Buffer.from("small")]));
});

test("zstd: cut short, something else, or followed by something else", async () => {
  const frame = zstdCompressSync(TEXT);
  for (const length of [0, 3, 8, frame.length - 5, frame.length - 1])
    expect(await unpacked("zstd", frame.subarray(0, length))).toBe("compressed-damaged");
  expect(await unpacked("zstd", Buffer.from("<html></html>"))).toBe("compressed-damaged");
  expect(await unpacked("zstd", Buffer.concat([frame, Buffer.from("garbage")]))).toBe(
    "compressed-damaged",
  );
});

test("gzip: all members; padding and what is no member ends it", async () => {
  const members = Buffer.concat([gzipSync(TEXT), gzipSync("end"), Buffer.alloc(700)]);
  expect(await unpacked("gzip", members)).toEqual(Buffer.concat([TEXT, Buffer.from("end")]));
  expect(await unpacked("gzip", Buffer.concat([gzipSync("end"), Buffer.from("garbage")]))).toEqual(
    Buffer.from("end"),
  );
  expect(await unpacked("gzip", Buffer.concat([members, gzipSync("more")]))).toEqual(
    Buffer.concat([TEXT, Buffer.from("endmore")]),
  );
});

test("gzip: headers with a name, a comment, an extra field and a checksum", async () => {
  const plain = gzipSync("text");
  const head = Buffer.from(plain.subarray(0, 10));
  head[3] = 2 + 4 + 8 + 16;
  const fields = Buffer.from("\x03\x00abcname\x00comment\x00cc", "latin1");
  const bytes = Buffer.concat([head, fields, plain.subarray(10)]);
  expect(await unpacked("gzip", bytes)).toEqual(Buffer.from("text"));
  expect(await unpacked("gzip", bytes.subarray(0, 16))).toBe("compressed-damaged");
});

test("gzip: wrong checksum, wrong size, cut short", async () => {
  const bytes = gzipSync(TEXT);
  for (const at of [bytes.length - 1, bytes.length - 7]) {
    const wrong = Buffer.from(bytes);
    (wrong[at] as number) ^= 1;
    expect(await unpacked("gzip", wrong)).toBe("compressed-damaged");
  }
  for (const length of [1, 12, 100, bytes.length - 1])
    expect(await unpacked("gzip", bytes.subarray(0, length))).toBe("compressed-damaged");
});

test("bzip2: all streams; what is no stream ends it", async () => {
  expect(await unpacked("bzip2", HELLO)).toEqual(Buffer.from("hello\n"));
  expect(await unpacked("bzip2", NOTHING)).toEqual(Buffer.alloc(0));
  expect(
    await unpacked("bzip2", Buffer.concat([HELLO, NOTHING, HELLO, Buffer.from("garbage")])),
  ).toEqual(Buffer.from("hello\nhello\n"));
});

test("bzip2: every byte's loss or change is seen, but for those that have no meaning", async () => {
  for (let length = 0; length < HELLO.length; length++)
    expect(await unpacked("bzip2", HELLO.subarray(0, length))).toBe("compressed-damaged");
  for (let at = 0; at < HELLO.length * 8; at++) {
    const wrong = Buffer.from(HELLO);
    (wrong[at >> 3] as number) ^= 128 >> (at % 8);
    const result = await unpacked("bzip2", wrong);
    expect(["hello\n", "compressed-damaged"]).toContain(result.toString());
  }
});

test("compressed-too-large: more than is allowed, or out of all proportion", async () => {
  const zeros = Buffer.alloc(40 * 2 ** 20);
  expect(await unpacked("gzip", gzipSync(zeros))).toBe("compressed-too-large");
  expect(await unpacked("zstd", zstdCompressSync(zeros))).toBe("compressed-too-large");
  const limits = { total: 10 };
  expect(await unpacked("gzip", gzipSync(TEXT), { limits })).toBe("compressed-too-large");
  expect(await unpacked("zstd", zstdCompressSync(TEXT), { limits })).toBe("compressed-too-large");
  expect(await unpacked("bzip2", HELLO, { limits: { total: 3 } })).toBe("compressed-too-large");
});

test("source distributions: tar and zip are read alike, at once and in pieces", async () => {
  const tar = makeTar([
    { name: "p-1/setup.py", data: "old" },
    { name: "p-1/setup.py", data: "setup()", mode: 0o755 },
    { name: "p-1/PKG-INFO", data: "Name: p" },
  ]);
  const zip = makeZip([
    { name: "p-1/", method: 0 },
    { name: "p-1/setup.py", data: "setup()", mode: 0o100755 },
    { name: "p-1/PKG-INFO", data: "Name: p" },
  ]);
  for (const [filename, bytes] of [
    ["p-1.tar.gz", gzipSync(tar)],
    ["p-1.zip", zip],
    ["p-1.tar.zst", zstdCompressSync(tar)],
    ["p-1.tar", tar],
  ] as const) {
    const files = readSdistEntries(bytes, { filename }).filter(({ kind }) => kind === "file");
    expect(files.map(({ path, mode, data }) => [path, mode, data.toString()])).toEqual([
      ["p-1/setup.py", 0o755, "setup()"],
      ["p-1/PKG-INFO", 0o644, "Name: p"],
    ]);
    const last = new Map<string, string>();
    const sink = {
      entry: ({ path, kind }: { path: string; kind: string }) => {
        if (kind !== "file") return undefined;
        last.set(path, "");
        return (piece: Uint8Array) =>
          void last.set(path, last.get(path) + Buffer.from(piece).toString());
      },
    };
    await streamSdist(bufferSource(bytes), sink, { filename });
    expect([...last]).toEqual(files.map(({ path, data }) => [path, data.toString()]));
  }
});

test("a format that is not known is refused by name", () => {
  const read = (): unknown => readSdistEntries(Buffer.alloc(10), { filename: "p-1.tar.xz" });
  expect(read).toThrow(/p-1\.tar\.xz is of a format/);
});
