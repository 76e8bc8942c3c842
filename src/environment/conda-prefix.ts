import { pythonScript } from "./script-text.ts";
import type { PrefixChange } from "./tree.ts";

/** Linux takes so many bytes of a first line. */
const LONGEST_SHEBANG = 127;
/** A program's path, which has no spaces before the environment's prefix is in it, and its options. */
const SHEBANG = /^#![ \t]*(\/[^ \t]*)(.*)$/;
const PYTHON = /^python[\d.]*w?$/;

/** The file's bytes with the environment's prefix in place of the one it was built for. */
export function changePrefix(data: Buffer, change: PrefixChange): Buffer {
  return change.mode === "text" ? changeText(data, change) : changeBinary(data, change);
}

/** Whether the environment's prefix has room in a binary file. */
export function hasRoom({ placeholder, prefix, mode }: PrefixChange): boolean {
  return mode === "text" || Buffer.byteLength(prefix) <= Buffer.byteLength(placeholder);
}

function changeText(data: Buffer, { placeholder, prefix }: PrefixChange): Buffer {
  // One character a byte, whatever the file's coding is.
  const [from = "", to = ""] = [placeholder, prefix].map((text) =>
    Buffer.from(text).toString("latin1"),
  );
  const text = data.toString("latin1");
  const end = text.search(/[\r\n]|$/);
  const first = changeShebang(text.slice(0, end), { from, to });
  const rest = text.slice(end).replaceAll(from, () => to);
  if (first.startsWith("#!python")) return pythonScript(Buffer.from(first + rest, "latin1"));
  return Buffer.from(first + rest, "latin1");
}

/**
 * A file's first line. Where the kernel would cut it, since it is too long or has a space in the
 * program's path, another program than Python is started by `env`, as conda does it, which takes the
 * first of that name on PATH; Python's line becomes `#!python`, for a head that starts the Python beside
 * the script.
 */
function changeShebang(
  line: string,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  const changed = line.replaceAll(from, () => to);
  const match = SHEBANG.exec(line);
  if (match === null || !line.includes(from)) return changed;
  const hasSpace = to.includes(" ") && (match[1] as string).includes(from);
  if (changed.length <= LONGEST_SHEBANG && !hasSpace) return changed;
  const program = (match[1] as string).replace(/^.*\//, "");
  const options = (match[2] as string).replaceAll(from, () => to);
  return PYTHON.test(program) ? `#!python${options}` : `#!/usr/bin/env ${program}${options}`;
}

/**
 * Replaces the prefix in C strings: what follows moves up, and zeros are added at the string's end, so
 * that everything after it keeps its place.
 */
function changeBinary(data: Buffer, { placeholder, prefix }: PrefixChange): Buffer {
  const [from, to] = [Buffer.from(placeholder), Buffer.from(prefix)];
  const changed = Buffer.from(data);
  for (let at = data.indexOf(from); at >= 0; at = data.indexOf(from, at)) {
    const end = data.indexOf(0, at);
    if (end < 0) break;
    const text = replaceAll(data.subarray(at, end), from, to);
    text.copy(changed, at);
    changed.fill(0, at + text.length, end);
    at = end;
  }
  return changed;
}

function replaceAll(data: Buffer, from: Buffer, to: Buffer): Buffer {
  const parts: Buffer[] = [];
  let done = 0;
  for (let at = data.indexOf(from); at >= 0; at = data.indexOf(from, done)) {
    parts.push(data.subarray(done, at), to);
    done = at + from.length;
  }
  return Buffer.concat([...parts, data.subarray(done)]);
}
