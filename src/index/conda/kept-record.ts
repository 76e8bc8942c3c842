import type { Sha256 } from "../../base/index.ts";
import { decodeHead, decodeRecord, type RecordHead, type RecordPlace } from "./decode-record.ts";
import type { FolderFile, Span } from "./folder-file.ts";
import { CLOSE, COMMA, MORE, skipSpace, stringEnd, valueEnd } from "./json-bytes.ts";
import type { CondaRecord } from "./types.ts";

/** The records of a name in a kept list. */
export interface RecordSource {
  readonly name: string;
  readonly place: RecordPlace;
  readonly file: FolderFile;
  /** What to throw where a record cannot be read. */
  broken(cause: unknown): Error;
}

/**
 * The records of a name, in the order of the list. Of a build in both formats the `.conda` file is
 * kept. What cannot be a package of that name is left out. Throws what the source says where it cannot
 * be read.
 */
export function keptRecords(source: RecordSource): readonly CondaRecord[] {
  const byStem = new Map<string, CondaRecord>();
  try {
    for (const run of source.file.runs(source.name)) readRun(run, source, byStem);
  } catch (cause) {
    throw source.broken(cause);
  }
  return [...byStem.values()];
}

function readRun(run: Span, source: RecordSource, byStem: Map<string, CondaRecord>): void {
  const bytes = source.file.read(run);
  for (let at = 0; at < bytes.length;) {
    const keyEnd = stringEnd(bytes, at);
    const from = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    const { value, end } = readValue(bytes, from);
    const filename = bytes.toString("utf8", at + 1, keyEnd - 1);
    const head = decodeHead(filename, value, source.name);
    if (head !== undefined) {
      const stem = filename.replace(EXTENSION, "");
      if (filename.endsWith(".conda") || !byStem.has(stem)) {
        const span = { start: run.start + from, length: end - from };
        byStem.set(stem, new KeptRecord(filename, head, { source, span }));
      }
    }
    const next = skipSpace(bytes, end);
    at = bytes[next] === COMMA ? skipSpace(bytes, next + 1) : bytes.length;
  }
}

const EXTENSION = /\.(?:conda|tar\.bz2)$/;

/**
 * The object that begins there, and its end. Of no object a part from its beginning is JSON, so that
 * it ends with the first `}` if that gives any.
 */
function readValue(bytes: Buffer, from: number): { readonly value: unknown; readonly end: number } {
  const close = bytes.indexOf(CLOSE, from) + 1;
  try {
    return { value: JSON.parse(bytes.toString("utf8", from, close)), end: close };
  } catch {
    const counted = valueEnd(bytes, from);
    const end = counted === MORE ? bytes.length : counted;
    return { value: JSON.parse(bytes.toString("utf8", from, end)), end };
  }
}

/**
 * A build of which only what builds of a name are compared by is in memory. The rest is read from the
 * kept list when it is asked for, which of most builds it never is.
 */
class KeptRecord implements CondaRecord, Span {
  readonly version: string;
  readonly build: string;
  readonly buildNumber: number;
  readonly trackFeatures: readonly string[];
  readonly timestamp: number | undefined;
  readonly needsPython: boolean;
  readonly start: number;
  readonly length: number;
  private readonly source: RecordSource;
  /** What the file's name ends with; all of it where it is not as name, version and build say. */
  private readonly file: string;
  private known: CondaRecord | undefined;

  constructor(
    filename: string,
    head: RecordHead,
    { source, span }: { readonly source: RecordSource; readonly span: Span },
  ) {
    this.version = head.version;
    this.build = head.build;
    this.buildNumber = head.buildNumber;
    this.trackFeatures = head.trackFeatures;
    this.timestamp = head.timestamp;
    this.needsPython = head.needsPython;
    this.start = span.start;
    this.length = span.length;
    this.source = source;
    const stem = `${source.name}-${head.version}-${head.build}`;
    const extension = filename.endsWith(".conda") ? ".conda" : ".tar.bz2";
    this.file = filename === stem + extension ? extension : filename;
  }

  get name(): string {
    return this.source.name;
  }

  get channel(): string {
    return this.source.place.channel;
  }

  get subdir(): string {
    return this.source.place.subdir;
  }

  get filename(): string {
    const { file, name, version, build } = this;
    return file.startsWith(".") ? `${name}-${version}-${build}${file}` : file;
  }

  get url(): string {
    return this.source.place.base + this.filename;
  }

  get depends(): readonly string[] {
    return this.whole().depends;
  }

  get constrains(): readonly string[] {
    return this.whole().constrains;
  }

  get noarch(): "python" | "generic" | undefined {
    return this.whole().noarch;
  }

  get sha256(): Sha256 | undefined {
    return this.whole().sha256;
  }

  get md5(): string | undefined {
    return this.whole().md5;
  }

  get size(): number | undefined {
    return this.whole().size;
  }

  private whole(): CondaRecord {
    return (this.known ??= this.read());
  }

  private read(): CondaRecord {
    const { source, filename } = this;
    try {
      const value: unknown = JSON.parse(source.file.read(this).toString("utf8"));
      const record = decodeRecord(filename, value, source);
      if (record !== undefined) return record;
    } catch (cause) {
      throw source.broken(cause);
    }
    throw source.broken(new SyntaxError(`${filename} is there no more`));
  }
}
