import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  ARCHIVE_ERRORS,
  bufferSource,
  caseCollisions,
  readZipDirectory,
  readZipEntry,
  streamZipEntry,
} from "../../src/archive/index.ts";
import { UserError } from "../../src/base/index.ts";
import { extraField, makeZip, type MadeEntry, type MadeZip, pack } from "./make-zip.ts";

/** Reads everything; what is refused gives its code. */
function read(zip: MadeZip | readonly MadeEntry[]): Record<string, string> | string {
  return readBytes(makeZip(zip));
}

function readBytes(bytes: Uint8Array): Record<string, string> | string {
  const source = bufferSource(bytes);
  try {
    const entries = readZipDirectory(source);
    return Object.fromEntries(
      entries.map((entry) => [entry.name, Buffer.from(readZipEntry(source, entry)).toString()]),
    );
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

async function readInPieces(bytes: Uint8Array): Promise<Record<string, string> | string> {
  const source = bufferSource(bytes);
  try {
    const found: Record<string, string> = {};
    for (const entry of readZipDirectory(source)) {
      found[entry.name] = "";
      for await (const piece of streamZipEntry(source, entry)) {
        found[entry.name] += Buffer.from(piece).toString();
      }
    }
    return found;
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

const DESCRIPTOR_CRC = 0x3610a686; // of "hello"
const HELLO = { name: "a", data: "hello" };
const PACKED = deflateRawSync(Buffer.from("hello"));
const STREAMED = { crc: 0, compressedSize: 0, size: 0 };
const ZIP64_ALL = extraField(1, pack([8, 5], [8, PACKED.length]));
const UNSIGNED = pack([4, DESCRIPTOR_CRC], [4, PACKED.length], [4, 5]);
const SIGNATURE = pack([4, 0x08074b50]);
const WIDE = pack([4, DESCRIPTOR_CRC], [8, PACKED.length], [8, 5]);

function streamed(after: Buffer): MadeEntry {
  return { ...HELLO, flags: 8, local: STREAMED, after };
}

const ACCEPTED: readonly [string, MadeZip | readonly MadeEntry[], Record<string, string>][] = [
  ["nothing", [], {}],
  ["deflate", [HELLO], { a: "hello" }],
  ["stored", [{ ...HELLO, method: 0 }], { a: "hello" }],
  ["empty file, stored", [{ name: "a", method: 0 }], { a: "" }],
  ["empty file, deflated", [{ name: "a" }], { a: "" }],
  ["folders", [{ name: "d/", method: 0, mode: 0o40755 }, { name: "d/a" }], { "d/": "", "d/a": "" }],
  ["a comment", { entries: [HELLO], comment: "not much" }, { a: "hello" }],
  ["UTF-8 with its flag", [{ name: "ä", flags: 0x800 }], { ä: "" }],
  ["descriptor", [streamed(Buffer.concat([SIGNATURE, UNSIGNED]))], { a: "hello" }],
  ["descriptor without signature", [streamed(UNSIGNED)], { a: "hello" }],
  ["descriptor of 64 bits", [streamed(Buffer.concat([SIGNATURE, WIDE]))], { a: "hello" }],
  ["descriptor of 64 bits without signature", [streamed(WIDE)], { a: "hello" }],
  [
    "descriptor that only the local header tells",
    [{ ...streamed(UNSIGNED), central: { flags: 0 } }],
    { a: "hello" },
  ],
  ["zip64 end", { entries: [HELLO], zip64: {} }, { a: "hello" }],
  [
    "zip64 sizes",
    [
      {
        ...HELLO,
        extra: ZIP64_ALL,
        localExtra: ZIP64_ALL,
        central: { size: 0xffffffff, compressedSize: 0xffffffff },
        local: { size: 0xffffffff, compressedSize: 0xffffffff },
      },
    ],
    { a: "hello" },
  ],
  ["zip64 sizes repeated", [{ ...HELLO, extra: ZIP64_ALL }], { a: "hello" }],
  [
    "zip64 sizes not needed and left at zero",
    [{ ...HELLO, extra: extraField(1, pack([8, 0], [8, 0])) }],
    { a: "hello" },
  ],
  ["other extra fields", [{ ...HELLO, extra: extraField(0x5455, pack([2, 1])) }], { a: "hello" }],
  [
    "the same name by Unicode path",
    [{ ...HELLO, extra: extraField(0x7075, Buffer.concat([Buffer.alloc(5), Buffer.from("a")])) }],
    { a: "hello" },
  ],
  ["names that differ in case", [{ name: "a" }, { name: "A" }], { a: "", A: "" }],
];

test.each(ACCEPTED)("takes %s", async (_, zip, expected) => {
  expect(read(zip)).toEqual(expected);
  expect(await readInPieces(makeZip(zip))).toEqual(expected);
});

const END = pack([4, 0x06054b50]);
const ZIP64_SHORT = extraField(1, pack([8, 5]));

const REFUSED: readonly [string, MadeZip | readonly MadeEntry[], keyof typeof ARCHIVE_ERRORS][] = [
  ["..", [{ name: "../a" }], "zip-unsafe-name"],
  [".. inside", [{ name: "a/../../b" }], "zip-unsafe-name"],
  [".. at the end", [{ name: "a/.." }], "zip-unsafe-name"],
  [".", [{ name: "./a" }], "zip-unsafe-name"],
  ["an empty part", [{ name: "a//b" }], "zip-unsafe-name"],
  ["an absolute path", [{ name: "/etc/passwd" }], "zip-unsafe-name"],
  ["a backslash", [{ name: "..\\a" }], "zip-unsafe-name"],
  ["a drive", [{ name: "c:a" }], "zip-unsafe-name"],
  ["NUL", [{ name: "a\0b" }], "zip-unsafe-name"],
  ["a line break", [{ name: "a\nb" }], "zip-unsafe-name"],
  ["no name", [{ name: "" }], "zip-unsafe-name"],
  ["only a slash", [{ name: "/" }], "zip-unsafe-name"],
  ["no UTF-8", [{ name: Buffer.from([0xff]), flags: 0x800 }], "zip-unsafe-name"],
  ["UTF-8 without its flag", [{ name: "ä" }], "zip-unsafe-name"],
  ["a part of 256 bytes", [{ name: "a".repeat(256) }], "zip-unsafe-name"],
  ["a name of 5,000 bytes", [{ name: "a/".repeat(2500) + "b" }], "zip-unsafe-name"],
  ["a name twice", [HELLO, HELLO], "zip-duplicate"],
  ["a name as file and folder", [{ name: "a" }, { name: "a/", method: 0 }], "zip-duplicate"],
  ["a file used as folder", [{ name: "a/b/c" }, { name: "a" }], "zip-duplicate"],
  ["encryption", [{ ...HELLO, flags: 1 }], "zip-unsupported"],
  ["strong encryption", [{ ...HELLO, flags: 0x41 }], "zip-unsupported"],
  ["unknown flags", [{ ...HELLO, flags: 0x8000 }], "zip-unsupported"],
  ["bzip2", [{ ...HELLO, method: 12 }], "zip-unsupported"],
  ["a symbolic link", [{ ...HELLO, mode: 0o120777 }], "zip-unsupported"],
  ["a device", [{ ...HELLO, mode: 0o60644 }], "zip-unsupported"],
  ["another disk", [{ ...HELLO, central: { disk: 1 } }], "zip-unsupported"],
  ["several disks", { entries: [HELLO], end: { disk: 1 } }, "zip-unsupported"],
  ["a folder that is a file", [{ name: "a/", mode: 0o100644, method: 0 }], "zip-mismatch"],
  ["another name at the data", [{ ...HELLO, local: { name: "b" } }], "zip-mismatch"],
  ["another method at the data", [{ ...HELLO, local: { method: 0 } }], "zip-mismatch"],
  ["another CRC at the data", [{ ...HELLO, local: { crc: 1 } }], "zip-mismatch"],
  ["another size at the data", [{ ...HELLO, local: { size: 4 } }], "zip-mismatch"],
  ["other flags at the data", [{ ...HELLO, local: { flags: 0x800 } }], "zip-mismatch"],
  [
    "another name by Unicode path",
    [{ ...HELLO, extra: extraField(0x7075, Buffer.from("\0\0\0\0\0b")) }],
    "zip-mismatch",
  ],
  [
    "a zip64 size that differs",
    [{ ...HELLO, extra: extraField(1, pack([8, 6], [8, PACKED.length])) }],
    "zip-mismatch",
  ],
  [
    "a descriptor that differs",
    [streamed(Buffer.concat([SIGNATURE, pack([4, 1], [4, PACKED.length], [4, 5])]))],
    "zip-mismatch",
  ],
  ["two ends that differ", { entries: [HELLO], zip64: {}, end: { count: 2 } }, "zip-mismatch"],
  ["sizes missing without descriptor", [{ ...HELLO, local: STREAMED }], "zip-mismatch"],
  [
    "a lower size in zip64",
    [{ ...HELLO, extra: ZIP64_SHORT, central: { size: 0xffffffff, compressedSize: 0xffffffff } }],
    "zip-damaged",
  ],
  ["two zip64 fields", [{ ...HELLO, extra: Buffer.concat([ZIP64_ALL, ZIP64_ALL]) }], "zip-damaged"],
  ["an extra field cut short", [{ ...HELLO, extra: Buffer.from([1, 0, 9]) }], "zip-damaged"],
  [
    "an impossible size",
    [
      {
        ...HELLO,
        central: { size: 0xffffffff },
        extra: extraField(1, Buffer.alloc(8, 0xff)),
      },
    ],
    "zip-damaged",
  ],
  ["stored with two sizes", [{ ...HELLO, method: 0, central: { size: 6 } }], "zip-damaged"],
  ["a folder with data", [{ name: "a/", data: "x", method: 0 }], "zip-damaged"],
  ["bytes in front", { entries: [HELLO], before: Buffer.from("#!") }, "zip-damaged"],
  [
    "bytes in front that offsets do not count",
    {
      entries: [{ ...HELLO, central: { offset: 0 } }],
      before: Buffer.from("#!"),
      end: { offset: 40 },
    },
    "zip-damaged",
  ],
  ["bytes after the directory", { entries: [HELLO], betweenDirectory: END }, "zip-damaged"],
  ["bytes after the end", { entries: [HELLO], after: Buffer.from("x") }, "zip-damaged"],
  [
    "an end in the comment",
    { entries: [HELLO], comment: END.toString("latin1").padEnd(30) },
    "zip-damaged",
  ],
  ["bytes after an entry", [{ ...HELLO, after: Buffer.from("x") }], "zip-damaged"],
  [
    "two entries with one place",
    [HELLO, { name: "b", data: "hello", central: { offset: 0 } }],
    "zip-damaged",
  ],
  ["more entries than said", { entries: [HELLO], end: { count: 0 } }, "zip-damaged"],
  ["fewer entries than said", { entries: [HELLO], end: { count: 2 } }, "zip-damaged"],
  ["a directory elsewhere", { entries: [HELLO], end: { offset: 0 } }, "zip-damaged"],
  ["a zip64 end elsewhere", { entries: [HELLO], zip64: { locator: 3 } }, "zip-damaged"],
  [
    "an entry elsewhere",
    [HELLO, { name: "b", data: "hello", central: { offset: 5 } }],
    "zip-damaged",
  ],
  ["another CRC", [{ ...HELLO, central: { crc: 1 }, local: { crc: 1 } }], "zip-checksum"],
  [
    "a broken stream",
    [{ ...HELLO, packed: Buffer.from("\xff\xff\xff\xff", "latin1") }],
    "zip-checksum",
  ],
  ["a stream cut short", [{ ...HELLO, packed: PACKED.subarray(0, 4) }], "zip-checksum"],
  ["bytes after the stream", [{ ...HELLO, packed: Buffer.concat([PACKED, END]) }], "zip-checksum"],
  [
    "fewer bytes than declared",
    [{ ...HELLO, central: { size: 9 }, local: { size: 9 } }],
    "zip-checksum",
  ],
  [
    "more bytes than declared",
    [{ ...HELLO, central: { size: 4 }, local: { size: 4 } }],
    "zip-too-large",
  ],
  [
    "a declared bomb",
    [{ ...HELLO, central: { size: 2 ** 31 }, local: { size: 2 ** 31 } }],
    "zip-too-large",
  ],
];

test.each(REFUSED)("refuses %s", async (_, zip, code) => {
  expect(read(zip)).toBe(code);
  expect(await readInPieces(makeZip(zip))).toBe(code);
});

test("every code of zip files is provoked", () => {
  const codes = Object.keys(ARCHIVE_ERRORS).filter((code) => code.startsWith("zip-"));
  expect(new Set(REFUSED.map(([, , code]) => code))).toEqual(new Set(codes));
});

test("a real bomb is refused before anything is unpacked", () => {
  const zeros = Buffer.alloc(64 * 2 ** 20);
  expect(read([{ name: "zeros", data: zeros }])).toBe("zip-too-large");
});

test("limits are the caller's", () => {
  const source = bufferSource(makeZip([HELLO, { name: "b" }]));
  expect(() => readZipDirectory(source, { limits: { entries: 1 } })).toThrow(/2 entries/);
  expect(() => readZipDirectory(source, { limits: { total: 4 } })).toThrow(/unpack to 5 bytes/);
  const [entry] = readZipDirectory(source);
  expect(() => readZipEntry(source, entry as never, { limit: 4 })).toThrow(/has 5 bytes/);
});

test("messages name the file", () => {
  const source = bufferSource(Buffer.from("<html>404</html>"));
  expect(() => readZipDirectory(source, { file: "x-1.whl" })).toThrow(
    /^x-1\.whl: .*not a zip file/,
  );
});

test.each([0, 1, 21, 22, 50, 90])("refuses the first %d bytes of a file", (length) => {
  expect(readBytes(makeZip([HELLO]).subarray(0, length))).toBe("zip-damaged");
});

test("names that file systems may take for one are found", () => {
  expect(caseCollisions(["a/B.py", "a/b.py", "c", "\u00e9", "e\u0301"])).toEqual([
    ["a/B.py", "a/b.py"],
    ["\u00e9", "e\u0301"],
  ]);
});
