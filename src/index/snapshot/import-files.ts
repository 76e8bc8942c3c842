import type { Report } from "../../base/index.ts";
import { encodeAddresses, type FileAddress, readAddresses } from "./file-addresses.ts";
import type { ImportFault, ImportResult } from "./import-index.ts";
import { importSource } from "./import-source.ts";
import { IndexWriter } from "./index-writer.ts";
import { addressKey, readAddressesBucket } from "./read-addresses-bucket.ts";
import { Spill, type Spilled } from "./spill.ts";
import { indexFileError } from "./errors.ts";

export interface ImportFilesOptions {
  /** A checkout or an archive of nix-pypi-fetcher's data. */
  readonly source: string;
  readonly output: string;
  /**
   * What stands before `source/r/requests/…` in URLs, ending in `/`, told by some of the data's names;
   * undefined where it cannot be found out.
   */
  readonly filesUrl: (names: readonly string[]) => Promise<string | undefined>;
  /** What the data is as of, milliseconds since 1970; by default its own time stamp. */
  readonly date?: number | undefined;
  readonly sourceName: string;
  readonly report: Report;
}

const SHOWN_FAULTS = 100;
/** Some of the data's projects are no longer there. */
const ASKED_NAMES = 20;

/**
 * Makes a file of addresses and hashes of nix-pypi-fetcher's data, in either of its formats: whole, or
 * not at all. It is used where it stands beside an index file, under its name with `.files` behind it.
 * Throws UserError `index-import-source`, `index-files-address`, and Node's own errors where the file
 * cannot be written.
 */
export async function importFiles(options: ImportFilesOptions): Promise<ImportResult> {
  const gathered = new GatheredFiles(options);
  try {
    await gathered.gather();
    return await gathered.write();
  } finally {
    gathered.close();
  }
}

class GatheredFiles {
  private readonly options: ImportFilesOptions;
  private readonly spill: Spill;
  private readonly entries = new Map<string, Spilled[]>();
  private readonly faults: ImportFault[] = [];
  private readonly counts = { projects: 0, files: 0 };
  private malformed = 0;
  private date: number | undefined;
  private readonly names: string[] = [];

  constructor(options: ImportFilesOptions) {
    this.options = options;
    this.date = options.date;
    this.spill = new Spill(options.output);
  }

  async gather(): Promise<void> {
    const { source, report } = this.options;
    report({ kind: "start", phase: "index", unit: "items" });
    let done = 0;
    for await (const { path, bytes } of importSource(source, "files")) {
      if (path === "UNIX_TIMESTAMP") this.date ??= Number(bytes.toString("latin1").trim()) * 1000;
      else this.readFile(path, bytes);
      report({ kind: "progress", phase: "index", done: ++done, item: path });
    }
    report({ kind: "end", phase: "index", done });
    if (!Number.isSafeInteger(this.date)) {
      const message = "The data does not say what it is as of: it has no UNIX_TIMESTAMP.";
      throw indexFileError("index-import-source", message, {
        place: { file: source },
        hint: "give --date",
      });
    }
  }

  async write(): Promise<ImportResult> {
    const { output, sourceName } = this.options;
    const filesUrl = await this.options.filesUrl(this.names);
    if (filesUrl === undefined) throw noAddress(this.options.source);
    const writer = new IndexWriter(output);
    try {
      await writer.table("files", { entries: this.rows(filesUrl), dictionary: Buffer.alloc(0) });
      const date = this.date ?? 0;
      const { counts, malformed, faults } = this;
      const bytes = writer.finish({ kind: "files", date, source: sourceName, pythons: [], counts });
      return { path: output, bytes, date, counts, malformed, faults };
    } catch (error) {
      writer.abandon();
      throw error;
    }
  }

  close(): void {
    this.spill.close();
  }

  private readFile(path: string, bytes: Buffer): void {
    const fault = (place: string, message: string): void => this.fault(place, message);
    try {
      for (const { name, files } of readAddressesBucket(bytes.toString(), fault)) {
        if (this.names.length < ASKED_NAMES) this.names.push(name);
        this.add(addressKey(name), files);
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.fault(path, error.message);
    }
  }

  private fault(place: string, message: string): void {
    this.malformed++;
    if (this.faults.length < SHOWN_FAULTS) this.faults.push({ place, message });
  }

  private add(key: string, files: readonly FileAddress[]): void {
    const before = this.entries.get(key) ?? [];
    this.entries.set(key, [...before, this.spill.add(encodeAddresses(files))]);
  }

  private *rows(filesUrl: string): Generator<readonly [string, Buffer]> {
    for (const key of [...this.entries.keys()].sort()) {
      const parts = this.entries.get(key) ?? [];
      const files = parts.flatMap((part) => readAddresses(this.spill.read(part)));
      this.counts.projects++;
      this.counts.files += files.length;
      const whole = files.map((file) => ({ ...file, url: filesUrl + file.url }));
      yield [key, encodeAddresses(whole)];
    }
  }
}

function noAddress(source: string): Error {
  return indexFileError("index-files-address", "It is not known where the files of the data are.", {
    place: { file: source },
    hint: "say what stands before `source/r/requests/requests-2.0.tar.gz`: --files-url URL",
  });
}
