/** A file out of a tar archive. */
export interface TarFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Thrown where a stream is no tar archive, or ends too early. */
export class BadTar extends Error {}

const BLOCK = 512;
/** No file that is wanted is larger. */
const LARGEST = 512 * 1024 * 1024;

/**
 * The regular files of a tar stream (POSIX ustar) that are wanted, in their order; the others are
 * passed over, as are long-name and pax entries: no name that is wanted needs them.
 */
export async function* tarFiles(
  stream: AsyncIterable<Buffer>,
  isWanted: (path: string) => boolean,
): AsyncGenerator<TarFile> {
  const input = new Input(stream);
  for (;;) {
    const header = await input.take(BLOCK);
    if (header === undefined || header.every((byte) => byte === 0)) return;
    const { path, size, isFile } = readHeader(header);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    if (!isFile || !isWanted(path)) {
      await input.skip(padded);
      continue;
    }
    if (size > LARGEST) throw new BadTar(`${path} is too large`);
    const bytes = await input.take(padded);
    if (bytes === undefined) throw new BadTar("the archive ends too early");
    yield { path, bytes: bytes.subarray(0, size) };
  }
}

function readHeader(header: Buffer): {
  readonly path: string;
  readonly size: number;
  readonly isFile: boolean;
} {
  const checksum = Number.parseInt(field(header, 148, 8), 8);
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += header[i] as number;
  if (sum !== checksum) throw new BadTar("it has a header whose checksum fails");
  const size = Number.parseInt(field(header, 124, 12) || "0", 8);
  if (!Number.isSafeInteger(size) || size < 0) throw new BadTar("it has a file without a size");
  const prefix = field(header, 257, 5) === "ustar" ? field(header, 345, 155) : "";
  const name = field(header, 0, 100);
  const type = header[156];
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    size,
    isFile: type === 0 || type === 0x30,
  };
}

function field(header: Buffer, at: number, size: number): string {
  const bytes = header.subarray(at, at + size);
  const end = bytes.indexOf(0);
  return bytes.toString("latin1", 0, end < 0 ? size : end).trim();
}

/** Chunks of any size, taken in pieces of the sizes that are wanted. */
class Input {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** So many bytes; undefined where nothing is left. */
  async take(size: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let have = 0;
    while (have < size) {
      const part = await this.some(size - have);
      if (part === undefined) {
        if (have === 0) return undefined;
        throw new BadTar("the archive ends too early");
      }
      parts.push(part);
      have += part.length;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0;) {
      const part = await this.some(left);
      if (part === undefined) throw new BadTar("the archive ends too early");
      left -= part.length;
    }
  }

  private async some(most: number): Promise<Buffer | undefined> {
    while (this.rest.length === 0) {
      const next = await this.chunks.next();
      if (next.done === true) return undefined;
      this.rest = next.value;
    }
    const part = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(part.length);
    return part;
  }
}
