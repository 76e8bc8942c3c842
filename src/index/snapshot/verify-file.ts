import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { type Report, UserError } from "../../base/index.ts";
import { HEADER_SIZE, type IndexFacts } from "./file-format.ts";
import { IndexFile } from "./index-file.ts";
import { allProjects } from "./inspect-file.ts";
import { companionPath, Layers } from "./layers.ts";
import { atOnce, type Steps } from "./stepwise.ts";

export interface FileVerification {
  readonly projects: number;
  readonly bytes: number;
  /** What is damaged, in words; empty where the file is sound. */
  readonly problems: readonly string[];
}

/**
 * Reads a whole index file and what stands beside it (deltas, addresses and hashes): every block
 * against its checksum, every record to its end, all bytes against the digest that each file has of
 * them. A delta, or a file of addresses, that is named itself is read alone. Throws where it cannot be
 * opened.
 */
export function verifyFile(path: string, report: Report): FileVerification {
  return atOnce(verifySteps(path, report));
}

/** The same, step by step. */
export function* verifySteps(path: string, report: Report): Steps<FileVerification> {
  const isIndex = kindOf(path) === "releases";
  const layers = isIndex ? Layers.open(path) : undefined;
  const beside = isIndex ? companionPath(path) : path;
  const others = existsSync(beside) ? [IndexFile.open(beside)] : [];
  const files = [...(layers?.files ?? []), ...others];
  try {
    const problems: string[] = [];
    for (const file of files) {
      problems.push(...blockProblems(file));
      yield;
    }
    const isReadable = layers !== undefined && problems.length === 0;
    const projects = isReadable ? yield* readRecords(layers, { problems, report }) : 0;
    for (const file of files) {
      if (contentsOf(file.path, file.facts.tables) === file.facts.contents) continue;
      problems.push(`${file.path} does not have the digest that it gives`);
      yield;
    }
    return { projects, bytes: files.reduce((sum, { size }) => sum + size, 0), problems };
  } finally {
    layers?.close();
    for (const file of others) file.close();
  }
}

function kindOf(path: string): IndexFacts["kind"] {
  const file = IndexFile.open(path);
  file.close();
  return file.facts.kind;
}

function blockProblems(file: IndexFile): string[] {
  const problems: string[] = [];
  for (const name of Object.keys(file.facts.tables)) {
    const checks = file.table(name)?.check() ?? [];
    collect(problems, () => {
      let entries = 0;
      for (const found of checks) {
        if ("fault" in found) problems.push(messageOf(found.fault));
        else entries += found.entries;
      }
      const expected = file.table(name)?.facts.entries;
      if (entries !== expected && problems.length === 0) {
        problems.push(`${name} has ${entries} entries and should have ${expected}`);
      }
    });
  }
  return problems;
}

function* readRecords(
  layers: Layers,
  { problems, report }: { readonly problems: string[]; readonly report: Report },
): Steps<number> {
  let done = 0;
  const total = layers.base.table("projects")?.facts.entries;
  const known = total === undefined ? {} : { total };
  report({ kind: "start", phase: "verify", unit: "items", ...known });
  try {
    for (const { name } of allProjects(layers)) {
      if (++done % 1000 > 0) continue;
      report({ kind: "progress", phase: "verify", done, ...known, item: name });
      yield;
    }
  } catch (error) {
    problems.push(messageOf(error));
  }
  report({ kind: "end", phase: "verify", done });
  return done;
}

function collect(problems: string[], work: () => void): void {
  try {
    work();
  } catch (error) {
    problems.push(messageOf(error));
  }
}

/** Damage is an answer here; anything else is a bug. */
function messageOf(error: unknown): string {
  if (error instanceof UserError && error.code === "index-file-damaged") return error.message;
  throw error;
}

const CHUNK = 1024 * 1024;

/** The digest over everything between the header and the facts, which end with the file. */
function contentsOf(path: string, tables: IndexFile["facts"]["tables"]): string {
  const ends = Object.values(tables).flatMap(({ root, dictionary }) =>
    [root, dictionary].map((extent) => (extent === undefined ? 0 : extent.offset + extent.length)),
  );
  const end = Math.max(HEADER_SIZE, ...ends);
  const hash = createHash("sha256");
  const file = openSync(path, "r");
  try {
    const chunk = Buffer.alloc(CHUNK);
    for (let at = HEADER_SIZE; at < end;) {
      const count = readSync(file, chunk, 0, Math.min(CHUNK, end - at), at);
      if (count === 0) break;
      hash.update(chunk.subarray(0, count));
      at += count;
    }
    return hash.digest("hex");
  } finally {
    closeSync(file);
  }
}
