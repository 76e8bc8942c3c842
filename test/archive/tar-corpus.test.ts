import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Compression, decompress, readTar, tarCompression } from "../../src/archive/index.ts";
import { UserError } from "../../src/base/index.ts";

// Third-party archives, which are beside the repository and not part of it.
const CORPUS = join(import.meta.dirname, "../../../shared/data/bad-input");
const missing = !existsSync(CORPUS);
if (missing)
  console.warn("tar archives of other projects are not tested: ../shared/data is missing");

function judge(path: string): string {
  const bytes = readFileSync(join(CORPUS, path));
  try {
    readTar(decompress(bytes, tarCompression(path) as Compression));
    return "taken";
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

function taken(folder: string): string[] {
  const paths = globSync(`${folder}/*`, { cwd: CORPUS }).sort();
  const tars = paths.filter((path) => tarCompression(path) !== undefined);
  return tars
    .filter((path) => judge(path) === "taken")
    .map((path) => path.slice(folder.length + 1));
}

test.skipIf(missing)("archives made to do harm: those are taken that do none", () => {
  expect(taken("generated/tar")).toEqual([
    // Bytes behind the gzip stream, or behind the archive's end, that are no entries.
    "gz-trailing.tar.gz",
    // Modes are in the entries; whoever writes files decides about them.
    "mode000.tar",
    // As old programs write it, and pip reads it.
    "no-eof-blocks.tar",
    // A target for what is no link.
    "pax-linkpath.tar",
    "setuid.tar",
    "trailing-garbage.tar",
    // Whether one folder is on top is for who reads a source distribution.
    "two-roots.tar",
  ]);
});

test.skipIf(missing)("Go's archives: those without holes, doubt, or pipes are taken", () => {
  expect(taken("tar/go")).toEqual([
    "file-and-dir.tar",
    "gnu-long-nul.tar",
    "gnu-utf8.tar",
    "gnu.tar",
    "hardlink.tar",
    "nil-uid.tar",
    // A time that is no number matters to nobody.
    "pax-bad-mtime-file.tar",
    "pax-nul-xattrs.tar",
    "pax-records.tar",
    "pax.tar",
    "star.tar",
    "trailing-slash.tar",
    "ustar-file-devs.tar",
    "ustar-file-reg.tar",
    "ustar.tar",
    "v7.tar",
    "writer.tar",
    "xattrs.tar",
  ]);
});

test.skipIf(missing)("distlib's and libarchive's archives", () => {
  expect(taken("tar/distlib")).toEqual(["good.tar", "good.tar.gz"]);
  expect(taken("tar/libarchive").length).toBeGreaterThan(10);
});
