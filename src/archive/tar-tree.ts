import { archiveError } from "./errors.ts";
import { unsafeName } from "./zip-name.ts";

/** Links followed one after the other before they count as a circle, as in Linux. */
const MOST_LINKS = 40;
const MOST_FOLDERS_DEEP = 256;

type Kind = "file" | "folder" | "implied" | "link";

const LONGEST_QUOTED = 200;

/** A name as messages have it. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > LONGEST_QUOTED ? `${name.slice(0, LONGEST_QUOTED)}…` : name);
}

/** What an archive's entries come to: no name twice, nothing below a link, no link out of it. */
export class TarTree {
  readonly #kinds = new Map<string, Kind>();
  readonly #targets = new Map<string, string>();
  readonly #duplicates: "refuse" | "last";

  constructor(duplicates: "refuse" | "last") {
    this.#duplicates = duplicates;
  }

  /** Takes in an entry's path. Throws `tar-duplicate`. */
  add(path: string, kind: "file" | "folder" | "link"): void {
    const there = this.#kinds.get(path);
    const isFolderAgain = kind === "folder" && (there === "folder" || there === "implied");
    const isReplaced = this.#duplicates === "last" && kind === "file" && there === "file";
    if (there !== undefined && !isFolderAgain && !isReplaced)
      throw duplicate(path, there === "implied" ? "is a folder of others" : "is there twice");
    this.#addParents(path);
    this.#kinds.set(path, kind);
  }

  #addParents(path: string): void {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const parent = path.slice(0, at);
      const there = this.#kinds.get(parent);
      if (there === "folder" || there === "implied") return;
      if (there !== undefined)
        throw duplicate(parent, `is a ${there}, and a folder for ${quoted(path)}`);
      this.#kinds.set(parent, "implied");
    }
  }

  /** Takes in a symbolic link's target. Throws `tar-unsafe-link` for absolute ones. */
  addLink(path: string, target: string): void {
    // eslint-disable-next-line no-control-regex
    if (target === "" || target.startsWith("/") || /[\u0000-\u001f\u007f\\\ufffd]/.test(target))
      throw unsafeLink(path, target, "is absolute, empty, or not plain text");
    this.#targets.set(path, target);
  }

  /** The target of a hard link, which must be a file that came before. */
  hardLinkTarget(path: string, target: string): string {
    if (target.startsWith("/")) throw unsafeLink(path, target, "is absolute");
    const clean = cleanPath(target);
    if (clean !== undefined && clean !== path && this.#kinds.get(clean) === "file") return clean;
    throw unsafeLink(path, target, "is no file that came before");
  }

  /** Follows all links, through each other. Throws `tar-unsafe-link` where one leaves the archive. */
  checkLinks(): void {
    for (const path of this.#targets.keys()) this.#follow(path);
  }

  #follow(path: string): void {
    let left = MOST_LINKS;
    const parts = path.split("/").reverse();
    const at: string[] = [];
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      if (part === "" || part === ".") continue;
      if (part !== "..") {
        at.push(part);
        const target = this.#targets.get(at.join("/"));
        if (target === undefined) continue;
        if (--left < 0) throw unsafeLink(path, target, "leads in a circle");
        at.pop();
        parts.push(...target.split("/").reverse());
      } else if (at.pop() === undefined) {
        throw unsafeLink(path, this.#targets.get(path) as string, "leaves the archive");
      }
    }
  }
}

/** A path without empty and `.` parts; undefined where it is not safe (throws nothing). */
function cleanPath(name: string): string | undefined {
  const path = name
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
  return path === "" || unsafeName(path) !== undefined ? undefined : path;
}

/**
 * An entry's path: relative, without empty and `.` parts; "" for the archive's own folder. Throws
 * `tar-unsafe-name`.
 */
export function entryPath(name: string): string {
  if (/^(?:\.?\/*)*$/.test(name) && name !== "" && !name.startsWith("/")) return "";
  const clean = name.startsWith("/") ? undefined : cleanPath(name);
  if (clean !== undefined && clean.split("/").length <= MOST_FOLDERS_DEEP) return clean;
  const why = name.startsWith("/")
    ? "is an absolute path"
    : clean === undefined
      ? (unsafeName(name.replace(/\/+$/, "")) ?? "is empty")
      : "lies too deep";
  throw archiveError("tar-unsafe-name", `the tar entry ${quoted(name)} ${why}`, {
    facts: { entry: name },
  });
}

function duplicate(path: string, what: string): Error {
  return archiveError("tar-duplicate", `the tar entry ${quoted(path)} ${what}`, {
    facts: { entry: path },
  });
}

function unsafeLink(path: string, target: string, why: string): Error {
  const message = `the tar entry ${quoted(path)} is a link to ${quoted(target)}, which ${why}`;
  return archiveError("tar-unsafe-link", message, { facts: { entry: path, target } });
}
