import { hash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import type { Sha256 } from "../../src/base/index.ts";
import type { WheelJob } from "../../src/build/index.ts";
import { makeTar, type MadeTarEntry } from "../archive/make-tar.ts";
import { makeZip } from "../archive/make-zip.ts";

/** A file of a conda package to be made. */
export interface MadeCondaFile {
  readonly data?: string | Uint8Array;
  readonly executable?: boolean;
  /** A symbolic link. */
  readonly target?: string;
  readonly placeholder?: string;
  readonly mode?: "text" | "binary";
  readonly noLink?: boolean;
  readonly mtime?: number;
}

/** A conda package to be made; what is not given is as it should be. */
export interface MadeConda {
  readonly name?: string;
  readonly version?: string;
  readonly build?: string;
  readonly noarch?: string | boolean;
  readonly depends?: readonly string[];
  readonly index?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, MadeCondaFile | string>>;
  /** In `info/`, besides or instead of what is made; undefined leaves out. */
  readonly info?: Readonly<Record<string, string | undefined>>;
  readonly entryPoints?: readonly string[];
  /** Changes `paths.json` before it is written. */
  readonly paths?: (paths: PathEntry[]) => unknown[];
  readonly metadata?: string;
  readonly filename?: string;
}

export type PathEntry = Record<string, unknown>;

function fileOf(file: MadeCondaFile | string): MadeCondaFile {
  return typeof file === "string" ? { data: file } : file;
}

function pathEntry(path: string, file: MadeCondaFile): PathEntry {
  const data = Buffer.from((file.data ?? "") as string);
  return {
    _path: path,
    path_type: file.target === undefined ? "hardlink" : "softlink",
    sha256: hash("sha256", data, "hex"),
    size_in_bytes: data.length,
    ...(file.noLink === true && { no_link: true }),
    ...(file.placeholder !== undefined && {
      file_mode: file.mode ?? "text",
      prefix_placeholder: file.placeholder,
    }),
  };
}

function tarEntry(path: string, file: MadeCondaFile): MadeTarEntry {
  const { data = "", executable = false, target, mtime = 1_000_000_000 } = file;
  const mode = executable ? 0o755 : 0o644;
  if (target !== undefined) return { name: path, type: "2", target, mtime };
  return { name: path, data, mode, mtime };
}

/** The bytes of a `.conda` file: right in every way that is not asked to be wrong. */
export function makeConda(given: MadeConda = {}): Buffer {
  const { name = "demo", version = "1.0", build = "0", noarch, depends = [] } = given;
  const files = Object.entries(given.files ?? { "share/demo.txt": "demo" }).map(
    ([path, file]) => [path, fileOf(file)] as const,
  );
  const index = { name, version, build, build_number: 0, depends, subdir: "linux-64" };
  const paths = (given.paths ?? ((same) => same))(
    files.map(([path, file]) => pathEntry(path, file)),
  );
  const info: Record<string, string | undefined> = {
    "index.json": JSON.stringify({
      ...index,
      ...(noarch !== undefined && { noarch }),
      ...given.index,
    }),
    "paths.json": JSON.stringify({ paths_version: 1, paths }),
    ...(given.entryPoints !== undefined && {
      "link.json": JSON.stringify({ noarch: { type: "python", entry_points: given.entryPoints } }),
    }),
    ...given.info,
  };
  const texts = Object.entries(info).filter(([, text]) => text !== undefined);
  const infoTar = makeTar(
    texts.map(([path, data]) => ({ name: `info/${path}`, data: data as string })),
  );
  const filesTar = makeTar([
    { name: "./", type: "5", mode: 0o755 },
    ...files.map(([path, file]) => tarEntry(path, file)),
  ]);
  const stem = `${name}-${version}-${build}`;
  return makeZip([
    { name: "metadata.json", data: given.metadata ?? '{"conda_pkg_format_version": 2}', method: 0 },
    { name: `pkg-${stem}.tar.zst`, data: zstdCompressSync(filesTar), method: 0 },
    { name: `info-${stem}.tar.zst`, data: zstdCompressSync(infoTar), method: 0 },
  ]);
}

/** A conda package in a file of its own, to be unpacked. */
export function condaJob(given: MadeConda = {}): WheelJob {
  const { name = "demo", version = "1.0", build = "0" } = given;
  const filename = given.filename ?? `${name}-${version}-${build}.conda`;
  return jobOf(filename, makeConda(given));
}

/** A file to be unpacked, written to a folder of its own. */
export function jobOf(filename: string, bytes: Buffer): WheelJob {
  const path = join(mkdtempSync(join(tmpdir(), "mach-nix-conda-")), filename);
  writeFileSync(path, bytes);
  return { path, filename, sha256: hash("sha256", bytes, "hex") as Sha256 };
}
