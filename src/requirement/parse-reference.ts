import { Fault } from "./fault.ts";
import type { DirectReference, FileHash } from "./types.ts";

export interface ParsedReference {
  readonly reference: DirectReference;
  /** From `#egg=name[extra]`. */
  readonly egg?: string;
}

const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const GIT_TRANSPORTS: ReadonlySet<string> = new Set(["https", "http", "ssh", "git", "file"]);
const ARCHIVES: ReadonlySet<string> = new Set(["zip", "whl", "tbz", "tgz", "tar", "txz", "tlz"]);
const TARS: ReadonlySet<string> = new Set(["bz2", "gz", "xz", "lz", "lzma"]);
const STRONG: ReadonlySet<string> = new Set(["sha256", "sha384", "sha512"]);

/** Whether a path or URL path ends as an archive that pip installs from does. */
export function isArchiveName(path: string): boolean {
  const [last = "", before = ""] = path.toLowerCase().split(".").toReversed();
  return path.includes(".") && (ARCHIVES.has(last) || (before === "tar" && TARS.has(last)));
}

/** The scheme of a URL in lower case; undefined for what is no URL, such as a path. */
export function schemeOf(text: string): string | undefined {
  return SCHEME.exec(text)?.[1]?.toLowerCase();
}

/**
 * A direct reference: an archive's URL, a git URL as pip has them (`git+https://host/path@ref`), or
 * a path. Fragments (`#egg=`, `#subdirectory=`, `#sha256=`) are taken apart. Throws Fault, its
 * offset counted from `at`.
 */
export function parseReference(text: string, at = 0): ParsedReference {
  const [address, fragmentText = ""] = splitOnce(text, "#");
  const fragment = parseFragment(fragmentText);
  const scheme = schemeOf(text);
  const egg = fragment.get("egg");
  const subdirectory = fragment.get("subdirectory");
  const common =
    subdirectory === undefined ? {} : { subdirectory: checkSubdirectory(subdirectory, at) };
  const reference = { ...readAddress({ address, scheme, at, fragment }), ...common };
  return egg === undefined ? { reference } : { reference, egg };
}

interface Address {
  readonly address: string;
  readonly scheme: string | undefined;
  readonly at: number;
  readonly fragment: ReadonlyMap<string, string>;
}

function readAddress({ address, scheme, at, fragment }: Address): DirectReference {
  // `git+git@host:path`, whose `@` keeps `git+git` from being a scheme.
  if (/^(?:git|hg|svn|bzr)\+[^:]*@/i.test(address)) throw unsupported("ssh", at);
  if (scheme === undefined) return { kind: "path", path: address };
  if (scheme.startsWith("git+")) return readGit(address, scheme, at);
  if (scheme === "file") return readFileUrl(address, { at, hashes: fragmentHashes(fragment) });
  if (scheme === "https" || scheme === "http") {
    if (!/^https?:\/\/[^/?#]/i.test(address)) throw new Fault("a URL without a host", at);
    return { kind: "archive", url: address, hashes: fragmentHashes(fragment) };
  }
  throw unsupported(scheme, at);
}

function unsupported(scheme: string, at: number): Fault {
  const tool = /^(hg|svn|bzr)(?:\+|$)/.exec(scheme)?.[1];
  const names = { hg: "Mercurial", svn: "Subversion", bzr: "Bazaar" } as const;
  const message =
    tool === undefined
      ? `references by ${scheme}: are not supported in this form`
      : `${names[tool as keyof typeof names]} repositories are not supported`;
  const hint = /^(?:git|ssh)$/.test(scheme)
    ? "write a git repository's address as git+https:// or git+ssh://"
    : "use a git repository (git+https://…), an archive's URL, or a release from an index";
  return new Fault(message, at, { code: "reference-unsupported", hint });
}

/** pip's rule: what follows the last `@` of the path is the branch, tag or commit. */
function readGit(address: string, scheme: string, at: number): DirectReference {
  if (!GIT_TRANSPORTS.has(scheme.slice(4))) throw unsupported(scheme, at);
  const url = address.slice(4);
  const pathStart = /^[^:]+:\/\/[^/]*/.exec(url)?.[0].length;
  if (pathStart === undefined) {
    throw new Fault("a git URL has the form git+https://host/path or git+ssh://git@host/path", at);
  }
  const mark = url.indexOf("@", pathStart) === -1 ? -1 : url.lastIndexOf("@");
  if (mark === -1) return { kind: "git", url };
  const ref = url.slice(mark + 1);
  if (ref === "") throw new Fault("no branch, tag or commit follows the `@`", at + 4 + mark);
  if (ref.startsWith("-")) throw new Fault("a git reference cannot begin with `-`", at + 4 + mark);
  return { kind: "git", url: url.slice(0, mark), ref };
}

function readFileUrl(
  address: string,
  { at, hashes }: { at: number; hashes: readonly FileHash[] },
): DirectReference {
  const match = /^file:(?:\/\/(localhost)?(?=\/|$|\.))?(.*)$/is.exec(address);
  const encoded = match?.[2] ?? "";
  if (encoded === "" || (match?.[1] === undefined && encoded.startsWith("//"))) {
    throw new Fault("a file: URL names a path on this machine, as in file:///path", at);
  }
  if (isArchiveName(encoded)) return { kind: "archive", url: address, hashes };
  try {
    return { kind: "path", path: decodeURIComponent(encoded) };
  } catch {
    throw new Fault("a file: URL with a broken % escape", at);
  }
}

function parseFragment(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split("&")) {
    const [key, value] = splitOnce(part, "=");
    if (value !== undefined && !parts.has(key)) parts.set(key, value);
  }
  return parts;
}

function fragmentHashes(fragment: ReadonlyMap<string, string>): readonly FileHash[] {
  const hashes: FileHash[] = [];
  for (const [algorithm, hex] of fragment) {
    if (STRONG.has(algorithm)) hashes.push({ algorithm, hex: hex.toLowerCase() });
  }
  return hashes;
}

function checkSubdirectory(path: string, at: number): string {
  if (path.startsWith("/") || path.split("/").includes("..")) {
    throw new Fault(`subdirectory=${path} leads out of the project`, at);
  }
  return path;
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
