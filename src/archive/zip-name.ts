import { archiveError } from "./errors.ts";

const MAX_NAME = 4096;
const MAX_PART = 255;
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f\\\ufffd]/;
const BAD_PART = /(?:^|\/)(?:\.{1,2})?(?:\/|$)/;
const DRIVE = /^[a-z]:/i;

/**
 * Checks an entry's name: relative, forward slashes, no empty, `.` or `..` part, no backslash,
 * control character, drive letter or replacement character, and no part longer than file systems
 * take. A folder's name ends in `/`. Throws `zip-unsafe-name`.
 */
export function checkName(name: string): void {
  const why = unsafeName(name);
  if (why === undefined) return;
  throw archiveError("zip-unsafe-name", `the zip entry ${JSON.stringify(name)} ${why}`, {
    facts: { entry: name },
  });
}

/** Why a name is not safe, in words; undefined where it is. */
export function unsafeName(name: string): string | undefined {
  const path = name.endsWith("/") ? name.slice(0, -1) : name;
  if (UNSAFE.test(name)) return "has a backslash, a control character or is not UTF-8";
  if (path.startsWith("/")) return "is an absolute path";
  if (DRIVE.test(path)) return "has a drive letter";
  if (path === "" || BAD_PART.test(path)) return "has an empty, `.` or `..` part";
  if (name.length > MAX_NAME) return "is too long";
  if (
    name.length > MAX_PART &&
    path.split("/").some((part) => Buffer.byteLength(part) > MAX_PART)
  ) {
    return "has a part longer than 255 bytes";
  }
  return undefined;
}

/**
 * Checks that no name comes twice, also as file and folder, and that no file is used as a folder.
 * Case counts; see `caseCollisions`. Throws `zip-duplicate`.
 */
export function checkTree(names: readonly string[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const name of names) {
    const folder = name.endsWith("/");
    const path = folder ? name.slice(0, -1) : name;
    const seen = folder ? folders : files;
    if (seen.has(path)) throw duplicate(path, "is there twice");
    seen.add(path);
  }
  for (const name of names) checkParents(name, files);
}

function checkParents(name: string, files: ReadonlySet<string>): void {
  for (let at = name.lastIndexOf("/"); at > 0; at = name.lastIndexOf("/", at - 1)) {
    const parent = name.slice(0, at);
    if (files.has(parent)) throw duplicate(parent, `is a file, and a folder for ${name}`);
  }
}

function duplicate(path: string, what: string): Error {
  return archiveError("zip-duplicate", `the zip entry ${JSON.stringify(path)} ${what}`, {
    facts: { entry: path },
  });
}

/**
 * Groups of names that a file system which ignores case or Unicode form (macOS, Windows) takes for
 * one; empty where there are none.
 */
export function caseCollisions(names: Iterable<string>): string[][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = name.normalize("NFC").toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [name]);
    else group.push(name);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
