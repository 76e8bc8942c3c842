import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unzstd } from "../../archive/index.ts";
import { mapBounded, normalizeName, sha256, writeFileAtomic } from "../../base/index.ts";
import type { AskedChannel } from "./channel-place.ts";
import { decodeRecord, type RecordPlace } from "./decode-record.ts";
import { channelError } from "./errors.ts";
import { type Packed, readMsgpack } from "./msgpack.ts";
import type { FolderOptions } from "./open-folder.ts";
import type { CondaFolder, CondaRecord } from "./types.ts";

/** The file that names the shards (CEP 16). */
export const SHARDS_FILE = "repodata_shards.msgpack.zst";

const AT_ONCE = 20;
const LIMITS = { total: 2 ** 30, ratio: 10_000 };
const NAME_OF_SPEC = /^[^\s=<>!~[;]+/;

export interface ShardedOptions extends FolderOptions {
  readonly place: AskedChannel;
  readonly subdir: string;
  /** Where the folder is, with a slash at its end, as it is asked and without credentials. */
  readonly asked: string;
  readonly base: string;
}

/** A folder whose records are fetched by name, each shard once and for ever (CEP 16). */
export class ShardedFolder implements CondaFolder {
  readonly channel: string;
  readonly subdir: string;
  private readonly options: ShardedOptions;
  private readonly hashes: ReadonlyMap<string, string>;
  private readonly byKey: ReadonlyMap<string, readonly string[]>;
  private readonly shards: string;
  private readonly place: RecordPlace;
  private readonly known = new Map<
    string,
    readonly CondaRecord[] | Promise<readonly CondaRecord[]>
  >();

  constructor(bytes: Uint8Array, options: ShardedOptions) {
    const { place, subdir, base, asked } = options;
    const index = asMap(unpack(bytes, `${base}${SHARDS_FILE}`));
    const info = asMap(index["info"]);
    this.options = options;
    this.channel = place.name;
    this.subdir = typeof info["subdir"] === "string" ? info["subdir"] : subdir;
    this.shards = resolveUrl(info["shards_base_url"], asked);
    this.place = {
      channel: place.name,
      subdir: this.subdir,
      base: resolveUrl(info["base_url"], base),
    };
    const hashes = Object.entries(asMap(index["shards"])).flatMap(([name, hash]) =>
      hash instanceof Uint8Array ? [[name, Buffer.from(hash).toString("hex")] as const] : [],
    );
    this.hashes = new Map(hashes);
    this.byKey = Map.groupBy(this.hashes.keys(), (name) => normalizeName(name) as string);
  }

  records(name: string): readonly CondaRecord[] | Promise<readonly CondaRecord[]> {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const hash = this.hashes.get(name);
    if (hash === undefined) return [];
    const kept = this.readKept(name, hash);
    const found = kept ?? this.fetch(name, hash);
    this.known.set(name, found);
    return found;
  }

  /** Loads what names need, and what that needs in turn: so that a solve need not wait. */
  async preload(names: Iterable<string>): Promise<readonly string[]> {
    const seen = new Set<string>();
    let wave = [...names];
    while (wave.length > 0) {
      const fresh = wave.filter((name) => !seen.has(name));
      for (const name of fresh) seen.add(name);
      const lists = await mapBounded(fresh, AT_ONCE, async (name) => this.records(name));
      wave = lists.flat().flatMap(({ depends }) => depends.map(nameOf));
      wave = [...new Set(wave)];
    }
    return [...seen];
  }

  private path(hash: string): string {
    return join(this.options.cacheDirectory, "conda", "shards", hash.slice(0, 2), hash);
  }

  private readKept(name: string, hash: string): readonly CondaRecord[] | undefined {
    try {
      const bytes = readFileSync(this.path(hash));
      return sha256(bytes) === hash ? this.decode(name, bytes) : undefined;
    } catch {
      return undefined;
    }
  }

  private async fetch(name: string, hash: string): Promise<readonly CondaRecord[]> {
    const url = `${this.shards}${hash}.msgpack.zst`;
    const { body } = await this.options.client.get(url, {
      what: `the builds of ${name} in ${this.channel}`,
    });
    if (sha256(body) !== hash) throw bad(url, "is not what the channel's list says");
    mkdirSync(join(this.path(hash), ".."), { recursive: true });
    writeFileAtomic(this.path(hash), body);
    const records = this.decode(name, body);
    this.known.set(name, records);
    return records;
  }

  private decode(name: string, bytes: Uint8Array): readonly CondaRecord[] {
    const shard = asMap(unpack(bytes, name));
    const byStem = new Map<string, CondaRecord>();
    for (const section of ["packages", "packages.conda"]) {
      for (const [filename, value] of Object.entries(asMap(shard[section]))) {
        const record = decodeRecord(filename, withHex(value), { name, place: this.place });
        if (record === undefined) continue;
        byStem.set(filename.replace(/\.(?:conda|tar\.bz2)$/, ""), record);
      }
    }
    return [...byStem.values()];
  }

  namesLike(normalized: string): readonly string[] {
    return this.byKey.get(normalized) ?? [];
  }

  names(): readonly string[] {
    return [...this.hashes.keys()].toSorted();
  }

  close(): void {
    return undefined;
  }
}

function nameOf(spec: string): string {
  return NAME_OF_SPEC.exec(spec)?.[0] ?? "";
}

/** Digests are bytes in a shard. */
function withHex(value: Packed): unknown {
  const record: Record<string, unknown> = { ...asMap(value) };
  for (const key of ["sha256", "md5"]) {
    const digest = record[key];
    if (digest instanceof Uint8Array) record[key] = Buffer.from(digest).toString("hex");
  }
  return record;
}

function unpack(bytes: Uint8Array, source: string): Packed {
  try {
    return readMsgpack(unzstd(bytes, { file: source, limits: LIMITS }));
  } catch (cause) {
    throw bad(source, `cannot be read: ${(cause as Error).message}`, cause);
  }
}

function bad(source: string, why: string, cause?: unknown): Error {
  return channelError("channel-bad-answer", `${source} ${why}`, { place: { url: source }, cause });
}

function asMap(value: Packed | undefined): { readonly [key: string]: Packed } {
  const isMap =
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array);
  return isMap ? (value as { readonly [key: string]: Packed }) : {};
}

function resolveUrl(given: Packed | undefined, base: string): string {
  if (typeof given !== "string" || given === "") return base;
  const url = URL.parse(given.endsWith("/") ? given : `${given}/`, base);
  return url === null || !/^(?:https?|file):$/.test(url.protocol) ? base : url.href;
}
