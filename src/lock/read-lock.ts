import type { Place, UserError } from "../base/index.ts";
import { decodeLock } from "./decode-lock.ts";
import { lockError } from "./errors.ts";
import { BadNode } from "./json-node.ts";
import { jsonPlaces, lineAndColumn } from "./json-places.ts";
import { type Lock, LOCK_VERSION } from "./types.ts";

/** Larger than any lock: 200 bytes a pin and 300 a file leave room for 60,000 of them. */
export const LARGEST_LOCK: number = 32 * 1024 * 1024;

const LOCK_AGAIN = "restore it from version control, or write it again with `mach-nix lock`";

/**
 * A lock out of a file's text, every name, version, URL, file name and hash of it checked. Throws
 * UserError with line and column; a lock of a newer format is `lock-newer`, whatever else it has.
 */
export function readLock(text: string, { path }: { path: string }): Lock {
  if (text.length > LARGEST_LOCK) {
    const limit = LARGEST_LOCK / 1024 / 1024;
    throw lockError("lock-too-large", `${path} has more than ${limit} MiB, so it is no lock`, {
      place: { file: path },
    });
  }
  const value = parse(text, path);
  checkVersion(value, { text, path });
  const lock = decode(value, { text, path });
  // As many keys parsed as can stand in the text means: none twice. Else the slow look decides.
  if (text.includes("\\") || (text.match(/"\s*:/g) ?? []).length !== countKeys(value)) {
    refuseDuplicates(text, path);
  }
  return lock;
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const item of Object.values(value)) count += countKeys(item);
  return count;
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const { broken, duplicate } = jsonPlaces(text);
    if (broken === undefined) throw duplicateKey(duplicate, { text, path }) ?? cause;
    throw syntaxError(broken, { text, path });
  }
}

interface Source {
  readonly text: string;
  readonly path: string;
}

function syntaxError(
  { offset, expected }: { offset: number; expected: string },
  { text, path }: Source,
): UserError {
  const found =
    offset >= text.length ? "the file ends" : `there is ${JSON.stringify(text[offset])}`;
  const conflict = /^(?:<{7}|={7}|>{7}|\|{7})/m.test(text);
  return lockError("lock-syntax", `expected ${expected} here, but ${found}`, {
    place: placeOf(offset, { text, path }),
    hint: conflict ? `the file has merge conflict marks: ${LOCK_AGAIN}` : LOCK_AGAIN,
  });
}

function placeOf(offset: number | undefined, { text, path }: Source): Place {
  return offset === undefined ? { file: path } : { file: path, ...lineAndColumn(text, offset) };
}

function checkVersion(value: unknown, { text, path }: Source): void {
  const version =
    typeof value === "object" && value !== null && "version" in value ? value.version : undefined;
  if (version === LOCK_VERSION) return;
  const place = placeOf(jsonPlaces(text).offsets.get('["version"]'), { text, path });
  if (typeof version === "number" && Number.isInteger(version) && version > LOCK_VERSION) {
    throw lockError(
      "lock-newer",
      `the lock has version ${version}; this mach-nix reads version ${LOCK_VERSION}`,
      { place, hint: "update mach-nix, or lock again with this one", facts: { version } },
    );
  }
  throw lockError("lock-invalid", `the lock must have \`"version": ${LOCK_VERSION}\``, {
    place,
    hint: LOCK_AGAIN,
  });
}

function decode(value: unknown, { text, path }: Source): Lock {
  try {
    return decodeLock(value);
  } catch (error) {
    if (!(error instanceof BadNode)) throw error;
    const offset = nearest(jsonPlaces(text).offsets, error.path);
    const place = placeOf(offset, { text, path });
    throw lockError(error.code, error.message, { place, hint: LOCK_AGAIN });
  }
}

/** The place of the value, or of the innermost thing around it that stands in the text. */
function nearest(
  offsets: ReadonlyMap<string, number>,
  path: readonly (string | number)[],
): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsets.get(JSON.stringify(path.slice(0, length)));
    if (offset !== undefined) return offset;
  }
  return undefined;
}

function refuseDuplicates(text: string, path: string): void {
  const error = duplicateKey(jsonPlaces(text).duplicate, { text, path });
  if (error !== undefined) throw error;
}

function duplicateKey(
  duplicate: { key: string; offset: number } | undefined,
  { text, path }: Source,
): UserError | undefined {
  if (duplicate === undefined) return undefined;
  const { key, offset } = duplicate;
  const message = `the key ${JSON.stringify(key)} stands twice in one object`;
  const place = placeOf(offset, { text, path });
  return lockError("lock-duplicate-key", message, { place, hint: LOCK_AGAIN });
}
