import { mkdirSync, readFileSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { sha256, writeFileAtomic } from "../../base/index.ts";
import { SHARDS_FILE, ShardedFolder, type ShardedOptions } from "./sharded-folder.ts";

/**
 * A folder by its shards; undefined where it has none. The list of shards is kept, and asked for by
 * its ETag.
 */
export async function openSharded(options: ShardedOptions): Promise<ShardedFolder | undefined> {
  const { client, cacheDirectory, base, asked } = options;
  const path = join(cacheDirectory, "conda", "shards", `${sha256(base).slice(0, 20)}.index`);
  const checkedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  const kept = checkedAt === undefined ? undefined : readKept(path);
  const isCurrent = checkedAt !== undefined && options.isFresh(checkedAt);
  if (kept !== undefined && (options.offline || isCurrent)) {
    return new ShardedFolder(kept.bytes, options);
  }
  if (options.offline) return undefined;
  const answer = await client.get(`${asked}${SHARDS_FILE}`, {
    what: `the packages of the channel ${options.place.name}`,
    allow: [400, 401, 403, 404, 410],
    ...(kept?.etag === undefined ? {} : { etag: kept.etag }),
  });
  if (answer.status === 304 && kept !== undefined) {
    const now = options.now() / 1000;
    utimesSync(path, now, now);
    return new ShardedFolder(kept.bytes, options);
  }
  if (answer.status !== 200) return undefined;
  const folder = new ShardedFolder(answer.body, options);
  const etag = Buffer.from(`${answer.headers.get("etag") ?? ""}\n`);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileAtomic(path, Buffer.concat([etag, answer.body]));
  return folder;
}

function readKept(
  path: string,
): { readonly bytes: Uint8Array; readonly etag: string | undefined } | undefined {
  const whole = readFileSync(path);
  const end = whole.indexOf(0x0a);
  if (end < 0) return undefined;
  const etag = whole.toString("latin1", 0, end);
  return { bytes: whole.subarray(end + 1), etag: etag === "" ? undefined : etag };
}
