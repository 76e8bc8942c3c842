import { checksum } from "./checksum.ts";
import { RECORD_HEADER, RECORD_MAGIC, RECORD_MAGIC_NUMBER } from "./pack-format.ts";
import type { FileRecord, MetadataFailure, ReleaseMetadata } from "./types.ts";

/** What a file's metadata is kept under: it can never change for a file of that name and hash. */
export function metadataKey({ filename, sha256, url }: FileRecord): string {
  return `${filename}\t${sha256 ?? url}`;
}

/** A record to be appended: its header, and the payload that `unpackMetadata` reads. */
export function packMetadata(key: string, metadata: ReleaseMetadata | MetadataFailure): Buffer {
  const lines =
    "failure" in metadata
      ? [`-${metadata.failure.replace(/\s+/g, " ")}`]
      : [
          metadata.requiresPython === undefined ? "+" : `=${metadata.requiresPython}`,
          metadata.extras.join(" "),
          ...metadata.requiresDist,
        ];
  const payload = Buffer.from([key, ...lines].join("\n"));
  const record = Buffer.alloc(RECORD_HEADER + payload.length);
  RECORD_MAGIC.copy(record);
  record.writeUInt32LE(payload.length, 8);
  payload.copy(record, RECORD_HEADER);
  record.writeUInt32LE(checksum(record.subarray(8)), 4);
  return record;
}

const NEWLINE = 10;

/**
 * Where the records of a file's last part begin, by key. A record counts if another or the end
 * follows it; what is torn is passed over, and reading goes on at the next magic. Checksums are left
 * to `readRecord`.
 */
export function scanRecords(bytes: Buffer): Map<string, number> {
  const records = new Map<string, number>();
  let at = 0;
  while (at !== -1 && at + RECORD_HEADER <= bytes.length) {
    const end = recordEnd(bytes, at);
    if (end === undefined) {
      at = bytes.indexOf(RECORD_MAGIC, at + 1);
      continue;
    }
    const keyEnd = bytes.indexOf(NEWLINE, at + RECORD_HEADER);
    records.set(bytes.toString("latin1", at + RECORD_HEADER, keyEnd), at);
    at = end;
  }
  return records;
}

/** The end of a record that seems whole. */
function recordEnd(bytes: Buffer, at: number): number | undefined {
  if (bytes.readUInt32LE(at) !== RECORD_MAGIC_NUMBER) return undefined;
  const end = at + RECORD_HEADER + bytes.readUInt32LE(at + 8);
  if (end === bytes.length) return end;
  const followed = end + 4 <= bytes.length && bytes.readUInt32LE(end) === RECORD_MAGIC_NUMBER;
  return followed ? end : undefined;
}

/** What records say, by their text: releases of a project say the same again and again. */
export type ToldMetadata = Map<string, ReleaseMetadata | MetadataFailure>;

/**
 * Reads the record that begins at `at`, as the same object where another that is in `told` says the
 * same; undefined where its checksum does not hold.
 */
export function readRecord(
  bytes: Buffer,
  at: number,
  told: ToldMetadata,
): ReleaseMetadata | MetadataFailure | undefined {
  const end = at + RECORD_HEADER + bytes.readUInt32LE(at + 8);
  if (checksum(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) return undefined;
  const payload = bytes.toString("utf8", at + RECORD_HEADER, end);
  const text = payload.slice(payload.indexOf("\n") + 1);
  let metadata = told.get(text);
  if (metadata === undefined) told.set(text, (metadata = unpackMetadata(text)));
  return metadata;
}

function unpackMetadata(text: string): ReleaseMetadata | MetadataFailure {
  const requiresDist = text.split("\n");
  const [first = "", extras = ""] = requiresDist.splice(0, 2);
  if (first.startsWith("-")) return { failure: first.slice(1) };
  const metadata = { requiresDist, extras: extras === "" ? [] : extras.split(" ") };
  return first.startsWith("=") ? { ...metadata, requiresPython: first.slice(1) } : metadata;
}
