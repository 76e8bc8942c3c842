import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";
import { ByteWriter } from "./byte-writer.ts";
import { BLOCK_SIZE, type Extent, PAGE_BLOCKS, type TableFacts } from "./file-format.ts";

export interface TableEntries {
  /** In the order of the keys, by code unit, each once. */
  readonly entries: Iterable<readonly [string, Buffer]>;
  /** Bytes that payloads have in common; may be empty. */
  readonly dictionary: Buffer;
  /** Told after each block how many entries are written. */
  readonly progress?: (done: number) => void;
}

type Append = (bytes: Buffer) => Extent;

interface Listed {
  readonly first: string;
  readonly extent: Extent;
  readonly rawLength: number;
}

/** Past this level a file shrinks by a twentieth and takes several times as long to make. */
const LEVEL = 12;
/** Blocks being compressed at once: Node's thread pool has four threads. */
const UNDER_WAY = 8;

const compress = promisify(zstdCompress);

/** Writes a table's blocks, pages, root and dictionary; gives where they are. */
export async function writeTable(table: TableEntries, append: Append): Promise<TableFacts> {
  const { blocks, entries } = await writeBlocks(table, append);
  const pages: Listed[] = [];
  for (let i = 0; i < blocks.length; i += PAGE_BLOCKS) {
    const listed = blocks.slice(i, i + PAGE_BLOCKS);
    const page = packList(listed);
    pages.push({ first: listed[0]?.first ?? "", extent: append(page), rawLength: page.length });
  }
  const { dictionary } = table;
  return {
    entries,
    root: append(packList(pages)),
    ...(dictionary.length === 0 ? {} : { dictionary: append(dictionary) }),
  };
}

/** First keys, offsets of the first and gaps after each, lengths, lengths when unpacked, CRCs. */
function packList(listed: readonly Listed[]): Buffer {
  const writer = new ByteWriter();
  writer.texts(listed.map(({ first }) => first));
  for (const { extent, rawLength } of listed) {
    writer.number(extent.offset);
    writer.number(extent.length);
    writer.number(rawLength);
    writer.number(extent.crc);
  }
  return writer.take();
}

async function writeBlocks(
  { entries, dictionary, progress }: TableEntries,
  append: Append,
): Promise<{ readonly blocks: readonly Listed[]; readonly entries: number }> {
  const blocks: Listed[] = [];
  const queue: { readonly block: RawBlock; readonly packed: Promise<Buffer> }[] = [];
  let written = 0;
  async function drain(limit: number): Promise<void> {
    while (queue.length > limit) {
      const next = queue.shift();
      if (next === undefined) return;
      const { first, raw, count } = next.block;
      blocks.push({ first, extent: append(await next.packed), rawLength: raw.length });
      written += count;
      progress?.(written);
    }
  }
  for (const block of rawBlocks(entries)) {
    const options = {
      params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
      pledgedSrcSize: block.raw.length,
      ...(dictionary.length === 0 ? {} : { dictionary }),
    };
    const packed = compress(block.raw, options);
    // Awaited in order, perhaps after another has failed.
    packed.catch(() => undefined);
    queue.push({ block, packed });
    await drain(UNDER_WAY);
  }
  await drain(0);
  return { blocks, entries: written };
}

interface RawBlock {
  readonly first: string;
  readonly count: number;
  readonly raw: Buffer;
}

function* rawBlocks(entries: Iterable<readonly [string, Buffer]>): Generator<RawBlock> {
  let keys: string[] = [];
  let payloads: Buffer[] = [];
  let size = 0;
  for (const [key, payload] of entries) {
    const last = keys.at(-1);
    if (last !== undefined && key <= last) throw new Error(`${key} comes after ${last}`);
    keys.push(key);
    payloads.push(payload);
    size += key.length + payload.length;
    if (size < BLOCK_SIZE) continue;
    yield packBlock(keys, payloads);
    keys = [];
    payloads = [];
    size = 0;
  }
  if (keys.length > 0) yield packBlock(keys, payloads);
}

/** Keys, the payloads' lengths, the payloads. */
function packBlock(keys: readonly string[], payloads: readonly Buffer[]): RawBlock {
  const writer = new ByteWriter(BLOCK_SIZE * 2);
  writer.texts(keys);
  for (const payload of payloads) writer.number(payload.length);
  for (const payload of payloads) writer.raw(payload);
  return { first: keys[0] ?? "", count: keys.length, raw: writer.take() };
}
