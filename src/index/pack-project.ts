import { checksum } from "./checksum.ts";
import {
  CHECKED_FROM,
  FLAG_MISSING,
  FLAG_UNDATED,
  HEAD_CHECKSUM_AT,
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
    files.map((file) => packFile(file, prefix)).join("\n"),
  );
  const facts = packFacts(input, prefix);
  const text = [facts, ...releases.map(({ version }) => version)].join("\n");
  const rowsAt = START_SIZE + HEAD_FIXED;
  const textAt = rowsAt + releases.length * ROW_SIZE;
  const filesAt = textAt + Buffer.byteLength(text);
  const lengths = blocks.map((block) => Buffer.byteLength(block));
  const filesLength = lengths.reduce((sum, length) => sum + length, 0);
  const bytes = Buffer.alloc(filesAt + filesLength);
  bytes.write(text, textAt);
  bytes.write(blocks.join(""), filesAt);
  packFetchedAt(input.fetchedAt).copy(bytes);
  bytes.writeUInt32LE(filesAt - START_SIZE, 24);
  bytes.writeUInt32LE(filesLength, 28);
  bytes.writeUInt32LE(filesAt - textAt, START_SIZE);
  bytes.writeUInt32LE(releases.length, START_SIZE + 4);
  bytes.writeUInt32LE(packFlags(input), START_SIZE + 8);
  const rows = bytes.subarray(rowsAt, textAt);
  const newest = packRows(rows, releases, { lengths, files: bytes.subarray(filesAt) });
  bytes.writeDoubleLE(newest, START_SIZE + 16);
  bytes.writeUInt32LE(checksum(bytes.subarray(CHECKED_FROM, filesAt)), HEAD_CHECKSUM_AT);
  return bytes;
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
function packRows(
  rows: Buffer,
  releases: readonly Release[],
  { lengths, files }: { readonly lengths: readonly number[]; readonly files: Buffer },
): number {
  let end = 0;
  let newest = 0;
  releases.forEach((release, i) => {
    const times = release.files.map(({ uploadTime }) => uploadTime ?? 0);
    const latest = Math.max(...times);
    const row = i * ROW_SIZE;
    const from = end;
    end += lengths[i] as number;
    newest = Math.max(newest, latest);
    rows.writeUInt32LE(end, row);
    rows.writeUInt32LE(checksum(files.subarray(from, end)), row + 4);
    rows.writeDoubleLE(Math.min(...times), row + 8);
    rows.writeDoubleLE(latest, row + 16);
  });
  return newest;
}

/** A file's line; `PackedFile` reads it. */
function packFile(file: FileRecord, prefix: string): string {
  const python = oneLine(file.requiresPython ?? "");
  const yanked = file.yanked === false ? "" : `y${oneLine(file.yanked)}`;
  const core = file.coreMetadata === true ? "y" : (file.coreMetadata ?? "");
  const sizes = `${file.sha256 ?? ""}\t${file.size ?? ""}\t${file.uploadTime ?? ""}`;
  return `${file.filename}\t${python}\t${yanked}\t${sizes}\t${core}\t${packUrl(file, prefix)}`;
}

/** The part between the common prefix and the file's name, or `=` and the whole URL. */
function packUrl({ url, filename }: FileRecord, prefix: string): string {
  const plain = url.startsWith(prefix) && url.endsWith(`/${filename}`);
  if (!plain || url.length < prefix.length + filename.length + 1) return `=${url}`;
  return url.slice(prefix.length, -filename.length);
}

function oneLine(text: string): string {
  if (text === "") return "";
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
