import type { UserError } from "../base/index.ts";
import { fileError } from "./read-statements.ts";

/** Byte order marks, longest first: that of UTF-32 LE begins with that of UTF-16 LE. */
const MARKS: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe, 0, 0], "utf-32le"],
  [[0, 0, 0xfe, 0xff], "utf-32be"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

const CODING = /coding[:=]\s*([-\w.]+)/;
const LATIN_1 = /^(?:latin[-_]?1|iso[-_]?8859[-_]1|l1|8859)$/i;

/**
 * The text of a requirements file: by its byte order mark, else by a coding comment in the first
 * two lines (PEP 263), else UTF-8, as pip has it. Throws `requirements-file` for bytes that are no
 * text in that encoding.
 */
export function decodeText(content: string | Uint8Array, path: string): string {
  if (typeof content === "string") return content.startsWith("\ufeff") ? content.slice(1) : content;
  for (const [mark, encoding] of MARKS) {
    if (mark.every((byte, index) => content[index] === byte)) {
      return decode(content.subarray(mark.length), encoding, path);
    }
  }
  return decode(content, codingComment(content) ?? "utf-8", path);
}

function codingComment(content: Uint8Array): string | undefined {
  const head = Buffer.from(content.subarray(0, 4096)).toString("latin1");
  const lines = head.split("\n", 2).filter((line) => line.startsWith("#"));
  return lines.map((line) => CODING.exec(line)?.[1]).find((name) => name !== undefined);
}

function decode(content: Uint8Array, encoding: string, path: string): string {
  if (LATIN_1.test(encoding)) return Buffer.from(content).toString("latin1");
  if (encoding.startsWith("utf-32")) return decodeUtf32(content, encoding === "utf-32le", path);
  try {
    return new TextDecoder(encoding.replaceAll("_", "-"), { fatal: true, ignoreBOM: true }).decode(
      content,
    );
  } catch (error) {
    throw encodingError(path, encoding, error);
  }
}

function decodeUtf32(content: Uint8Array, littleEndian: boolean, path: string): string {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const parts: string[] = [];
  try {
    for (let at = 0; at < content.byteLength; at += 4) {
      parts.push(String.fromCodePoint(view.getUint32(at, littleEndian)));
    }
  } catch (error) {
    throw encodingError(path, "utf-32", error);
  }
  return parts.join("");
}

function encodingError(path: string, encoding: string, cause: unknown): UserError {
  return fileError(`${path} is not text in ${encoding}`, {
    hint: "save it as UTF-8, or name its encoding in the first line: # -*- coding: latin-1 -*-",
    place: { file: path },
    cause,
  });
}
