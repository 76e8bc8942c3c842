import {
  chmodSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { streamSdist, type TarEntry } from "../archive/index.ts";
import { readBuildSystem } from "./build-system.ts";
import type { BuildSource, BuildSystem } from "./build-types.ts";
import { openSource } from "./file-source.ts";
import { readSourceTexts } from "./source-texts.ts";

/** A pyproject.toml larger than this is none. */
const MAX_PYPROJECT = 4 * 2 ** 20;
/** Of a local project, what is no source and can be large. */
const NOT_COPIED = new Set(["node_modules", ".tox", ".nox", "__pycache__", ".mypy_cache"]);

/** What a source is called in messages. */
export function sourceName(source: BuildSource): string {
  return source.kind === "sdist" ? source.filename : source.path;
}

/**
 * Writes a source into an empty folder, that of a local project without its environments and caches.
 * Gives the tree's root: a sdist's only top-level folder. Throws ARCHIVE_ERRORS.
 */
export async function layOutSource(source: BuildSource, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  if (source.kind === "tree") {
    const root = join(folder, "tree");
    cpSync(source.path, root, { recursive: true, verbatimSymlinks: true, filter: isSource });
    return root;
  }
  const opened = openSource(source.path);
  try {
    await streamSdist(opened, new TreeWriter(folder), { filename: source.filename });
  } finally {
    opened.close();
  }
  const names = readdirSync(folder).filter((name) => lstatSync(join(folder, name)).isDirectory());
  const [only] = names;
  const isRoot = only !== undefined && names.length === 1 && !hasProject(folder);
  return isRoot ? join(folder, only) : folder;
}

function hasProject(folder: string): boolean {
  return ["pyproject.toml", "setup.py"].some((name) => existsSync(join(folder, name)));
}

function isSource(path: string): boolean {
  const info = lstatSync(path);
  if (!info.isDirectory()) return info.isFile() || info.isSymbolicLink();
  return !NOT_COPIED.has(basename(path)) && !existsSync(join(path, "pyvenv.cfg"));
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Writes an archive's entries as they come; the archive's reader has checked their paths. */
class TreeWriter {
  readonly #root: string;
  readonly #made = new Set<string>();
  #file = -1;

  constructor(root: string) {
    this.#root = root;
  }

  entry(entry: TarEntry): ((piece: Uint8Array) => void) | void {
    const path = join(this.#root, entry.path);
    if (entry.kind === "folder") {
      this.#makeFolder(path);
      return undefined;
    }
    this.#makeFolder(dirname(path));
    if (isThere(path)) this.#makeWay(path);
    if (entry.kind === "link") symlinkSync(entry.target as string, path);
    else if (entry.kind === "hardlink")
      copyFileSync(join(this.#root, entry.target as string), path);
    else return this.#open(path, entry);
    return undefined;
  }

  end(): void {
    if (this.#file >= 0) closeSync(this.#file);
    this.#file = -1;
  }

  #makeFolder(path: string): void {
    if (this.#made.has(path)) return;
    mkdirSync(path, { recursive: true });
    this.#made.add(path);
  }

  /** The later of two entries with one path counts. */
  #makeWay(path: string): void {
    rmSync(path, { force: true });
    this.#made.clear();
  }

  #open(path: string, { mode }: TarEntry): (piece: Uint8Array) => void {
    const file = openSync(path, "wx", 0o644);
    if ((mode & 0o100) !== 0) chmodSync(path, 0o755);
    this.#file = file;
    return (piece) => {
      for (let at = 0; at < piece.length;) at += writeSync(file, piece, at);
    };
  }
}

/**
 * How a source is to be built and what for that is needed first: its `build-system` table. A sdist is
 * read, not unpacked. Throws `build-system`, ARCHIVE_ERRORS.
 */
export async function readSourceBuildSystem(source: BuildSource): Promise<BuildSystem> {
  const name = sourceName(source);
  if (source.kind === "tree") return readBuildSystem(readPyproject(source.path), name);
  return readBuildSystem(await pyprojectOf(source), name);
}

/** The text of a tree's pyproject.toml; undefined where it has none. */
export function readPyproject(root: string): string | undefined {
  const path = join(root, "pyproject.toml");
  const info = lstatSync(path, { throwIfNoEntry: false });
  return info?.isFile() === true && info.size <= MAX_PYPROJECT
    ? readFileSync(path, "utf8")
    : undefined;
}

async function pyprojectOf(source: BuildSource & { kind: "sdist" }): Promise<string | undefined> {
  const texts = await readSourceTexts(source, {
    wanted: (path) => /^(?:[^/]+\/)?pyproject\.toml$/.test(path),
    largest: MAX_PYPROJECT,
  });
  return texts.get("pyproject.toml");
}
