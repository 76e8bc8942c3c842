import { buildError } from "./errors.ts";

/** One line of RECORD. */
export interface RecordLine {
  /** `sha256`, `sha384` or `sha512`; absent where the line gives no hash. */
  readonly algorithm?: string;
  /** Hexadecimal. */
  readonly digest?: string;
  readonly size?: number;
}

export type RecordLines = ReadonlyMap<string, RecordLine>;

const HEX_LENGTH: ReadonlyMap<string, number> = new Map([
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
]);
const UNHASHED = ["RECORD", "RECORD.jws", "RECORD.p7s"];

/** The lines of RECORD and where it is; `distInfo` is the folder's name. */
export interface RecordContext {
  readonly distInfo: string;
}

/**
 * Reads RECORD: CSV of path, `algorithm=digest` and size (PEP 376, PEP 427). Lines of folders are
 * passed over and a line may be there twice, since neither says anything false; two lines that
 * differ, an unknown or weak algorithm and a file without hash are refused, except RECORD itself,
 * its signatures, and other files of .dist-info that no program runs. Throws `wheel-record`.
 */
export function parseRecord(text: string, { distInfo }: RecordContext): RecordLines {
  const lines = new Map<string, RecordLine>();
  text.split("\n").forEach((raw, i) => {
    const [path, digest, size, ...rest] = splitLine(raw.endsWith("\r") ? raw.slice(0, -1) : raw);
    if (path === undefined || (path.endsWith("/") && digest === "")) return;
    if (digest === undefined || size === undefined || rest.length > 0) {
      throw recordError(
        `line ${i + 1} of RECORD does not have three fields: ${JSON.stringify(raw)}`,
      );
    }
    const line = parseFields(path, digest, size);
    checkHashed(path, line, distInfo);
    const other = lines.get(path);
    if (other !== undefined && !sameLine(other, line)) {
      throw recordError(`RECORD lists ${path} twice, with different hashes`);
    }
    lines.set(path, line);
  });
  return lines;
}

function recordError(message: string): Error {
  return buildError("wheel-record", message);
}

function splitLine(line: string): string[] {
  if (line === "") return [];
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (let more = true; more;) {
    const match = field.exec(line);
    if (match === null) throw recordError(`RECORD has a line with wrong quotes: ${line}`);
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    more = match[3] === ",";
  }
  return fields;
}

function parseFields(path: string, field: string, size: string): RecordLine {
  if (size !== "" && !/^\d{1,15}$/.test(size)) {
    throw recordError(`RECORD gives ${path} the size ${JSON.stringify(size)}`);
  }
  const sized = size === "" ? {} : { size: Number(size) };
  if (field === "") return sized;
  const equals = field.indexOf("=");
  const algorithm = field.slice(0, equals).toLowerCase();
  const digest = Buffer.from(field.slice(equals + 1), "base64url").toString("hex");
  const length = HEX_LENGTH.get(algorithm);
  if (length === undefined) {
    throw recordError(
      `RECORD gives ${path} a hash that is weak or not known: ${field.slice(0, 40)}`,
    );
  }
  if (digest.length === length) return { algorithm, digest, ...sized };
  throw recordError(`RECORD gives ${path} a hash of the wrong length`);
}

function checkHashed(path: string, line: RecordLine, distInfo: string): void {
  if (line.digest !== undefined) return;
  const inert =
    path.startsWith(`${distInfo}/`) && !path.endsWith(".txt") && !path.endsWith("/METADATA");
  if (inert || UNHASHED.some((name) => path === `${distInfo}/${name}`)) return;
  throw recordError(`RECORD gives no hash for ${path}`);
}

function sameLine(a: RecordLine, b: RecordLine): boolean {
  return a.algorithm === b.algorithm && a.digest === b.digest && a.size === b.size;
}

/** Every file listed is there and every file there is listed. Throws `wheel-record-files`. */
export function checkRecordFiles(
  files: readonly string[],
  lines: RecordLines,
  { distInfo }: RecordContext,
): void {
  const there = new Set(files);
  const missing = [...lines.keys()].find((path) => !there.has(path));
  if (missing !== undefined) {
    throw buildError(
      "wheel-record-files",
      `RECORD lists ${missing}, but the wheel does not have it`,
      {
        facts: { entry: missing },
      },
    );
  }
  const signatures = new Set(UNHASHED.map((name) => `${distInfo}/${name}`));
  const unlisted = files.find((path) => !lines.has(path) && !signatures.has(path));
  if (unlisted === undefined) return;
  throw buildError("wheel-record-files", `the wheel has ${unlisted}, but RECORD does not list it`, {
    facts: { entry: unlisted },
  });
}

/** What was found when a file was unpacked; `digest` is by the algorithm of `recordAlgorithm`. */
export interface Measured {
  readonly size: number;
  readonly digest: string;
}

/** The algorithm that a file is to be hashed with for its line. */
export function recordAlgorithm(line: RecordLine | undefined): string {
  return line?.algorithm ?? "sha256";
}

/** Checks a file against its line, where it has one. Throws `wheel-record-mismatch`. */
export function checkRecorded(path: string, found: Measured, line: RecordLine | undefined): void {
  if (line?.size !== undefined && line.size !== found.size) {
    throw mismatch(path, `has ${found.size} bytes where RECORD says ${line.size}`);
  }
  if (line?.digest !== undefined && line.digest !== found.digest) {
    throw mismatch(
      path,
      `has the ${line.algorithm} ${found.digest} where RECORD says ${line.digest}`,
    );
  }
}

function mismatch(path: string, what: string): Error {
  return buildError("wheel-record-mismatch", `${path} ${what}`, {
    hint: "The wheel was changed after it was built. Get it again, or take another version.",
    facts: { entry: path },
  });
}
