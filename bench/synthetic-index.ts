// Makes a pypi-deps-db of a size that PyPI does not have yet, in the shape that it has now: its projects
// are real ones, the further ones under other names, each with its releases, files and needs.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type PackageName, sha256, normalizeName } from "../src/base/index.ts";
import { bucketValues } from "../src/index/snapshot/bucket-json.ts";
import { allProjects, projectData } from "../src/index/snapshot/inspect-file.ts";
import { Layers } from "../src/index/snapshot/layers.ts";
import type { ProjectData } from "../src/index/snapshot/project-data.ts";

export interface SyntheticSize {
  readonly names: number;
  /** At least so many files in all; by default what that many real projects have. */
  readonly files?: number;
}

/**
 * Writes a checkout of the size asked for into `folder`. `file` is an index of the real data; what the
 * `roots` could ever need is in it under its own name. Gives what was written.
 */
export function writeSynthetic(
  file: string,
  {
    folder,
    size,
    roots,
  }: { readonly folder: string; readonly size: SyntheticSize; readonly roots: readonly string[] },
): { readonly names: number; readonly files: number } {
  const layers = Layers.open(file);
  const buckets = new Buckets(folder);
  const needed = closure(layers, roots);
  const real = layers.base.table("projects")?.facts.entries ?? 1;
  const share = Math.min(1, (size.names - needed.size) / real);
  const wanted = (size.files ?? 0) / size.names;
  let names = 0;
  let files = 0;
  for (let round = 0; names < size.names; round++) {
    for (const data of allProjects(layers)) {
      const own = fileCount(data);
      if (own === 0 || names === size.names) continue;
      if (round === 0) {
        if (!needed.has(normalizeName(data.name)) && crc32(data.key) / 2 ** 32 >= share) continue;
      } else if (files < wanted * names && own < wanted) continue;
      buckets.add(round === 0 ? data : renamed(data, round));
      names++;
      files += own;
    }
  }
  buckets.finish();
  writeFileSync(join(folder, "UNIX_TIMESTAMP"), String(layers.base.facts.date / 1000));
  layers.close();
  return { names, files };
}

function fileCount({ sdists, wheels }: ProjectData): number {
  return sdists.length + wheels.reduce((sum, { files }) => sum + files.length, 0);
}

/** All names that any release of the roots could lead to. */
function closure(layers: Layers, roots: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = roots.map(normalizeName);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    for (const data of projectData(layers, name)) waiting.push(...namesIn(data));
  }
  return found;
}

function namesIn({ sdists, wheels }: ProjectData): PackageName[] {
  const texts = new Set<string>();
  for (const metadata of sdists.flatMap(({ pythons }) => pythons.map(([, record]) => record))) {
    for (const text of metadata.installRequires ?? []) texts.add(text);
    for (const [, list] of metadata.extrasRequire ?? []) for (const text of list) texts.add(text);
  }
  for (const { metadata } of wheels.flatMap(({ files }) => files)) {
    for (const text of metadata.requiresDist ?? []) texts.add(text);
  }
  return [...texts].flatMap((text) => {
    const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(text)?.[1];
    return name === undefined ? [] : [normalizeName(name)];
  });
}

/** Names begin with letters that no order puts beside the project they were taken from. */
function renamed(data: ProjectData, round: number): ProjectData {
  const prefix = `${sha256(`${round} ${data.key}`).slice(0, 5)}x`;
  const wheels = data.wheels.map(({ version, files }) => ({
    version,
    files: files.map((file) => ({ ...file, filename: `${prefix}_${file.filename}` })),
  }));
  const name = `${prefix}-${data.name}`;
  return { ...data, key: name, name, wheels, failures: [] };
}

const CHUNK = 256 * 1024;

class Buckets {
  private readonly folder: string;
  private readonly texts = new Map<string, string>();

  constructor(folder: string) {
    this.folder = folder;
    for (const kind of ["sdist", "wheel"]) mkdirSync(join(folder, kind), { recursive: true });
  }

  add(data: ProjectData): void {
    const number = sha256(data.name).slice(0, 2);
    for (const [kind, value] of bucketValues({ ...data, failures: [] })) {
      const path = `${kind}/${number}.json`;
      const before = this.texts.get(path);
      const entry = `${JSON.stringify(data.name)}:${JSON.stringify(value)}`;
      const text = before === undefined ? `{${entry}` : `${before},\n${entry}`;
      this.texts.set(path, text);
      if (text.length > CHUNK) this.flush(path, text);
    }
  }

  finish(): void {
    for (const [path, text] of this.texts) this.flush(path, `${text}}`);
  }

  private flush(path: string, text: string): void {
    appendFileSync(join(this.folder, path), text);
    this.texts.set(path, "");
  }
}
