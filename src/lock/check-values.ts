import {
  isPackageName,
  isSha256,
  normalizeName,
  type PackageName,
  type Sha256,
} from "../base/index.ts";
import { invalid, type JsonNode, rawText, text, unsafe } from "./json-node.ts";
import { SET_NAME } from "./sets.ts";

const CONDA_NAME = /^(?!__)[a-z0-9_][a-z0-9_.-]*$/;
const NORMALIZED = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** A normalized project name (PEP 503). */
export function packageName(node: JsonNode): PackageName {
  const name = rawText(node);
  if (name.length <= 200 && NORMALIZED.test(name)) return name as PackageName;
  if (name.length > 200 || !isPackageName(name)) throw unsafe(node, "a package name");
  throw unsafe(node, `a normalized name ("${normalizeName(name)}")`);
}

/** The name of a pin: a project's, or one of conda's own (`_libgcc_mutex`, `ruamel.yaml`). */
export function pinName(node: JsonNode): PackageName {
  const name = rawText(node);
  if (name.length <= 200 && CONDA_NAME.test(name)) return name as PackageName;
  return packageName(node);
}

/** A version's characters: PEP 440's (with local versions), which are also safe in a file name. */
export function version(node: JsonNode): string {
  const version = rawText(node);
  if (!/^[A-Za-z0-9][A-Za-z0-9.!+_-]{0,199}$/.test(version)) throw unsafe(node, "a version");
  return version;
}

/** A word of ours: a provider (`wheel`, `conda/main`), a platform, a build string, an instance. */
export function word(node: JsonNode): string {
  const word = rawText(node);
  if (!/^[A-Za-z0-9_](?:[A-Za-z0-9._+-]|\/(?=[A-Za-z0-9_])){0,99}$/.test(word)) {
    throw unsafe(node, "one word of letters, digits, dots and dashes");
  }
  return word;
}

/** The name of a set: a word without slashes, which option values and Nix attributes can be. */
export function setName(node: JsonNode): string {
  const name = rawText(node);
  if (!SET_NAME.test(name)) throw unsafe(node, "a set's name of letters, digits, dots and dashes");
  return name;
}

/** A Python version such as `3.11` or `3.11.4`. */
export function pythonVersion(node: JsonNode): string {
  const python = rawText(node);
  if (!/^\d{1,3}(?:\.\d{1,5}){1,2}$/.test(python))
    throw invalid(node, 'a Python version like "3.11"');
  return python;
}

const WHEEL =
  /^([A-Za-z0-9._]+)-[A-Za-z0-9._!+]+(?:-\d[A-Za-z0-9._]*)?(?:-[A-Za-z0-9._]+){3}\.whl$/;
const SDIST = /^([A-Za-z0-9][A-Za-z0-9._-]*)-[A-Za-z0-9._!+]+\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)$/;

/** What a file name says: the kind of file, and the project's name in it, normalized. */
export interface FileName {
  readonly name: string;
  readonly kind: "wheel" | "sdist" | "conda" | "crate";
  /** Of a conda package: its name, version and build string. Of a crate: its name and version. */
  readonly project: PackageName;
}

const CHANNEL = "[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*){0,9}";
const CONDA_FILE = "[a-z0-9_][A-Za-z0-9._!+-]*";
const CONDA = new RegExp(
  `^${CHANNEL}/(?:noarch|[a-z]+-[a-z0-9]+)/(${CONDA_FILE})\\.(?:conda|tar\\.bz2)$`,
);

const CRATE = /^([A-Za-z_][A-Za-z0-9_-]*-\d+\.\d+\.\d+(?:[-+][A-Za-z0-9.+-]+)?)\.crate$/;

/**
 * A wheel's or sdist's file name (binary distribution format, "File name convention"; source
 * distribution format, "Source distribution file name"), a crate's (`NAME-VERSION.crate`), or a conda
 * package's with its channel and subdir before it; never a path.
 */
export function fileName(node: JsonNode): FileName {
  const name = rawText(node);
  if (name.length > 250 || name.includes(".."))
    throw unsafe(node, "a wheel's or sdist's file name");
  const wheel = WHEEL.exec(name);
  if (wheel) return { name, kind: "wheel", project: normalizeName(wheel[1] as string) };
  const sdist = SDIST.exec(name);
  if (sdist) return { name, kind: "sdist", project: normalizeName(sdist[1] as string) };
  const conda = CONDA.exec(name);
  if (conda) return { name, kind: "conda", project: conda[1] as PackageName };
  const crate = CRATE.exec(name);
  if (crate) return { name, kind: "crate", project: crate[1] as PackageName };
  throw unsafe(node, "a wheel's or sdist's file name");
}

/** What nearly every URL of a lock is; whatever else is looked at more closely. */
const PLAIN = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?\/[A-Za-z0-9._~%+!/-]*$/;

/** A place to fetch from: https, http, or a file (which may be relative to the lock). */
export function url(node: JsonNode, { git = false }: { git?: boolean } = {}): string {
  const plain = rawText(node);
  if (PLAIN.test(plain)) return plain;
  const url = text(node);
  const expected = `an https:, http: or file: URL without credentials`;
  const bare = git ? url.replace(/^git\+/, "") : url;
  if (/^file:(?!\/\/)/.test(bare)) return url;
  const parsed = URL.parse(bare);
  if (parsed === null || /\s|\\/.test(url)) throw unsafe(node, expected);
  if (parsed.username !== "" || parsed.password !== "") throw unsafe(concealed(node), expected);
  const isWeb = parsed.protocol === "https:" || parsed.protocol === "http:";
  const isFile = parsed.protocol === "file:" && parsed.host === "";
  if (!isWeb && !isFile) throw unsafe(node, expected);
  return url;
}

/** The node with the credentials of its URL taken out, since messages are printed and kept. */
function concealed(node: JsonNode): JsonNode {
  return { ...node, value: String(node.value).replace(/\/\/[^/?#]*@/, "//***@") };
}

/** A SHA-256 in lower-case hexadecimal. */
export function sha256Text(node: JsonNode): Sha256 {
  const hash = rawText(node);
  if (!isSha256(hash)) throw unsafe(node, "a SHA-256 of 64 lower-case hexadecimal digits");
  return hash;
}

/** An attribute below a package set of nixpkgs: an identifier of the Nix language. */
export function attribute(node: JsonNode): string {
  const name = rawText(node);
  if (!/^[A-Za-z_][A-Za-z0-9_'-]{0,199}$/.test(name)) throw unsafe(node, "a Nix attribute's name");
  return name;
}

/** The hash of a source tree as Nix writes it (SRI, SHA-256). */
export function narHash(node: JsonNode): string {
  const hash = rawText(node);
  if (!/^sha256-[A-Za-z0-9+/]{43}=$/.test(hash)) throw unsafe(node, "a SHA-256 in SRI notation");
  return hash;
}

/** An archive's https: or http: URL, a path (`path:/nixpkgs`), or a folder beside the lock (`path:nix`). */
export function sourceUrl(node: JsonNode): string {
  const text = rawText(node);
  return /^path:(?:\/[^\s\\]*|[\w-]+)$/.test(text) ? text : url(node);
}

/** A folder below another: relative, without `..`. */
export function subfolder(node: JsonNode): string {
  const path = rawText(node);
  const isSafe = path.length < 1000 && !/^\/|\\|[\0-\x1f]/.test(path);
  if (!isSafe || path.split("/").some((part) => part === ".." || part === "")) {
    throw unsafe(node, "a folder below the source's");
  }
  return path;
}

/** `true`: what is not so is left out. */
export function truth(node: JsonNode): true {
  if (node.value !== true) throw invalid(node, "true, or nothing");
  return true;
}

/** A git commit: 40 or 64 hexadecimal digits. */
export function commit(node: JsonNode): string {
  const commit = rawText(node);
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) throw unsafe(node, "a full commit id");
  return commit;
}

/** A size in bytes. */
export function size(node: JsonNode): number {
  const { value } = node;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw invalid(node, "a number of bytes");
  }
  return value;
}

/** A moment in UTC with whole seconds, as `Date` reads it back. */
export function date(node: JsonNode): string {
  const date = rawText(node);
  const canonical = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date);
  const time = canonical ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString() !== date.replace("Z", ".000Z")) {
    throw invalid(node, 'a time in UTC like "2026-11-01T00:00:00Z"');
  }
  return date;
}
