import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { bufferSource, readZipDirectory, readZipEntry } from "../../src/archive/index.ts";
import { inflateExactly } from "../../src/archive/inflate.ts";
import { UserError } from "../../src/base/index.ts";

// Third-party archives, which are beside the repository and not part of it.
const CORPUS = join(import.meta.dirname, "../../../shared/data/bad-input");
const missing = !existsSync(CORPUS);
if (missing) console.warn("archives of other projects are not tested: ../shared/data is missing");

function files(pattern: string): string[] {
  return globSync(pattern, { cwd: CORPUS }).sort();
}

/** "taken", or the code of the error. */
function judge(path: string): string {
  const raw = readFileSync(join(CORPUS, path));
  const source = bufferSource(path.endsWith(".gz") ? gunzipSync(raw) : raw);
  try {
    for (const entry of readZipDirectory(source)) readZipEntry(source, entry);
    return "taken";
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

function taken(pattern: string): string[] {
  return files(pattern)
    .filter((path) => judge(path) === "taken")
    .map((path) => basename(path));
}

test.skipIf(missing)("malo: what is to be accepted is taken", () => {
  expect(files("malo/zip/accept/*.zip").length).toBeGreaterThan(5);
  for (const path of files("malo/zip/accept/*.zip"))
    expect([path, judge(path)]).toEqual([path, "taken"]);
});

test.skipIf(missing)("malo: what is malicious or to be rejected is refused", () => {
  expect(files("malo/zip/{malicious,reject}/*.zip").length).toBeGreaterThan(15);
  expect(taken("malo/zip/{malicious,reject}/*.zip")).toEqual([]);
});

test.skipIf(missing)(
  "malo: of the doubtful only those are taken that read in one way alone",
  () => {
    expect(taken("malo/zip/iffy/*.zip")).toEqual([
      // Different entries with one CRC-32, or a CRC-32 of 0: nothing is found by its CRC here.
      "crc_collision_empty_nonempty.zip",
      "crc_collision_two_nonempty.zip",
      "crc_zero_nonempty.zip",
      // A file in a folder that has no entry of its own, as in every wheel.
      "nosubdir.zip",
      // Room for 64-bit sizes that were not needed, left at zero: so Rust's zip writes, and with it conda's builders.
      "zip64_extra_too_long.zip",
    ]);
  },
);

function inflates(path: string): boolean {
  const packed = readFileSync(join(CORPUS, path));
  let size = 0;
  try {
    size = inflateRawSync(packed).length;
  } catch {
    size = 0;
  }
  try {
    inflateExactly(packed, { name: path, size });
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

test.skipIf(missing)("malo: deflate streams", () => {
  const good = files("malo/deflate/accept/*.deflate");
  expect(good.length).toBeGreaterThan(5);
  expect(good.filter((path) => !inflates(path))).toEqual([]);
  // What follows the last block up to the byte's end has no meaning (RFC 1951, 3.2.4).
  const others = files("malo/deflate/{iffy,malicious,reject}/*.deflate").filter(inflates);
  expect(others).toEqual(["malo/deflate/iffy/nonzero_padding.deflate"]);
});

test.skipIf(missing)("Go's archives: those without prefix, suffix, link or doubt are taken", () => {
  expect(taken("zip/go/*.zip")).toEqual([
    "crc32-not-streamed.zip",
    "dd.zip",
    "go-no-datadesc-sig.zip",
    "go-with-datadesc-sig.zip",
    "subdir.zip",
    "test.zip",
    "time-22738.zip",
    "time-7zip.zip",
    "time-go.zip",
    "time-infozip.zip",
    "time-osx.zip",
    "time-win7.zip",
    "time-winrar.zip",
    "time-winzip.zip",
    "unix.zip",
    "utf8-7zip.zip",
    "utf8-infozip.zip",
    "utf8-winrar.zip",
    "utf8-winzip.zip",
    "winxp.zip",
    "zip64-2.zip",
    "zip64.zip",
  ]);
});

test.skipIf(missing)(
  "yauzl's archives: failures fail; the others but for what no wheel may have",
  () => {
    expect(files("zip/yauzl/failure/*.zip").length).toBeGreaterThan(20);
    expect(taken("zip/yauzl/failure/*.zip")).toEqual([]);
    const refused = files("zip/yauzl/success/*.zip").filter((path) => judge(path) !== "taken");
    expect(refused.map((path) => basename(path, ".zip"))).toEqual([
      "bogus-compression-method",
      "sloppy-filenames",
      "traditional-encryption-and-compression",
      "traditional-encryption-and-compression_deprecated",
      "traditional-encryption",
      "traditional-encryption_deprecated",
      "unicode-path-extra-field",
    ]);
  },
);

test.skipIf(missing)("libarchive's archives are read or refused by name, never otherwise", () => {
  const paths = files("zip/libarchive/*");
  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => judge(path) === "taken").length).toBeGreaterThan(15);
});

test.skipIf(missing)("archives made to do harm", () => {
  expect(taken("generated/zip/*")).toEqual([
    "many-entries-70000.zip.gz",
    // Names that Windows keeps for devices, which are files like others elsewhere.
    "reserved-win.zip",
    // Its mode bits are in the entry; whoever writes files decides about them.
    "setuid.zip",
  ]);
});
