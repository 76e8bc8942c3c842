import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { silent } from "../../../src/base/index.ts";
import { importIndex, showProject } from "../../../src/index/snapshot/index.ts";
import { importDatabase, SMALL, temporaryFolder, writeDatabase } from "./database.ts";

function tarHeader(path: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write("0000644\0", 100);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("        0", 148);
  header.write("ustar\0", 257);
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** A tar archive of a folder, as `tar` makes it. */
function tarOf(folder: string): Buffer {
  const parts: Buffer[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
    parts.push(tarHeader(path.slice(folder.length + 1), bytes.length), bytes, padding);
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

async function importBytes(bytes: Buffer): Promise<Buffer> {
  const folder = temporaryFolder();
  const source = join(folder, "database.tar");
  writeFileSync(source, bytes);
  const output = join(folder, "out.index");
  await importIndex({ source, output, sourceName: "test", report: silent });
  return readFileSync(output);
}

test("an archive gives the same bytes as its checkout, in one frame or several", async () => {
  const { path, source } = await importDatabase(SMALL);
  const checkout = readFileSync(path);
  const tar = tarOf(source);
  expect(await importBytes(tar)).toEqual(checkout);
  expect(await importBytes(zstdCompressSync(tar))).toEqual(checkout);
  const frames = [0, 700, 1400].map((at, i, all) => zstdCompressSync(tar.subarray(at, all[i + 1])));
  expect(await importBytes(Buffer.concat(frames))).toEqual(checkout);
});

test("a large window is read", async () => {
  const { path, source } = await importDatabase(SMALL);
  const params = {
    [constants.ZSTD_c_windowLog]: 27,
    [constants.ZSTD_c_enableLongDistanceMatching]: 1,
  };
  expect(await importBytes(zstdCompressSync(tarOf(source), { params }))).toEqual(
    readFileSync(path),
  );
});

test("malformed records are counted and left out, the others stay", async () => {
  const result = await importDatabase({
    sdist: {
      "-bad name-": { "1.0": {} },
      good: {
        "1.0": { "39": { install_requires: ["a"] } },
        "2.0": "9.9",
        "3.0": { "39": { install_requires: "a" }, "310": { install_requires: ["b"] } },
        "4.0": { "39": { surprise: 1 } },
        "5.0": { "39": null, any: {} },
        "6.0": { "39": { install_requires: ["\ud800"] } },
      },
      list: [],
    },
    wheel: {
      good: { py3: { "1.0": { "a.whl": "1.0@b.whl", "b.whl": { requires_dist: 1 } } }, x: 3 },
    },
    "sdist-errors": { good: { "7.0": { "39": 5 } } },
  });
  expect(result.malformed).toBe(12);
  expect(result.faults.map(({ place }) => place)).toContain("sdist/good/2.0");
  const [good] = showProject(result.path, "good" as never);
  expect(good?.sdists.map(({ version }) => version)).toEqual(["3.0", "1.0"]);
});

test("names that JavaScript objects have of their own are names like others", async () => {
  const sdist = Object.create(null) as Record<string, unknown>;
  sdist["constructor"] = JSON.parse('{"1.0": {"39": {"extras_require": {"__proto__": ["x"]}}}}');
  const { path, malformed } = await importDatabase({ sdist });
  expect(malformed).toBe(0);
  expect(showProject(path, "constructor" as never)[0]?.sdists[0]?.pythons).toEqual([
    ["39", { extrasRequire: [["__proto__", ["x"]]] }],
  ]);
});

test("a bucket that is no JSON is left out", async () => {
  const source = writeDatabase(SMALL);
  writeFileSync(join(source, "sdist", "00.json"), '{"a": ');
  const output = join(temporaryFolder(), "x.index");
  const result = await importIndex({ source, output, sourceName: "test", report: silent });
  expect(result.malformed).toBe(1);
  expect(result.faults[0]?.place).toBe("sdist/00.json");
});

test.each([
  ["nothing there", () => join(temporaryFolder(), "absent")],
  ["an empty folder", () => temporaryFolder()],
  ["no date", () => withoutDate(writeDatabase(SMALL))],
  ["no archive", () => writtenFile("hello".repeat(500))],
  ["half an archive", () => writtenFile(tarOf(writeDatabase(SMALL)).subarray(0, 700))],
  [
    "half a frame",
    () => writtenFile(zstdCompressSync(tarOf(writeDatabase(SMALL))).subarray(0, 300)),
  ],
])("index-import-source: %s; no file is left behind", async (_, source) => {
  const folder = temporaryFolder();
  const output = join(folder, "out.index");
  await expect(
    importIndex({ source: source(), output, sourceName: "test", report: silent }),
  ).rejects.toMatchObject({ code: "index-import-source" });
  expect(existsSync(output)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

function writtenFile(bytes: string | Buffer): string {
  const path = join(temporaryFolder(), "file");
  writeFileSync(path, bytes);
  return path;
}

function withoutDate(folder: string): string {
  rmSync(join(folder, "UNIX_TIMESTAMP"));
  return folder;
}
