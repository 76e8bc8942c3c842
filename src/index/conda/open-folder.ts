import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bufferSource, streamBzip2, streamGzip, streamZstd } from "../../archive/index.ts";
import { isPromise, type MaybePromise, sha256, type UserError } from "../../base/index.ts";
import type { HttpClient } from "../../http/index.ts";
import { type AskedChannel, REPODATA_FILE } from "./channel-place.ts";
import { channelError } from "./errors.ts";
import { type FolderFile, type FolderFacts, FolderWriter, openFolderFile } from "./folder-file.ts";
import { KeptFolder } from "./kept-folder.ts";
import { openSharded } from "./open-sharded.ts";
import { RepodataScanner } from "./scan-repodata.ts";
import type { CondaFolder } from "./types.ts";

export interface FolderOptions {
  readonly client: HttpClient;
  /** Our cache folder; lists are kept in its `conda/`. */
  readonly cacheDirectory: string;
  readonly offline: boolean;
  /** Whether a list that was found current at a time may be used without asking again. */
  readonly isFresh: (checkedAt: number) => boolean;
  readonly now: () => number;
  /** Ask for the small list of the newest builds (`current_repodata.json`). */
  readonly current?: boolean;
  /** Ask for single packages, where the channel can answer so (CEP 16). */
  readonly sharded?: boolean;
}

/** The layout's version: another one is another folder. */
const LAYOUT = "1";
/** Files that a folder of a channel may have, in the order they are asked for. */
const FILES = ["repodata.json.zst", "repodata.json.bz2", "repodata.json"];
const LOCAL_FILES = ["repodata.json", "repodata.json.zst", "repodata.json.bz2"];
const PACKED_LIMIT = 2 ** 30;
const LIMITS = { total: 8 * 2 ** 30, ratio: 10_000 };

/**
 * A folder of a channel, from what is kept of it where that is current. Undefined where the channel
 * has no such folder. Throws the errors of channels and of the client.
 */
export function openFolder(
  place: AskedChannel,
  subdir: string,
  options: FolderOptions,
): MaybePromise<CondaFolder | undefined> {
  const isFile = REPODATA_FILE.test(new URL(place.url).pathname);
  const base = isFile ? new URL("./", place.url).href : `${place.url}${subdir}/`;
  if (options.sharded === true && !isFile && !place.url.startsWith("file:")) {
    const asked = `${place.asked}${subdir}/`;
    return openSharded({ ...options, place, subdir, base, asked }).then(
      (found) => found ?? openFolder(place, subdir, { ...options, sharded: false }),
    );
  }
  const path = keptPath(place, isFile ? "" : subdir, options);
  const found = place.url.startsWith("file:")
    ? readLocal({ place, base, path, names: isFile ? [place.asked] : localNames(place, subdir) })
    : readRemote(
        { place, base, path, names: isFile ? [place.asked] : remoteNames(place, subdir, options) },
        options,
      );
  const folder = (file: FolderFile | undefined): CondaFolder | undefined =>
    file === undefined ? undefined : new KeptFolder({ file, place, subdir, base, path });
  return isPromise(found) ? found.then(folder) : folder(found);
}

function keptPath({ url }: AskedChannel, subdir: string, options: FolderOptions): string {
  const key = sha256(options.current === true ? `current ${url}` : url).slice(0, 20);
  return join(options.cacheDirectory, "conda", LAYOUT, `${key}-${subdir}`);
}

function localNames({ url }: AskedChannel, subdir: string): readonly string[] {
  return LOCAL_FILES.map((name) => `${url}${subdir}/${name}`);
}

function remoteNames(
  { asked }: AskedChannel,
  subdir: string,
  { current }: FolderOptions,
): readonly string[] {
  const names = current === true ? ["current_repodata.json", ...FILES] : FILES;
  return names.map((name) => `${asked}${subdir}/${name}`);
}

interface Wanted {
  readonly place: AskedChannel;
  readonly base: string;
  readonly path: string;
  readonly names: readonly string[];
}

function readLocal({ path, names, place }: Wanted): MaybePromise<FolderFile | undefined> {
  for (const url of names) {
    const file = fileURLToPath(url);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const etag = `${stat.size} ${stat.mtimeMs}`;
    const kept = openFolderFile(path);
    if (kept?.facts.source === url && kept.facts.etag === etag) return kept;
    kept?.close();
    return keepLocal(file, { path, facts: { source: url, etag }, source: file });
  }
  if (REPODATA_FILE.test(new URL(place.url).pathname)) throw missingFile(place);
  return undefined;
}

function missingFile({ url }: AskedChannel): Error {
  return channelError("channel-missing", `there is no file ${fileURLToPath(url)}`, {
    place: { url },
  });
}

function readRemote(wanted: Wanted, options: FolderOptions): MaybePromise<FolderFile | undefined> {
  const kept = openFolderFile(wanted.path);
  if (kept !== undefined && (options.offline || options.isFresh(kept.checkedAt))) return kept;
  if (options.offline) throw offline(wanted.place);
  return fetchFolder(wanted, { kept, options });
}

function offline({ name, url }: AskedChannel): Error {
  const message = `the channel ${name} was never read, and --offline forbids asking`;
  return channelError("channel-offline", message, {
    place: { url },
    hint: "run the same command once without --offline",
  });
}

/** Asks for the file that was read the last time first. */
async function fetchFolder(
  { place, path, names }: Wanted,
  { kept, options }: { readonly kept: FolderFile | undefined; readonly options: FolderOptions },
): Promise<FolderFile | undefined> {
  const known = names.findIndex((url) => withoutQuery(url, place) === kept?.facts.source);
  for (const url of known > 0 ? [names[known] as string, ...names] : names) {
    const source = withoutQuery(url, place);
    const isKnown = kept?.facts.source === source;
    const { etag, lastModified } = isKnown ? kept.facts : {};
    const answer = await options.client.get(url, {
      what: `the packages of the channel ${place.name}`,
      maxBytes: PACKED_LIMIT,
      allow: [401, 403, 404, 410],
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    });
    if (answer.status === 304 && kept !== undefined) {
      const now = options.now() / 1000;
      utimesSync(path, now, now);
      return kept;
    }
    if (answer.status === 401 || answer.status === 403) throw unauthorized(place, answer.status);
    if (answer.status !== 200) continue;
    kept?.close();
    const facts: FolderFacts = {
      source,
      ...header("etag", answer.headers.get("etag")),
      ...header("lastModified", answer.headers.get("last-modified")),
    };
    return keep(answer.body, { path, facts, source });
  }
  kept?.close();
  return undefined;
}

function header<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}

/** The address without credentials. */
function withoutQuery(url: string, place: AskedChannel): string {
  return url.startsWith(place.asked) ? place.url + url.slice(place.asked.length) : url;
}

function unauthorized({ name, url }: AskedChannel, status: number): UserError {
  return channelError("channel-unauthorized", `the channel ${name} answered ${status}`, {
    place: { url },
    hint: "put credentials into its URL in mach-nix.toml under [channels], or into a netrc file",
  });
}

interface Kept {
  readonly path: string;
  readonly facts: FolderFacts;
  readonly source: string;
}

/** Of a local file that is not compressed only the tables are kept: it is read where it is. */
function keepLocal(file: string, kept: Kept): MaybePromise<FolderFile> {
  const head = Buffer.alloc(4);
  const opened = openSync(file, "r");
  try {
    readSync(opened, head, 0, 4, 0);
    if (isPacked(head)) return keep(readFileSync(file), kept);
    return keepPieces(filePieces(opened), { ...kept, facts: { ...kept.facts, text: file } });
  } finally {
    closeSync(opened);
  }
}

function keepPieces(pieces: Iterable<Uint8Array>, { path, facts, source }: Kept): FolderFile {
  mkdirSync(join(path, ".."), { recursive: true });
  const scanner = new RepodataScanner(source);
  const writer = new FolderWriter(path);
  try {
    for (const piece of pieces) scanner.push(piece);
    return finish({ scanner, writer }, { path, facts });
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** Each piece is gone when the next one is asked for. */
function* filePieces(file: number): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(LARGE_PIECE);
  for (;;) {
    const got = readSync(file, buffer, 0, LARGE_PIECE, null);
    if (got === 0) return;
    yield buffer.subarray(0, got);
  }
}

/** Reads a repodata file once, keeps it, and opens what is kept. */
async function keep(bytes: Uint8Array, { path, facts, source }: Kept): Promise<FolderFile> {
  mkdirSync(join(path, ".."), { recursive: true });
  const scanner = new RepodataScanner(source);
  const writer = new FolderWriter(path);
  try {
    for await (const piece of unpacked(bytes, source)) {
      writer.write(piece);
      scanner.push(piece);
    }
    return finish({ scanner, writer }, { path, facts });
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

function finish(
  { scanner, writer }: { readonly scanner: RepodataScanner; readonly writer: FolderWriter },
  { path, facts }: Pick<Kept, "path" | "facts">,
): FolderFile {
  const { runs, info } = scanner.finish();
  writer.finish(runs, { ...facts, ...(info === undefined ? {} : { info }) });
  const file = openFolderFile(path);
  if (file === undefined) throw new Error(`${path} does not read as it was written`);
  return file;
}

const PIECE = 1 << 18;
const LARGE_PIECE = 1 << 18;

/** Whether it begins as zstd, bzip2 or gzip does. */
function isPacked([a, b, c]: Uint8Array): boolean {
  return (
    (a === 0x28 && b === 0xb5 && c === 0x2f) ||
    (a === 0x42 && b === 0x5a && c === 0x68) ||
    (a === 0x1f && b === 0x8b)
  );
}

function unpacked(
  bytes: Uint8Array,
  source: string,
): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  const options = { file: source, limits: LIMITS };
  const [a, b, c] = bytes;
  if (a === 0x28 && b === 0xb5 && c === 0x2f) return streamZstd(bufferSource(bytes), options);
  if (a === 0x42 && b === 0x5a && c === 0x68) return streamBzip2(bufferSource(bytes), options);
  if (a === 0x1f && b === 0x8b) return streamGzip(bufferSource(bytes), options);
  return pieces(bytes);
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
