import type { Report, UserError } from "../../base/index.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { DictionarySample } from "./dictionary.ts";
import { encodeFailures } from "./encode-failures.ts";
import { encodeSdists } from "./encode-sdists.ts";
import { encodeWheels } from "./encode-wheels.ts";
import { indexFileError } from "./errors.ts";
import { importSource } from "./import-source.ts";
import { IndexWriter } from "./index-writer.ts";
import { encodeProject, type Section } from "./project-payload.ts";
import { type BucketKind, type BucketProject, readBucket } from "./read-bucket.ts";
import { removeDeltas } from "./layers.ts";
import { Spill, type Spilled } from "./spill.ts";
import { tableKey } from "./table-key.ts";
import type { SdistRelease } from "./project-data.ts";
import { byPython } from "./python-key.ts";
import { SdistRows } from "./read-sdists.ts";
import { sortVersions } from "./sort-versions.ts";

export interface ImportOptions {
  /** A checkout or an archive of pypi-deps-db. */
  readonly source: string;
  /** More of them, such as an archive of `sdist-errors/` alone. */
  readonly more?: readonly string[] | undefined;
  readonly output: string;
  /** What the data is as of, milliseconds since 1970; by default its own time stamp. */
  readonly date?: number | undefined;
  /** What to call the source in the file. */
  readonly sourceName: string;
  readonly report: Report;
}

/** A record that could not be used. */
export interface ImportFault {
  readonly place: string;
  readonly message: string;
}

export interface ImportResult {
  readonly path: string;
  readonly bytes: number;
  readonly date: number;
  readonly counts: Readonly<Record<string, number>>;
  /** How many records were left out as malformed, and the first of them. */
  readonly malformed: number;
  readonly faults: readonly ImportFault[];
}

const SHOWN_FAULTS = 100;

/**
 * Makes an index file of pypi-deps-db data: whole, or not at all. Buckets are read one after the
 * other; what they hold waits encoded in a temporary file until all names are known. Deltas of a file
 * that was there before are removed. Throws UserError
 * `index-import-source`, and Node's own errors where the file cannot be written.
 */
export async function importIndex(options: ImportOptions): Promise<ImportResult> {
  const gathered = new Gathered(options);
  let writer: IndexWriter | undefined;
  try {
    await gathered.gather();
    writer = new IndexWriter(options.output);
    const result = await gathered.write(writer);
    writer = undefined;
    removeDeltas(options.output);
    return result;
  } finally {
    writer?.abandon();
    gathered.close();
  }
}

interface Entry {
  sdist?: Spilled;
  wheel?: Spilled;
  "sdist-errors"?: Spilled;
}

/** What was read so far. */
class Gathered {
  private readonly options: ImportOptions;
  private readonly spill: Spill;
  private readonly entries = new Map<string, Entry>();
  private readonly sample = new DictionarySample();
  private readonly pythons = new Set<string>();
  private readonly faults: ImportFault[] = [];
  private readonly counts = { projects: 0, sdists: 0, wheels: 0, failures: 0 };
  private malformed = 0;
  private date: number | undefined;

  constructor(options: ImportOptions) {
    this.options = options;
    this.date = options.date;
    this.spill = new Spill(options.output);
  }

  async gather(): Promise<void> {
    const { source, more = [], report } = this.options;
    report({ kind: "start", phase: "index", unit: "items" });
    let done = 0;
    for (const place of [source, ...more]) {
      for await (const { path, bytes } of importSource(place)) {
        if (path === "UNIX_TIMESTAMP") this.readDate(bytes);
        else this.readFile(path, bytes);
        report({ kind: "progress", phase: "index", done: ++done, item: path });
      }
    }
    report({ kind: "end", phase: "index", done });
    if (this.date === undefined) throw noDate(source);
  }

  async write(writer: IndexWriter): Promise<ImportResult> {
    const { output, sourceName, report } = this.options;
    const dictionary = this.sample.build();
    const keys = [...this.entries.keys()].sort();
    const total = keys.length;
    report({ kind: "start", phase: "index", unit: "items", total });
    const progress = (done: number): void =>
      report({ kind: "progress", phase: "index", done, total, item: "writing" });
    await writer.table("projects", { entries: this.projects(keys), dictionary, progress });
    await writer.table("failures", { entries: this.failures(keys), dictionary: Buffer.alloc(0) });
    const date = this.date ?? 0;
    const pythons = [...this.pythons].sort(byPython);
    const { counts } = this;
    const bytes = writer.finish({ kind: "releases", date, source: sourceName, pythons, counts });
    report({ kind: "end", phase: "index", done: total });
    const { malformed, faults } = this;
    return { path: output, bytes, date, counts, malformed, faults };
  }

  close(): void {
    this.spill.close();
  }

  private readDate(bytes: Buffer): void {
    const seconds = Number(bytes.toString("latin1").trim());
    if (Number.isSafeInteger(seconds)) this.date ??= seconds * 1000;
    else this.fault("UNIX_TIMESTAMP", "is no number");
  }

  private fault(place: string, message: string): void {
    this.malformed++;
    if (this.faults.length < SHOWN_FAULTS) this.faults.push({ place, message });
  }

  private readFile(path: string, bytes: Buffer): void {
    const kind = path.slice(0, path.indexOf("/")) as BucketKind;
    const fault = (place: string, message: string): void => this.fault(place, message);
    try {
      for (const project of readBucket(bytes.toString(), { kind, fault })) this.add(project);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.fault(path, error.message);
    }
  }

  private add(project: BucketProject): void {
    const key = tableKey(project.name);
    let entry = this.entries.get(key);
    if (entry === undefined) this.entries.set(key, (entry = {}));
    if (entry[project.kind] !== undefined)
      this.fault(`${project.kind}/${project.name}`, "is there twice");
    const section = encode(project);
    if (this.sample.wants(key)) this.sample.add(new ByteReader(section).texts().all());
    const writer = new ByteWriter(section.length + 1024);
    writer.texts(project.releases.map(({ version }) => version));
    if (project.kind !== "sdist-errors") writer.number(project.known);
    writer.raw(section);
    entry[project.kind] = this.spill.add(writer.take());
    this.count(project);
  }

  private count(project: BucketProject): void {
    const { counts } = this;
    if (project.kind === "wheel") {
      for (const { files } of project.releases) counts.wheels += files.length;
      return;
    }
    for (const { pythons } of project.releases) for (const [key] of pythons) this.pythons.add(key);
    if (project.kind === "sdist") counts.sdists += project.releases.length;
    else counts.failures += project.releases.length;
  }

  private *projects(keys: readonly string[]): Generator<readonly [string, Buffer]> {
    for (const key of keys) {
      const { sdist, wheel, "sdist-errors": failed } = this.entries.get(key) as Entry;
      const sdists = withFailed(this.section(sdist), this.failedVersions(failed));
      const wheels = this.section(wheel);
      if (sdists === undefined && wheels === undefined) continue;
      this.counts.projects++;
      yield [key, encodeProject({ sdists, wheels })];
    }
  }

  private *failures(keys: readonly string[]): Generator<readonly [string, Buffer]> {
    for (const key of keys) {
      const spilled = this.entries.get(key)?.["sdist-errors"];
      if (spilled !== undefined) yield [key, this.spill.read(spilled)];
    }
  }

  private failedVersions(spilled: Spilled | undefined): readonly string[] {
    return spilled === undefined ? [] : new ByteReader(this.spill.read(spilled)).texts().all();
  }

  private section(spilled: Spilled | undefined): Section | undefined {
    if (spilled === undefined) return undefined;
    const reader = new ByteReader(this.spill.read(spilled));
    const versions = reader.texts().all();
    const known = reader.number();
    return { versions, known, bytes: reader.bytes.subarray(reader.at) };
  }
}

/**
 * The source distributions with those that gave no metadata under any Python: they exist, and an
 * explanation can say why they cannot be used.
 */
function withFailed(section: Section | undefined, failed: readonly string[]): Section | undefined {
  const known = new Set(section?.versions);
  const added = failed.filter((version) => !known.has(version));
  if (added.length === 0) return section;
  const pythons = new Map<string, SdistRelease["pythons"]>();
  if (section !== undefined) {
    const rows = new SdistRows(new ByteReader(section.bytes), section.versions.length);
    for (const [row, version] of section.versions.entries()) {
      pythons.set(version, rows.pythons(row));
    }
  }
  const sorted = sortVersions([...known, ...added]);
  const releases = sorted.versions.map((version) => ({
    version,
    pythons: pythons.get(version) ?? [],
  }));
  return { ...sorted, bytes: encodeSdists(releases) };
}

function noDate(source: string): UserError {
  const message = "The data does not say what it is as of: it has no UNIX_TIMESTAMP.";
  return indexFileError("index-import-source", message, {
    place: { file: source },
    hint: "give --date",
  });
}

function encode(project: BucketProject): Buffer {
  if (project.kind === "sdist") return encodeSdists(project.releases);
  return project.kind === "wheel"
    ? encodeWheels(project.releases)
    : encodeFailures(project.releases);
}
