import type { PackageName } from "../base/index.ts";
import { BadSdist, readSdistFiles, type SdistFiles, type SdistSource } from "./sdist-files.ts";
import { readPkgInfo } from "./sdist-pkg-info.ts";
import { projectMetadata, readBuildSystem, readTomlTables } from "./sdist-pyproject.ts";
import { setupCfgMetadata } from "./sdist-setup-cfg.ts";
import type { MetadataFailure, ReleaseMetadata } from "./types.ts";

/** Only building, or running `setup.py`, tells what the sdist needs. */
export type NeedsBuild = "needs-build";

/**
 * What a source distribution needs, where its files say so once for all environments, the cheapest
 * first: PKG-INFO (PEP 643, or written by a backend that writes the wheel's METADATA there), `[project]`
 * in pyproject.toml (PEP 621), setup.cfg. Gives a failure where the archive cannot be read or is
 * another project's; throws Node's errors where the file cannot be read.
 */
export async function readStaticSdistMetadata(
  source: SdistSource & { readonly name: PackageName },
): Promise<ReleaseMetadata | NeedsBuild | MetadataFailure> {
  try {
    const files = await readSdistFiles(source);
    return files === undefined ? "needs-build" : await staticMetadata(files, source.name);
  } catch (error) {
    if (error instanceof BadSdist) return { failure: error.message };
    throw error;
  }
}

/** The same, of the files in the top folder. */
export async function staticMetadata(
  files: SdistFiles,
  name: PackageName,
): Promise<ReleaseMetadata | NeedsBuild | MetadataFailure> {
  const pyproject = files.get("pyproject.toml");
  const pkgInfo = files.get("PKG-INFO");
  const plain = pkgInfo === undefined ? undefined : readPkgInfo(pkgInfo, { name });
  if (plain !== undefined) return plain;
  if (pyproject === undefined) return setupCfgMetadata(files) ?? "needs-build";
  const tables = await readTomlTables(pyproject);
  if (tables === undefined) return "needs-build";
  const backend = readBuildSystem(tables);
  const written = pkgInfo === undefined ? undefined : readPkgInfo(pkgInfo, { name, backend });
  return (
    written ?? projectMetadata(tables, files) ?? setupCfgMetadata(files, tables) ?? "needs-build"
  );
}
