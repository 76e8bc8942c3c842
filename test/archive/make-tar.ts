/** One entry of a tar archive to be made; what is not given is as it should be. */
export interface MadeTarEntry {
  readonly name: string | Buffer;
  readonly data?: string | Uint8Array;
  readonly type?: string;
  readonly target?: string;
  readonly mode?: number;
  readonly mtime?: number;
  /** The size in the header, where it is another than the data's. */
  readonly size?: number;
  readonly prefix?: string;
  readonly magic?: string;
  readonly checksum?: number;
}

const BLOCK = 512;

function padded(data: Uint8Array): Buffer {
  const rest = (BLOCK - (data.length % BLOCK)) % BLOCK;
  return Buffer.concat([data, Buffer.alloc(rest)]);
}

function header(entry: MadeTarEntry, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(`${(entry.mode ?? 0o644).toString(8).padStart(7, "0")}\0`, 100);
  block.write("0000000\0".repeat(2), 108);
  block.write(`${(entry.size ?? size).toString(8).padStart(11, "0")}\0`, 124);
  block.write(`${(entry.mtime ?? 0).toString(8).padStart(11, "0")}\0`, 136);
  block.write(entry.type ?? "0", 156);
  block.write(entry.target ?? "", 157, 100);
  block.write(entry.magic ?? "ustar\x0000", 257, "latin1");
  block.write(entry.prefix ?? "", 345);
  Buffer.from(entry.name as string).copy(block, 0, 0, 100);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${(entry.checksum ?? sum).toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** The entries alone, without the end of the archive. */
export function tarEntries(entries: readonly MadeTarEntry[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const data = Buffer.from((entry.data ?? "") as string);
      return [header(entry, data.length), padded(data)];
    }),
  );
}

/** Makes a tar archive: the same bytes each time, right in every way that is not asked to be wrong. */
export function makeTar(entries: readonly MadeTarEntry[]): Buffer {
  return Buffer.concat([tarEntries(entries), Buffer.alloc(2 * BLOCK)]);
}

/** An extended header of pax with these records. */
export function pax(records: Readonly<Record<string, string>>, type = "x"): MadeTarEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + String(rest).length;
    if (String(length).length > String(rest).length) length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return { name: "PaxHeader", type, data: lines.join("") };
}
