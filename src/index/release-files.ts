import { normalizeName, type PackageName, type Sha256 } from "../base/index.ts";
import { comparePep440, tryParsePep440, type Pep440Version } from "../version/index.ts";
import type { FileRecord } from "./types.ts";

/** A file as an answer lists it, not yet judged. */
export interface ListedFile {
  readonly filename: string;
  /** Absolute, without credentials or fragment. */
  readonly url: string;
  readonly sha256?: Sha256;
  readonly size?: number;
  readonly uploadTime?: number;
  readonly requiresPython?: string;
  readonly yanked: string | false;
  readonly coreMetadata?: Sha256 | true;
}

/** The usable files of one version. */
export interface Release {
  /** Normal form. */
  readonly version: string;
  readonly files: readonly FileRecord[];
}

const SDIST = /\.(?:tar\.gz|zip|tgz|tar\.bz2|tbz|tar\.xz|txz|tar\.Z|tar)$/;

/** Whether a file's name is a wheel's or a source archive's. */
export function isArchiveName(filename: string): boolean {
  return filename.endsWith(".whl") || SDIST.test(filename);
}

/** Name and version texts of a file, by the name alone; undefined where it is neither kind. */
export function splitFilename(
  filename: string,
  name: PackageName,
): { kind: "wheel" | "sdist"; version: string } | undefined {
  if (filename.endsWith(".whl")) {
    const version = wheelVersion(filename, name);
    return version === undefined ? undefined : { kind: "wheel", version };
  }
  const suffix = SDIST.exec(filename)?.[0];
  if (suffix === undefined) return undefined;
  const version = sdistVersion(filename.slice(0, -suffix.length), name);
  return version === undefined ? undefined : { kind: "sdist", version };
}

/** PEP 427, "File name convention": five or six parts. */
function wheelVersion(filename: string, name: PackageName): string | undefined {
  const parts = filename.slice(0, -4).split("-");
  if (parts.length !== 5 && parts.length !== 6) return undefined;
  if (parts.length === 6 && !/^\d/.test(parts[2] as string)) return undefined;
  if (parts.some((part) => part === "")) return undefined;
  return isName(parts[0] as string, name) ? parts[1] : undefined;
}

let lastSpelled = "";
let lastNormal = "";

/** Whether a spelling is the project's name; that of the file before is mostly the same. */
function isName(spelled: string, name: PackageName): boolean {
  if (spelled !== lastSpelled) {
    lastSpelled = spelled;
    lastNormal = normalizeName(spelled);
  }
  return lastNormal === name;
}

/** The text after the first `-` before which the project's name stands, as pip finds it. */
function sdistVersion(stem: string, name: PackageName): string | undefined {
  for (let at = stem.indexOf("-"); at !== -1; at = stem.indexOf("-", at + 1)) {
    if (isName(stem.slice(0, at), name)) return stem.slice(at + 1);
  }
  return undefined;
}

interface Group {
  readonly parsed: Pep440Version;
  text: string;
  readonly files: FileRecord[];
}

/**
 * The usable files of a project by version, newest first: wheels and sdists whose names say that
 * they are this project's, with a version that PEP 440 knows. Spellings of one version (`1.0`,
 * `1.0.0`) are one release, named by the longest. Files of a release are sorted by name. The files given
 * become the records: they get their kind.
 */
export function groupReleases(files: Iterable<ListedFile>, name: PackageName): Release[] {
  const spellings = new Map<string, Group | undefined>();
  const groups = new Map<string, Group>();
  const seen = new Set<string>();
  for (const file of files) {
    const split = splitFilename(file.filename, name);
    if (split === undefined || seen.has(file.filename)) continue;
    if (!spellings.has(split.version)) {
      spellings.set(split.version, groupOf(groups, split.version));
    }
    const group = spellings.get(split.version);
    if (group === undefined) continue;
    seen.add(file.filename);
    group.files.push(Object.assign(file, { kind: split.kind }));
  }
  const sorted = [...groups.values()].sort((a, b) => comparePep440(b.parsed, a.parsed));
  for (const group of sorted) group.files.sort(byFilename);
  return sorted.map(({ text, files }) => ({ version: text, files }));
}

function groupOf(groups: Map<string, Group>, spelled: string): Group | undefined {
  const parsed = tryParsePep440(spelled);
  if (parsed === undefined) return undefined;
  const { text } = parsed;
  const key = canonicalKey(parsed);
  const known = groups.get(key);
  if (known === undefined) {
    const group = { parsed, text, files: [] };
    groups.set(key, group);
    return group;
  }
  if (text.length > known.text.length) known.text = text;
  return known;
}

/** A text that is the same for all spellings of a version; what PEP 440 does not know stands for itself. */
export function versionKey(text: string): string {
  const parsed = tryParsePep440(text);
  return parsed === undefined ? text : canonicalKey(parsed);
}

/** Equal for versions that PEP 440 has as equal: zeros at the end of the release are left out. */
function canonicalKey({ text, release, significant }: Pep440Version): string {
  if (significant === release.length) return text;
  const whole = release.join(".");
  return text.replace(whole, release.slice(0, significant).join("."));
}

function byFilename(a: FileRecord, b: FileRecord): number {
  return a.filename < b.filename ? -1 : 1;
}
