import { existsSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import type { StorePath } from "../store/index.ts";
import { CONDA_FILES, CONDA_JSON, readCondaObject } from "./conda-object.ts";
import { readWheelObject } from "./wheel-object.ts";

const NOARCH = "site-packages/";
/** What a conda package for one Python has for it. */
const OF_PYTHON = /^lib\/python(\d)\.(\d+)t?\//;

function isConda(object: StorePath): boolean {
  return existsSync(`${object}/${CONDA_JSON}`);
}

/** Bytes of sources that are to be compiled. */
export function sourceSize(object: StorePath): number {
  return (isConda(object) ? readCondaObject(object) : readWheelObject(object)).sourceBytes;
}

/**
 * An object's Python sources that have no bytecode for a Python, relative to the object. Scripts and data
 * are not imported; of conda packages, those made for another Python are left out.
 */
export function uncompiledSources(object: StorePath, cacheTag: string): string[] {
  if (!isConda(object)) return sourcesIn(object, "site");
  const { sourceBytes, noarch, prefixFiles } = readCondaObject(object);
  if (sourceBytes === 0) return [];
  // Each environment has its own of these.
  const changed = new Set(prefixFiles.map(({ path }) => `${CONDA_FILES}/${path}`));
  const isNoarch = noarch === "python";
  const found = sourcesIn(object, `${CONDA_FILES}/${isNoarch ? "site-packages" : "lib"}`);
  return found.filter((path) => {
    if (changed.has(path)) return false;
    if (isNoarch) return true;
    const inside = path.slice(CONDA_FILES.length + 1);
    return tagOf(inside) === cacheTag && !existsSync(`${object}/${bytecodePath(path, cacheTag)}`);
  });
}

function sourcesIn(object: StorePath, folder: string): string[] {
  return readdirSync(`${object}/${folder}`, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile() && item.name.endsWith(".py"))
    .map((item) => `${item.parentPath}/${item.name}`.slice(object.length + 1));
}

/** The tag of the Python that a file of a conda package is for. */
function tagOf(path: string): string | undefined {
  const match = OF_PYTHON.exec(path);
  return match === null ? undefined : `cpython-${match[1]}${match[2]}`;
}

/** PEP 3147. */
function bytecodePath(path: string, tag: string): string {
  const name = posix.basename(path, ".py");
  return posix.join(posix.dirname(path), "__pycache__", `${name}.${tag}.pyc`);
}

/** How many bytes of a conda package's sources came without bytecode. */
export function uncompiledBytes(
  files: ReadonlyMap<string, { readonly kind: string; readonly size: number }>,
  isNoarch: boolean,
): number {
  let bytes = 0;
  for (const [path, { kind, size }] of files) {
    if (kind !== "file" || !path.endsWith(".py")) continue;
    const tag = tagOf(path);
    const isOpen = tag !== undefined && files.get(bytecodePath(path, tag))?.kind !== "file";
    if (isNoarch ? path.startsWith(NOARCH) : isOpen) bytes += size;
  }
  return bytes;
}
