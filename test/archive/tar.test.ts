import { describe, expect, test } from "vitest";
import { ARCHIVE_ERRORS, readTar, TarReader, type TarOptions } from "../../src/archive/index.ts";
import { UserError } from "../../src/base/index.ts";
import { makeTar, type MadeTarEntry, pax, tarEntries } from "./make-tar.ts";

function codeOf(bytes: Uint8Array, options: TarOptions = {}): string {
  try {
    readTar(bytes, options);
    return "taken";
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

test("files, folders and links come with what is known of them, under clean paths", () => {
  const bytes = makeTar([
    { name: "./", type: "5", mode: 0o755 },
    { name: "./p//", type: "5", mode: 0o755 },
    { name: "p/a.py", data: "x", mode: 0o644, mtime: 5 },
    { name: "p/old/", data: "" },
    { name: "p/run", data: "#!", mode: 0o755 },
    { name: "p/link", type: "2", target: "../p/./a.py" },
    { name: "p/hard", type: "1", target: "./p/a.py" },
    { name: "p/empty" },
  ]);
  expect(readTar(bytes).map(({ data, ...entry }) => ({ ...entry, data: data.toString() }))).toEqual(
    [
      { path: "p", kind: "folder", size: 0, mode: 0o755, mtime: 0, data: "" },
      { path: "p/a.py", kind: "file", size: 1, mode: 0o644, mtime: 5, data: "x" },
      { path: "p/old", kind: "folder", size: 0, mode: 0o644, mtime: 0, data: "" },
      { path: "p/run", kind: "file", size: 2, mode: 0o755, mtime: 0, data: "#!" },
      {
        path: "p/link",
        kind: "link",
        size: 0,
        mode: 0o644,
        mtime: 0,
        target: "../p/./a.py",
        data: "",
      },
      {
        path: "p/hard",
        kind: "hardlink",
        size: 0,
        mode: 0o644,
        mtime: 0,
        target: "p/a.py",
        data: "",
      },
      { path: "p/empty", kind: "file", size: 0, mode: 0o644, mtime: 0, data: "" },
    ],
  );
});

test("long names, of GNU, of pax, and in ustar's prefix", () => {
  const long = `p/${"é".repeat(120)}`;
  const bytes = makeTar([
    { name: "././@LongLink", type: "L", data: `${long}\0` },
    { name: Buffer.from(long).subarray(0, 100), data: "1" },
    { name: "././@LongLink", type: "K", data: `${"x/".repeat(60)}y\0` },
    { name: "gnulink", type: "2", target: "x/x" },
    pax({ path: `${long}2`, mtime: "1.5" }),
    { name: "short", data: "2" },
    { name: "b", prefix: "a" },
    pax({ comment: "0123abc" }, "g"),
    { name: "c" },
  ]);
  expect(readTar(bytes).map(({ path, mtime, target }) => [path, mtime, target])).toEqual([
    [long, 0, undefined],
    ["gnulink", 0, `${"x/".repeat(60)}y`],
    [`${long}2`, 1.5, undefined],
    ["a/b", 0, undefined],
    ["c", 0, undefined],
  ]);
});

const fifo = { name: "f", type: "6" };
const WRONG: readonly (readonly [string, string, readonly MadeTarEntry[]])[] = [
  ["tar-unsafe-name", "absolute", [{ name: "/etc/x" }]],
  ["tar-unsafe-name", "upwards", [{ name: "a/../../x" }]],
  ["tar-unsafe-name", "of pax", [pax({ path: "../x" }), { name: "x" }]],
  ["tar-unsafe-name", "NUL in pax", [pax({ path: "a\0b" }), { name: "x" }]],
  ["tar-unsafe-name", "Latin-1", [{ name: Buffer.from([0xe9]) }]],
  ["tar-unsafe-name", "newline", [{ name: "a\nb" }]],
  ["tar-unsafe-name", "backslash", [{ name: "a\\b" }]],
  [
    "tar-unsafe-name",
    "deep",
    [{ name: "././@LongLink", type: "L", data: "d/".repeat(300) + "f" }, { name: "d" }],
  ],
  ["tar-unsafe-name", "empty", [{ name: "" }]],
  ["tar-unsafe-name", "no name", [{ name: "." }]],
  ["tar-unsafe-link", "absolute", [{ name: "l", type: "2", target: "/etc" }]],
  ["tar-unsafe-link", "upwards", [{ name: "a/l", type: "2", target: "../../x" }]],
  [
    "tar-unsafe-link",
    "upwards through another link",
    [
      { name: "d/e/up", type: "2", target: "../.." },
      { name: "out", type: "2", target: "d/e/up/.." },
    ],
  ],
  [
    "tar-unsafe-link",
    "in a circle",
    [
      { name: "a", type: "2", target: "b" },
      { name: "b", type: "2", target: "a" },
    ],
  ],
  ["tar-unsafe-link", "hard, to nothing", [{ name: "h", type: "1", target: "x" }]],
  ["tar-unsafe-link", "hard, absolute", [{ name: "x" }, { name: "h", type: "1", target: "/x" }]],
  [
    "tar-unsafe-link",
    "hard, to a link",
    [
      { name: "l", type: "2", target: "x" },
      { name: "h", type: "1", target: "l" },
    ],
  ],
  [
    "tar-duplicate",
    "file",
    [
      { name: "x", data: "1" },
      { name: "x", data: "2" },
    ],
  ],
  ["tar-duplicate", "file below a file", [{ name: "x" }, { name: "x/y" }]],
  ["tar-duplicate", "file where a folder is", [{ name: "x/y" }, { name: "x" }]],
  ["tar-duplicate", "file below a link", [{ name: "x", type: "2", target: "." }, { name: "x/y" }]],
  [
    "tar-duplicate",
    "link in place of a folder",
    [
      { name: "x", type: "5" },
      { name: "x", type: "2", target: "y" },
    ],
  ],
  ["tar-ambiguous", "two sizes", [pax({ size: "3" }), { name: "x", data: "12" }]],
  [
    "tar-ambiguous",
    "two names",
    [pax({ path: "a" }), { name: "L", type: "L", data: "b\0" }, { name: "x" }],
  ],
  ["tar-ambiguous", "two pax headers", [pax({ path: "a" }), pax({ path: "b" }), { name: "x" }]],
  ["tar-ambiguous", "a name for all", [pax({ path: "a" }, "g"), { name: "x" }]],
  ["tar-ambiguous", "a prefix of old GNU", [{ name: "x", prefix: "y", magic: "ustar  \0" }]],
  ["tar-ambiguous", "a link with data", [{ name: "x", type: "2", target: "y", data: "12" }]],
  ["tar-unsupported", "pipe", [fifo]],
  ["tar-unsupported", "sparse", [{ name: "s", type: "S" }]],
  ["tar-unsupported", "sparse of pax", [pax({ "GNU.sparse.major": "1" }), { name: "s" }]],
  ["tar-damaged", "checksum", [{ name: "x", checksum: 1 }]],
  ["tar-damaged", "header of pax", [{ name: "x", type: "x", data: "99 path=a\n" }]],
  ["tar-damaged", "size of pax", [pax({ size: "-1" }), { name: "x" }]],
  ["tar-damaged", "pax header without an entry", [pax({ path: "a" })]],
  ["tar-damaged", "nothing in it", []],
];

describe("refused", () => {
  test.each(WRONG)("%s: %s", (code, what, entries) => {
    // An archive of nothing has an end as others have.
    const bytes = what === "nothing in it" ? Buffer.alloc(0) : makeTar(entries);
    expect(codeOf(bytes)).toBe(code);
  });

  test("tar-too-large: entries, headers, files", () => {
    const bytes = makeTar([
      { name: "a", data: "12345" },
      { name: "b" },
      pax({ x: "y".repeat(99) }),
      { name: "c" },
    ]);
    expect(codeOf(bytes)).toBe("taken");
    expect(codeOf(bytes, { limits: { entries: 2 } })).toBe("tar-too-large");
    expect(codeOf(bytes, { limits: { header: 50 } })).toBe("tar-too-large");
    expect(codeOf(bytes, { limits: { file: 4 } })).toBe("tar-too-large");
  });
});

test("every code of tar archives is provoked", () => {
  const codes = Object.keys(ARCHIVE_ERRORS).filter((code) => code.startsWith("tar-"));
  // Provoked by limits.
  const others = ["tar-too-large"];
  expect(new Set([...WRONG.map(([code]) => code), ...others])).toEqual(new Set(codes));
});

test("what comes after the end: nothing that could be an entry", () => {
  const one = makeTar([{ name: "x" }]);
  const garbage = Buffer.from("garbage".repeat(200));
  expect(codeOf(Buffer.concat([one, garbage]))).toBe("taken");
  expect(codeOf(Buffer.concat([one, tarEntries([{ name: "y" }])]))).toBe("tar-ambiguous");
  expect(codeOf(tarEntries([{ name: "x" }]))).toBe("taken");
  expect(codeOf(tarEntries([{ name: "x", data: "12" }]).subarray(0, 513))).toBe("tar-damaged");
  expect(codeOf(one.subarray(0, 300))).toBe("tar-damaged");
});

test("a file that comes twice: on request the last counts, as for tarfile", () => {
  const bytes = makeTar([
    { name: "x", data: "1" },
    { name: "x", data: "2" },
  ]);
  const seen = readTar(bytes, { duplicates: "last" }).map(({ data }) => data.toString());
  expect(seen).toEqual(["1", "2"]);
});

test("pieces of any length give the same", () => {
  const bytes = makeTar([
    { name: "L", type: "L", data: `${"n".repeat(200)}\0` },
    { name: "n", data: "a".repeat(700) },
    { name: "m", data: "b".repeat(512) },
    { name: "k" },
  ]);
  const whole = readTar(bytes).map(({ path, data }) => [path, data.toString()]);
  for (const length of [1, 7, 511, 512, 513, 4096]) {
    const seen: [string, string][] = [];
    const reader = new TarReader({
      entry: ({ path }) => {
        seen.push([path, ""]);
        return (piece) => {
          (seen.at(-1) as [string, string])[1] += Buffer.from(piece).toString();
        };
      },
    });
    for (let at = 0; at < bytes.length; at += length) reader.push(bytes.subarray(at, at + length));
    reader.end();
    expect(seen).toEqual(whole);
  }
});

test("errors name the archive", () => {
  const read = (): unknown => readTar(makeTar([fifo]), { file: "a-1.tar.gz" });
  expect(read).toThrow(/^a-1\.tar\.gz: the tar entry "f" is a device/);
});
