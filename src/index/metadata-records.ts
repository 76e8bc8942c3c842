import { crc32 } from "node:zlib";
import { RECORD_HEADER, RECORD_MAGIC } from "./pack-format.ts";
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
  record.writeUInt32LE(payload.length, 4);
  payload.copy(record, RECORD_HEADER);
  record.writeUInt32LE(crc32(payload, crc32(record.subarray(4, 8))), 8);
  return record;
}

/**
 * The whole records of a file's last part, payload by key. What is torn or damaged is passed over:
 * reading goes on at the next record's magic.
 */
export function scanRecords(bytes: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  let at = 0;
  while (at + RECORD_HEADER <= bytes.length) {
    const payload = wholeRecord(bytes, at);
    if (payload !== undefined) {
      records.set(payload.toString("utf8", 0, Math.max(0, payload.indexOf(10))), payload);
      at += RECORD_HEADER + payload.length;
      continue;
    }
    at = bytes.indexOf(RECORD_MAGIC, at + 1);
    if (at === -1) break;
  }
  return records;
}

function wholeRecord(bytes: Buffer, at: number): Buffer | undefined {
  if (bytes.compare(RECORD_MAGIC, 0, 4, at, at + 4) !== 0) return undefined;
  const end = at + RECORD_HEADER + bytes.readUInt32LE(at + 4);
  if (end > bytes.length) return undefined;
  const payload = bytes.subarray(at + RECORD_HEADER, end);
  const crc = crc32(payload, crc32(bytes.subarray(at + 4, at + 8)));
  return crc === bytes.readUInt32LE(at + 8) ? payload : undefined;
}

/** Reads a record's payload. */
export function unpackMetadata(payload: Buffer): ReleaseMetadata | MetadataFailure {
  const [, first = "", extras = "", ...requiresDist] = payload.toString("utf8").split("\n");
  if (first.startsWith("-")) return { failure: first.slice(1) };
  const metadata = { requiresDist, extras: extras === "" ? [] : extras.split(" ") };
  return first.startsWith("=") ? { ...metadata, requiresPython: first.slice(1) } : metadata;
}
