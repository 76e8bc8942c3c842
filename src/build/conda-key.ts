import type { Sha256 } from "../base/index.ts";
import type { ObjectKey } from "../store/index.ts";
import { buildError } from "./errors.ts";

/** Raised whenever unpacking the same package gives another object than before. */
const RECIPE = "conda-1";
const FILE_NAME =
  /^([A-Za-z0-9_.+-]+)-([A-Za-z0-9_.+!~]+)-([A-Za-z0-9_.+!~]+)(?:\.conda|\.tar\.bz2)$/;

/** Whether a file's name is that of a conda package. */
export function isCondaFilename(filename: string): boolean {
  return filename.endsWith(".conda") || filename.endsWith(".tar.bz2");
}

/** The file's name of an artifact's key, which may begin with channel and subdir. */
export function condaFilename(artifact: string): string {
  return artifact.slice(artifact.lastIndexOf("/") + 1);
}

export interface CondaName {
  readonly name: string;
  readonly version: string;
  readonly build: string;
}

/** Name, version and build of a package's file name, which may have a folder in front. Throws `conda-name`. */
export function splitCondaName(artifact: string): CondaName {
  const filename = condaFilename(artifact);
  const match = FILE_NAME.exec(filename);
  if (match !== null) {
    const [, name, version, build] = match as unknown as [string, string, string, string];
    return { name, version, build };
  }
  throw buildError("conda-name", `${filename} is no name of a conda package`, {
    hint: "A conda package is called NAME-VERSION-BUILD.conda or NAME-VERSION-BUILD.tar.bz2.",
    place: { file: filename },
  });
}

/**
 * What the object of a conda package is made from: its bytes and the way they are unpacked, no prefix
 * and no Python. Throws `conda-name`.
 */
export function condaKey(file: { readonly filename: string; readonly sha256: Sha256 }): ObjectKey {
  const { name, version, build } = splitCondaName(file.filename);
  return {
    name,
    version: `${version}-${build}`,
    inputs: { recipe: RECIPE, package: file.sha256 },
  };
}
