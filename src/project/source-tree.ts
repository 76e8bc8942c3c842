import { createHash } from "node:crypto";
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Sha256 } from "../base/index.ts";
import { type NarNode, narParts } from "../archive/index.ts";
import { projectError } from "./errors.ts";

/** What tools leave in a source tree; none of it is source. */
const LEFT = new Set([
  ".git",
  ".hg",
  ".svn",
  ".tox",
  ".nox",
  ".venv",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  "__pycache__",
  "node_modules",
]);
const LEFT_ENDINGS = [".pyc", ".pyo", ".egg-info"];
/** Files in one tree, so that a mistaken `-e /` ends soon. */
const MAX_FILES = 100_000;

/**
 * A folder with the source of a project, without what version control, tools and environments leave in
 * it. Names and modes are read now, contents when they are asked for. Throws UserError
 * `project-source-tree` for what cannot be read, sockets and devices, and too many files.
 */
export function readSourceTree(folder: string): NarNode & { readonly kind: "folder" } {
  return readFolder(folder, { root: folder, files: 0 });
}

/** The SHA-256 of a tree as Nix would archive it. */
export function sourceTreeHash(tree: NarNode): Sha256 {
  const hash = createHash("sha256");
  for (const part of narParts(tree)) hash.update(part);
  return hash.digest("hex") as Sha256;
}

interface Walk {
  readonly root: string;
  files: number;
}

function readFolder(folder: string, walk: Walk): NarNode & { readonly kind: "folder" } {
  const entries = new Map<string, NarNode>();
  for (const entry of list(folder)) {
    if (isLeft(folder, entry)) continue;
    if (++walk.files > MAX_FILES) throw tooMany(walk.root);
    entries.set(entry.name, readEntry(join(folder, entry.name), entry, walk));
  }
  return { kind: "folder", entries };
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw projectError("project-source-tree", `${folder} cannot be read`, {
      place: { file: folder },
      hint: "name a folder with a pyproject.toml or a setup.py",
      cause,
    });
  }
}

/** Environments of any tool have a pyvenv.cfg; ours a mach-nix.lock and bin beside it. */
function isLeft(folder: string, entry: Dirent): boolean {
  if (LEFT.has(entry.name)) return true;
  if (LEFT_ENDINGS.some((ending) => entry.name.endsWith(ending))) return true;
  if (!entry.isDirectory()) return false;
  try {
    return lstatSync(join(folder, entry.name, "pyvenv.cfg")) !== undefined;
  } catch {
    return false;
  }
}

function readEntry(path: string, entry: Dirent, walk: Walk): NarNode {
  if (entry.isDirectory()) return readFolder(path, walk);
  if (entry.isSymbolicLink()) return { kind: "link", target: readlinkSync(path) };
  if (!entry.isFile()) {
    throw projectError("project-source-tree", `${path} is no file, folder or link`, {
      place: { file: path },
      hint: "remove it from the source tree",
    });
  }
  const executable = (lstatSync(path).mode & 0o100) !== 0;
  return { kind: "file", executable, contents: () => readFileSync(path) };
}

function tooMany(root: string): Error {
  return projectError("project-source-tree", `${root} has more than ${MAX_FILES} files`, {
    place: { file: root },
    hint: "name the folder of one project",
  });
}
