import { gzipSync } from "node:zlib";
import { makeZip } from "../archive/make-zip.ts";

/** Files by path, in an archive of the kind that the name says. */
export function makeSdist(
  filename: string,
  files: Readonly<Record<string, string>>,
): { readonly filename: string; readonly content: Buffer } {
  const top = filename.replace(/\.(?:tar\.gz|tgz|zip)$/, "");
  const entries = Object.entries(files).map(([path, text]) => ({
    name: path.startsWith("/") ? path.slice(1) : `${top}/${path}`,
    data: Buffer.from(text),
  }));
  const content = filename.endsWith(".zip") ? makeZip(entries) : gzipSync(makeTar(entries));
  return { filename, content };
}

/** An entry of a tar archive, a regular file unless its type says otherwise. */
export interface TarPart {
  readonly name: string;
  readonly data?: Buffer;
  readonly type?: string;
  readonly target?: string;
  readonly mode?: number;
}

/** A tar archive (POSIX ustar). */
export function makeTar(entries: readonly TarPart[]): Buffer {
  const blocks = entries.flatMap((part) => [header(part), padded(part.data ?? Buffer.alloc(0))]);
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header({ name, data, type = "0", target = "", mode = 0o644 }: TarPart): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write(`${mode.toString(8).padStart(7, "0")}\0`, 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${(data?.length ?? 0).toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write(type, 156);
  block.write(target, 157, 100);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}
