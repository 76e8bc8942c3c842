import { createHash, hash } from "node:crypto";
import { closeSync } from "node:fs";
import {
  bufferSource,
  type ByteSource,
  readZipEntry,
  streamZipEntry,
  type ZipEntry,
} from "../archive/index.ts";
import type { FilledFile } from "../store/index.ts";
import { openSource } from "./file-source.ts";
import { relativePaths } from "./library-paths.ts";
import { isSharedInit } from "./namespaces.ts";
import type { LibraryPaths } from "./real-folders.ts";
import { checkRecorded, recordAlgorithm, type RecordLine } from "./record.ts";
import type { Destination } from "./wheel-layout.ts";
import { type Filling, finishFile, openNew, writeAll, writeNew } from "./write-file.ts";

const PYTHON_SCRIPT = /^#!python(w?)[ \t\r\n]/;

/** A file of a wheel, where it goes and what RECORD says of it. */
export interface WheelFile {
  readonly entry: ZipEntry;
  readonly to: Destination;
  readonly line: RecordLine | undefined;
}

/** What is noted about the files while they are written. */
export interface Notes {
  readonly filled: FilledFile[];
  readonly libraries: LibraryPaths[];
  readonly sharedInits: Set<string>;
  readonly scripts: { name: string; python: boolean; gui: boolean }[];
}

/** Where a file is written, and noted. */
export interface Into {
  readonly filling: Filling;
  readonly notes: Notes;
}

export function noNotes(): Notes {
  return { filled: [], libraries: [], sharedInits: new Set(), scripts: [] };
}

/** Unpacks a file at once, once it was found to be what RECORD says. Throws as reading and checking do. */
export function writeSmall(source: ByteSource, file: WheelFile, { filling, notes }: Into): void {
  const { entry, line } = file;
  const bytes = readZipEntry(source, entry);
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const algorithm = recordAlgorithm(line);
  const digest = hash(algorithm, data, "hex");
  checkRecorded(entry.name, { size: data.length, digest }, line);
  const sha256 = algorithm === "sha256" ? digest : hash("sha256", data, "hex");
  const written = { ...place(file), sha256, size: data.length };
  writeNew(filling, written, data);
  notes.filled.push({ ...written, finished: true });
  note(file, bufferSource(data), notes);
}

/** The same in pieces; a file that is not what RECORD says is left for the store to remove. */
export async function writeLarge(
  source: ByteSource,
  file: WheelFile,
  { filling, notes }: Into,
): Promise<void> {
  const { entry, line } = file;
  const hashes = [createHash("sha256"), createHash(recordAlgorithm(line))] as const;
  const written = place(file);
  const descriptor = openNew(filling, written);
  try {
    for await (const piece of streamZipEntry(source, entry)) {
      writeAll(descriptor, piece);
      hashes[0].update(piece);
      if (recordAlgorithm(line) !== "sha256") hashes[1].update(piece);
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  finishFile(descriptor);
  const sha256 = hashes[0].digest("hex");
  const digest = recordAlgorithm(line) === "sha256" ? sha256 : hashes[1].digest("hex");
  checkRecorded(entry.name, { size: entry.size, digest }, line);
  notes.filled.push({ ...written, sha256, size: entry.size, finished: true });
  const reading = openSource(`${filling.root}/${written.path}`);
  try {
    note(file, reading, notes);
  } finally {
    reading.close();
  }
}

/** Scripts can be run whatever the archive says; other files if it says so. */
function place({ to, entry }: WheelFile): { path: string; executable: boolean } {
  const executable = to.part === "scripts" || (entry.mode & 0o111) !== 0;
  return { path: `${to.part}/${to.path}`, executable };
}

function note({ to: { part, path } }: WheelFile, data: ByteSource, notes: Notes): void {
  if (part === "scripts") {
    const head = Buffer.from(data.read(0, Math.min(16, data.size))).toString("latin1");
    const python = PYTHON_SCRIPT.exec(head);
    notes.scripts.push({ name: path, python: python !== null, gui: python?.[1] === "w" });
  }
  if (part !== "site") return;
  if (path.endsWith("/__init__.py") && isSharedInit(data)) notes.sharedInits.add(path);
  const relative = relativePaths(data);
  if (relative.length > 0) notes.libraries.push({ file: path, relative });
}
