import { crc32 } from "node:zlib";
import {
  CHECKED_FROM,
  FLAG_MISSING,
  FLAG_UNDATED,
  HEAD_CRC_AT,
  HEAD_FIXED,
  packFetchedAt,
  type PackFacts,
  ROW_SIZE,
  START_SIZE,
} from "./pack-format.ts";
import type { Release } from "./release-files.ts";
import type { FileRecord } from "./types.ts";

/** An answer to be kept. */
export interface PackInput {
  readonly fetchedAt: number;
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly tracks?: readonly string[];
  /** Newest first; undefined where the index has no such project. */
  readonly releases: readonly Release[] | undefined;
}

/** Packs an answer into the bytes of its file (see pack-format.ts), without metadata records. */
export function packProject(input: PackInput): Buffer {
  const releases = input.releases ?? [];
  const prefix = commonPrefix(releases);
  const blocks = releases.map(({ files }) =>
    Buffer.from(files.map((file) => packFile(file, prefix)).join("\n")),
  );
  const facts = packFacts(input, prefix);
  const text = Buffer.from([facts, ...releases.map(({ version }) => version)].join("\n"));
  const head = Buffer.alloc(HEAD_FIXED + releases.length * ROW_SIZE + text.length);
  head.writeUInt32LE(text.length, 0);
  head.writeUInt32LE(releases.length, 4);
  head.writeUInt32LE(packFlags(input), 8);
  head.writeDoubleLE(packRows(head, releases, blocks), 16);
  text.copy(head, HEAD_FIXED + releases.length * ROW_SIZE);
  const files = Buffer.concat(blocks);
  return Buffer.concat([packStart(input.fetchedAt, head, files.length), head, files]);
}

function packStart(fetchedAt: number, head: Buffer, filesLength: number): Buffer {
  const start = Buffer.alloc(START_SIZE);
  packFetchedAt(fetchedAt).copy(start);
  start.writeUInt32LE(head.length, 24);
  start.writeUInt32LE(filesLength, 28);
  start.writeUInt32LE(crc32(head, crc32(start.subarray(CHECKED_FROM))), HEAD_CRC_AT);
  return start;
}

function packFacts({ url, etag, lastModified, tracks }: PackInput, prefix: string): string {
  const facts: PackFacts = {
    url,
    prefix,
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(tracks === undefined || tracks.length === 0 ? {} : { tracks }),
  };
  return JSON.stringify(facts);
}

function packFlags({ releases }: PackInput): number {
  if (releases === undefined) return FLAG_MISSING;
  const undated = releases.some(({ files }) =>
    files.some(({ uploadTime }) => uploadTime === undefined),
  );
  return undated ? FLAG_UNDATED : 0;
}

/** Fills in the rows; gives the newest upload time of all. */
function packRows(head: Buffer, releases: readonly Release[], blocks: readonly Buffer[]): number {
  let end = 0;
  let newest = 0;
  releases.forEach(({ files }, i) => {
    const block = blocks[i] as Buffer;
    const times = files.map(({ uploadTime }) => uploadTime ?? 0);
    const latest = Math.max(...times);
    const row = HEAD_FIXED + i * ROW_SIZE;
    end += block.length;
    newest = Math.max(newest, latest);
    head.writeUInt32LE(end, row);
    head.writeUInt32LE(crc32(block), row + 4);
    head.writeDoubleLE(Math.min(...times), row + 8);
    head.writeDoubleLE(latest, row + 16);
  });
  return newest;
}

/** A file's line; `PackedFile` reads it. */
function packFile(file: FileRecord, prefix: string): string {
  return [
    file.filename,
    oneLine(file.requiresPython ?? ""),
    file.yanked === false ? "" : `y${oneLine(file.yanked)}`,
    file.sha256 ?? "",
    file.size ?? "",
    file.uploadTime ?? "",
    file.coreMetadata === true ? "y" : (file.coreMetadata ?? ""),
    packUrl(file, prefix),
  ].join("\t");
}

/** The part between the common prefix and the file's name, or `=` and the whole URL. */
function packUrl({ url, filename }: FileRecord, prefix: string): string {
  const plain = url.startsWith(prefix) && url.endsWith(`/${filename}`);
  if (!plain || url.length < prefix.length + filename.length + 1) return `=${url}`;
  return url.slice(prefix.length, -filename.length);
}

function oneLine(text: string): string {
  return text.replace(/[\t\n\r]+/g, " ").slice(0, 1000);
}

/** What all URLs begin with, up to a `/`. */
function commonPrefix(releases: readonly Release[]): string {
  let prefix: string | undefined;
  for (const { files } of releases) {
    for (const { url } of files) {
      prefix ??= url;
      while (!url.startsWith(prefix))
        prefix = prefix.slice(0, prefix.lastIndexOf("/", prefix.length - 2) + 1);
    }
  }
  return prefix === undefined ? "" : prefix.slice(0, prefix.lastIndexOf("/") + 1);
}
