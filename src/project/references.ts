import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  isSha256,
  normalizeName,
  type PackageName,
  type Sha256,
  sha256,
  UserError,
  writeFileAtomic,
} from "../base/index.ts";
import { cachePath } from "../fetch/index.ts";
import type { HttpClient } from "../http/index.ts";
import { type FileRecord, readLocalWheelMetadata, type ReleaseMetadata } from "../index/index.ts";
import type { DirectReference, Requirement } from "../requirement/index.ts";
import type { ReferencedFile } from "../resolve/index.ts";
import { parseWheelName } from "../target/index.ts";
import { projectError } from "./errors.ts";
import type { Session } from "./session.ts";
import {
  archiveSource,
  folderSource,
  gitSource,
  type Inspect,
  isFolder,
  namedSource,
} from "./source-references.ts";

/** The wheel or the source that a direct reference names, or why it cannot be used. */
export type References = (
  reference: DirectReference,
  requirement: Requirement,
) => Promise<ReferencedFile | UserError>;

interface Sources {
  readonly client: HttpClient;
  readonly inspect: Inspect;
}

/**
 * Reads what a direct reference names: a wheel by URL, which is fetched, hashed and kept, or a local
 * wheel; a source distribution, a folder or a repository, whose backend is asked what it is. Throws
 * the http stage's errors, and UserError `project-git`.
 */
export async function readReference(
  session: Session,
  { reference, requirement, sources }: Asked,
): Promise<ReferencedFile | UserError> {
  try {
    if (reference.kind === "git") {
      return await fromSource(await gitSource(session, reference), { requirement, sources });
    }
    const local = localPath(session, { reference, requirement });
    if (local !== undefined && isFolder(local)) {
      const { subdirectory } = reference;
      const options = { requirement, ...(subdirectory === undefined ? {} : { subdirectory }) };
      return await fromSource(folderSource(local, options), { requirement, sources });
    }
    if (local !== undefined && !local.endsWith(".whl")) {
      return await localArchive(local, { reference, requirement, sources });
    }
    if (local !== undefined) return localWheel(local, { reference, requirement });
    if (reference.kind === "path") throw new Error("a path is always local");
    return await remoteWheel(session, { reference, requirement, sources });
  } catch (error) {
    if (error instanceof UserError && error.exit === 2) return error;
    throw error;
  }
}

interface Asked {
  readonly reference: DirectReference;
  readonly requirement: Requirement;
  readonly sources: Sources;
}

type Of<K extends DirectReference["kind"]> = Extract<DirectReference, { kind: K }>;

async function fromSource(
  file: FileRecord,
  { requirement, sources }: Pick<Asked, "requirement" | "sources">,
): Promise<ReferencedFile | UserError> {
  const found = await sources.inspect(file);
  if ("failure" in found) {
    const message = `${requirement.text} cannot be built: ${found.failure}`;
    return projectError("project-needs-build", message, placeOf(requirement));
  }
  const name = normalizeName(found.name);
  if (requirement.name !== "" && requirement.name !== name) {
    const message = `${requirement.text} is the project ${name}`;
    return projectError("project-reference", message, placeOf(requirement));
  }
  return {
    file: namedSource(file, { ...found, name }),
    name,
    version: found.version,
    metadata: found.metadata,
  };
}

function localArchive(
  path: string,
  { reference, requirement, sources }: Asked,
): Promise<ReferencedFile | UserError> | UserError {
  if (reference.kind === "git") throw new Error("a repository is no archive");
  const mismatch = (hash: Sha256): UserError | undefined => {
    const wanted = wantedHash(reference, requirement);
    if (wanted === undefined || wanted === hash) return undefined;
    const message = `${path} has the SHA-256 ${hash}, but ${wanted} is asked for`;
    return projectError("project-reference", message, placeOf(requirement));
  };
  if (!isFile(path)) return unreadable(path, requirement);
  const file = archiveSource(path);
  return mismatch(file.sha256 as Sha256) ?? fromSource(file, { requirement, sources });
}

type Local = Of<"path"> | Of<"archive">;

/** The path of a reference to this machine: a path, or a `file:` URL (RFC 8089). */
function localPath(
  session: Session,
  { reference, requirement }: { reference: Local; requirement: Requirement },
): string | undefined {
  const folder = folderOf(requirement) ?? session.cwd;
  if (reference.kind === "path") return resolve(folder, reference.path);
  const { url } = reference;
  if (!/^file:/i.test(url)) return undefined;
  try {
    if (/^file:\/\//i.test(url)) return fileURLToPath(url);
    return resolve(folder, decodeURIComponent(url.slice("file:".length)));
  } catch (cause) {
    throw projectError("project-reference", `${url} is no file of this machine`, {
      ...placeOf(requirement),
      hint: "a file: URL has three slashes before the path: file:///folder/name.whl",
      cause,
    });
  }
}

function localWheel(
  path: string,
  { reference, requirement }: { reference: Local; requirement: Requirement },
): ReferencedFile | UserError {
  const bytes = readWheel(path, requirement);
  const hash = sha256(bytes);
  const wanted = wantedHash(reference, requirement);
  if (wanted !== undefined && wanted !== hash) {
    const message = `${path} has the SHA-256 ${hash}, but ${wanted} is asked for`;
    return projectError("project-reference", message, placeOf(requirement));
  }
  return referenced(requirement, {
    filename: basename(path),
    url: pathToFileURL(path).href,
    sha256: hash,
    size: bytes.length,
    metadata: (name) => readLocalWheelMetadata(bytes, { filename: basename(path), name }),
  });
}

/** That of the file which names it, so that the answer does not depend on where it is asked. */
function folderOf({ place }: Requirement): string | undefined {
  return place?.file === undefined ? undefined : dirname(place.file);
}

function readWheel(path: string, requirement: Requirement): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadable(path, requirement, cause);
  }
}

function unreadable(path: string, requirement: Requirement, cause?: unknown): UserError {
  return projectError("project-reference", `${path} cannot be read`, {
    ...placeOf(requirement),
    hint: "the path is relative to the file that names it",
    ...(cause === undefined ? {} : { cause }),
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

interface Wheel {
  readonly filename: string;
  readonly url: string;
  readonly sha256: Sha256;
  readonly size: number;
  readonly metadata: (name: PackageName) => ReleaseMetadata | { readonly failure: string };
}

function referenced(requirement: Requirement, wheel: Wheel): ReferencedFile | UserError {
  const { name, version } = parseWheelName(wheel.filename);
  const normalized = normalizeName(name);
  const wanted = requirement.name === "" ? normalized : requirement.name;
  const metadata = wheel.metadata(wanted);
  if (normalized !== wanted || "failure" in metadata) {
    const why = "failure" in metadata ? metadata.failure : `it is a wheel of ${normalized}`;
    return projectError(
      "project-reference",
      `${wheel.filename} cannot be used: ${why}`,
      placeOf(requirement),
    );
  }
  const { filename, url, size } = wheel;
  const file = {
    filename,
    kind: "wheel" as const,
    url,
    sha256: wheel.sha256,
    size,
    yanked: false as const,
  };
  return { file, version, metadata };
}

async function remoteWheel(
  session: Session,
  {
    reference,
    requirement,
    sources,
  }: { reference: Of<"archive">; requirement: Requirement; sources: Sources },
): Promise<ReferencedFile | UserError> {
  const { url } = reference;
  const filename = decodeURIComponent(basename(new URL(url).pathname));
  const wanted = wantedHash(reference, requirement);
  const artifact = await keptArtifact(session, { url, filename, wanted, sources });
  if (!filename.endsWith(".whl")) {
    const { subdirectory } = reference;
    const part = subdirectory === undefined ? {} : { subdirectory };
    const file = { filename, kind: "sdist", url, ...artifact, ...part, yanked: false } as const;
    return fromSource(file, { requirement, sources });
  }
  const bytes = readFileSync(
    cachePath(session.home.cache, { filename, url, sha256: artifact.sha256 }),
  );
  return referenced(requirement, {
    filename,
    url,
    ...artifact,
    metadata: (name) => readLocalWheelMetadata(bytes, { filename, name }),
  });
}

function wantedHash(reference: Local, requirement: Requirement): Sha256 | undefined {
  const own = reference.kind === "archive" ? reference.hashes : [];
  const all = [...own, ...requirement.hashes];
  const found = all.find(({ algorithm, hex }) => algorithm === "sha256" && isSha256(hex));
  return found?.hex as Sha256 | undefined;
}

interface Kept {
  readonly sha256: Sha256;
  readonly size: number;
}

/** The file of a URL in the download cache, found again by a record of the URL. */
async function keptArtifact(
  session: Session,
  given: { url: string; filename: string; wanted: Sha256 | undefined; sources: Sources },
): Promise<Kept> {
  const { url, filename, wanted, sources } = given;
  const record = join(session.home.cache, "references", `${sha256(url)}.json`);
  const known = readRecord(record);
  if (known !== undefined && (wanted ?? known.sha256) === known.sha256) {
    const path = cachePath(session.home.cache, { filename, url, sha256: known.sha256 });
    if (fileExists(path)) return known;
  }
  const temporary = `${record}.${process.pid}.part`;
  mkdirSync(dirname(record), { recursive: true });
  try {
    const options = wanted === undefined ? {} : { sha256: wanted };
    const { sha256: hash, size } = await sources.client.download(url, {
      path: temporary,
      ...options,
    });
    const path = cachePath(session.home.cache, { filename, url, sha256: hash });
    mkdirSync(dirname(path), { recursive: true });
    renameSync(temporary, path);
    writeFileAtomic(record, JSON.stringify({ sha256: hash, size }));
    return { sha256: hash, size };
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readRecord(path: string): Kept | undefined {
  try {
    const { sha256: hash, size } = JSON.parse(readFileSync(path, "utf8")) as Kept;
    return isSha256(hash) && Number.isSafeInteger(size) ? { sha256: hash, size } : undefined;
  } catch {
    return undefined;
  }
}

function fileExists(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}

function placeOf({ place }: Requirement): { place?: NonNullable<Requirement["place"]> } {
  return place === undefined ? {} : { place };
}
