import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Report, sha256, writeFileAtomic } from "../../base/index.ts";
import { bucketValues } from "./bucket-json.ts";
import { BUCKET_END, bucketEntry } from "./bucket-text.ts";
import { allProjects } from "./inspect-file.ts";
import { Layers } from "./layers.ts";
import { atOnce, type Steps } from "./stepwise.ts";

export interface ExportOptions {
  readonly file: string;
  /** Made where it is missing; bucket files that are there are replaced. */
  readonly directory: string;
  readonly report: Report;
}

export interface ExportedIndex {
  readonly directory: string;
  readonly projects: number;
  readonly files: number;
}

const FOLDERS = ["sdist", "wheel", "sdist-errors"];

/**
 * Writes an index file as a pypi-deps-db checkout: a file for each of 256 buckets in each folder,
 * equal records as references, the same bytes for the same data. Bucket files appear when all of them
 * are whole. Throws the errors of opening the index, and Node's own where files cannot be written.
 */
export function exportIndex(options: ExportOptions): ExportedIndex {
  return atOnce(exportSteps(options));
}

/** The same, step by step. */
export function* exportSteps({ file, directory, report }: ExportOptions): Steps<ExportedIndex> {
  const index = Layers.open(file);
  const buckets = new Map<string, Bucket>();
  const abandon = (): void => {
    for (const bucket of buckets.values()) bucket.abandon();
  };
  process.once("exit", abandon);
  try {
    const projects = yield* fill(index, { buckets, directory, report });
    for (const bucket of buckets.values()) bucket.finish();
    removeOthers(directory, buckets);
    writeFileAtomic(join(directory, "FORMAT_VERSION"), "1");
    writeFileAtomic(
      join(directory, "UNIX_TIMESTAMP"),
      `${Math.floor(index.newest.facts.date / 1000)}`,
    );
    return { directory, projects, files: buckets.size };
  } finally {
    abandon();
    process.off("exit", abandon);
    index.close();
  }
}

function* fill(
  index: Layers,
  {
    buckets,
    directory,
    report,
  }: { readonly buckets: Map<string, Bucket>; readonly directory: string; readonly report: Report },
): Steps<number> {
  let done = 0;
  report({ kind: "start", phase: "index", unit: "items" });
  for (const data of allProjects(index)) {
    const number = sha256(data.name).slice(0, 2);
    for (const [folder, value] of bucketValues(data)) {
      const path = `${folder}/${number}.json`;
      let bucket = buckets.get(path);
      if (bucket === undefined) {
        mkdirSync(join(directory, folder), { recursive: true });
        buckets.set(path, (bucket = new Bucket(join(directory, path))));
      }
      bucket.add(data.name, value);
    }
    if (++done % 1000 > 0) continue;
    report({ kind: "progress", phase: "index", done, item: data.name });
    yield;
  }
  report({ kind: "end", phase: "index", done });
  return done;
}

/** Buckets of an earlier export in which nothing is left. */
function removeOthers(directory: string, buckets: ReadonlyMap<string, Bucket>): void {
  for (const folder of FOLDERS) {
    if (!existsSync(join(directory, folder))) continue;
    for (const name of readdirSync(join(directory, folder))) {
      const isBucket = /^[0-9a-f]{2}\.json$/.test(name);
      if (isBucket && !buckets.has(`${folder}/${name}`)) rmSync(join(directory, folder, name));
    }
  }
}

const CHUNK = 64 * 1024;

/** A bucket file that grows under a temporary name. */
class Bucket {
  private readonly path: string;
  private readonly temporary: string;
  private text = "";
  private isEmpty = true;

  constructor(path: string) {
    this.path = path;
    this.temporary = `${path}.tmp`;
    writeFileSync(this.temporary, "");
  }

  add(name: string, value: unknown): void {
    this.text += bucketEntry(name, value, this.isEmpty);
    this.isEmpty = false;
    if (this.text.length > CHUNK) this.flush();
  }

  finish(): void {
    this.text += BUCKET_END;
    this.flush();
    renameSync(this.temporary, this.path);
  }

  /** Does nothing to a bucket that is finished. */
  abandon(): void {
    rmSync(this.temporary, { force: true });
  }

  private flush(): void {
    appendFileSync(this.temporary, this.text);
    this.text = "";
  }
}
