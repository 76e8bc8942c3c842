import { existsSync, globSync, mkdtempSync, readFileSync } from "node:fs";
import { hash } from "node:crypto";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Sha256, UserError } from "../../src/base/index.ts";
import { isCondaFilename, readCondaObject, unpackCondaPackage } from "../../src/build/index.ts";
import { openStore } from "../../src/store/index.ts";
import { DERIVED, removeForced } from "../store/fixture.ts";

// Packages of other tools' tests, which are beside the repository and not part of it.
const DATA = join(import.meta.dirname, "../../../shared/data");
const missing = !existsSync(join(DATA, "conda/packages/tiny"));
if (missing)
  console.warn("packages of other tools' tests are not unpacked: ../shared/data is missing");

const scratch = mkdtempSync(join(tmpdir(), "mach-nix-corpus-"));
afterAll(() => removeForced(scratch));
const store = openStore(join(scratch, "store"), { derived: DERIVED });

async function judge(path: string): Promise<string> {
  const sha256 = hash("sha256", readFileSync(path), "hex") as Sha256;
  try {
    readCondaObject(await unpackCondaPackage({ path, filename: basename(path), sha256 }, store));
    return "taken";
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

/** Those that are refused, each with the reason; equal names of several tools are equal packages. */
const REFUSED: Readonly<Record<string, string>> = {
  // No packages: archives of other things, or with names that no channel has.
  "a.tar.bz2": "conda-name",
  "b.tar.bz2": "conda-name",
  "subfolder.tar.bz2": "conda-name",
  "subfolder2.tar.bz2": "conda-name",
  "test.tar.bz2": "conda-name",
  "repodata.tar.bz2": "conda-name",
  // conda-index's corrupt packages.
  "bad_package.tar.bz2": "conda-name",
  "another_bad_package.conda": "conda-name",
  // A copy under another name: its index.json says the name it had.
  "test-package-0.1-0_copy.tar.bz2": "conda-name",
  // For rattler's reading of single files: without lists of their files, or without files at all.
  "info-only-1.0.0-0.conda": "conda-damaged",
  "zip64-test-1.0.0-0.conda": "conda-damaged",
  "symlink-test-1.0.0-0.conda": "conda-damaged",
  "dotslash-test-1.0.0-0.conda": "conda-damaged",
  // A zip of a folder that has a package's parts.
  "ca-certificates-2024.7.4-hbcca054_0.conda": "conda-damaged",
  // Links without a target: conda cannot make them either.
  "zlib-1.2.11-h1de35cc_3.conda": "tar-unsafe-link",
  "zlib-1.2.11-h7b6447c_3.conda": "tar-unsafe-link",
  // For conda-index: their files were taken out, and are still listed.
  "flask-0.11.1-py_0.tar.bz2": "conda-mismatch",
  "fly-2.5.2-0.tar.bz2": "conda-mismatch",
  "nano-2.4.1-0.tar.bz2": "conda-mismatch",
  "spiffy-test-app-0.5-pyh6afbcc8_0.tar.bz2": "conda-mismatch",
};

test.skipIf(missing)(
  "all that could be installed is taken, the rest refused by name",
  { timeout: 120_000 },
  async () => {
    const roots = ["conda/packages/tiny", "bad-input/conda"];
    const paths = roots.flatMap((root) => globSync(`${root}/**/*.{conda,tar.bz2}`, { cwd: DATA }));
    expect(paths.filter(isCondaFilename).length).toBeGreaterThan(300);
    const refused = new Map<string, string>();
    for (const path of paths.sort()) {
      const code = await judge(join(DATA, path));
      if (code !== "taken") refused.set(basename(path), code);
    }
    expect(Object.fromEntries(refused)).toEqual(REFUSED);
    expect((await store.verify()).problems).toEqual([]);
  },
);
