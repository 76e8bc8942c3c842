import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { normalizeName, type PackageName, writeFileAtomic } from "../base/index.ts";
import { environmentState } from "../environment/index.ts";
import { type Lock, readLockFile } from "../lock/index.ts";
import { formatOf, parseRequirement, tryParseRequirement } from "../requirement/index.ts";
import { nearestName } from "../target/index.ts";
import { addToText, namesInText, removeFromText } from "./edit-text.ts";
import { projectError } from "./errors.ts";
import { LOCK_FILE } from "./lock-file.ts";
import { lockProject } from "./lock-project.ts";
import { makeEnvironment } from "./make-environment.ts";
import type { Session } from "./session.ts";
import { SETTINGS_FILE } from "./settings.ts";
import type { LockRequest, SyncRequest, SyncResult } from "./types.ts";

/**
 * What to add to a requirements file and what to take out of it. The first of `inputs` is edited; a
 * directory stands for its own requirements file, and so does the session's folder where none is given.
 */
export interface EditRequest extends Omit<LockRequest, "packages">, Pick<SyncRequest, "compile"> {
  /** Requirements as a file would have them. */
  readonly add?: readonly string[];
  /** Names. */
  readonly remove?: readonly string[];
}

export interface EditResult {
  /** The file that was edited. */
  readonly file: string;
  readonly added: readonly string[];
  readonly replaced: readonly string[];
  readonly removed: readonly string[];
  readonly before: Lock;
  readonly lock: Lock;
  /** Absent where the directory has a lock only. */
  readonly environment?: SyncResult;
}

const MAIN = "requirements.txt";
const BESIDE = "packages.txt";

/**
 * Edits the requirements file of an environment, or of a lock, locks again and makes the environment
 * anew. On any failure, files and environment are as they were. Throws every stage's errors, and
 * UserError `edit-no-file`, `edit-format`, `edit-no-lock`, `edit-unknown-requirement`,
 * `edit-other-inputs`.
 */
export async function editEnvironment(session: Session, request: EditRequest): Promise<EditResult> {
  const inputs = inputsOf(session, request);
  const [file] = inputs as [string];
  const directory = dirname(file);
  const { lock: before } = readLock(directory, file);
  const texts = new Map(inputs.filter(isEditable).map((path) => [path, readText(path)]));
  if (!texts.has(file)) throw notEditable(file);
  refuseOtherInputs(before, { inputs, texts });
  const edited = edit({ request, file, texts });
  const backup = new Map(
    [...inputs, join(directory, LOCK_FILE), join(directory, SETTINGS_FILE)].map((path) => [
      path,
      existsSync(path) ? readFileSync(path) : undefined,
    ]),
  );
  try {
    for (const [path, text] of edited.texts) writeFileAtomic(path, text);
    const done = await renew(session, { request, inputs, directory });
    const { lock } = readLockFile(join(directory, LOCK_FILE));
    return { file, ...edited.names, before, lock, ...done };
  } catch (error) {
    restore(backup);
    throw error;
  }
}

/** The files that the lock is made from, absolute; the one to be edited first. */
function inputsOf({ cwd }: Session, { inputs }: EditRequest): readonly string[] {
  const paths = inputs.map((path) => resolve(cwd, path));
  const [only] = paths;
  const isFolder = only !== undefined && statSync(only, { throwIfNoEntry: false })?.isDirectory();
  if (paths.length > 0 && isFolder !== true) return paths;
  const folder = only ?? resolve(cwd, ".");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const candidates = names.filter((name) => /\.(txt|in)$/.test(name) && name !== BESIDE);
  const main = names.includes(MAIN) ? MAIN : candidates.length === 1 ? candidates[0] : undefined;
  if (main === undefined) {
    throw projectError("edit-no-file", `${folder} has no ${MAIN}`, {
      place: { file: folder },
      hint: "name the file: -r FILE",
    });
  }
  return [main, ...(names.includes(BESIDE) ? [BESIDE] : [])].map((name) => join(folder, name));
}

function isEditable(path: string): boolean {
  return formatOf(path) === "requirements";
}

function notEditable(file: string): Error {
  return projectError("edit-format", `${file} is not a requirements file`, {
    place: { file },
    hint: "edit it by hand, and lock again",
  });
}

function readText(path: string): string {
  if (!existsSync(path)) {
    throw projectError("edit-no-file", `there is no file ${path}`, { place: { file: path } });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (cause) {
    throw projectError("edit-format", `${path} cannot be read as UTF-8`, {
      place: { file: path },
      cause,
    });
  }
}

function readLock(directory: string, file: string): { readonly lock: Lock } {
  const path = join(directory, LOCK_FILE);
  if (existsSync(path)) return readLockFile(path);
  throw projectError("edit-no-lock", `there is no ${LOCK_FILE} beside ${file}`, {
    place: { file: path },
    hint: `make an environment first: mach-nix env DIR -r ${file}`,
  });
}

/** A lock made from more than the files at hand would lose what the others say. */
function refuseOtherInputs(
  lock: Lock,
  {
    inputs,
    texts,
  }: { readonly inputs: readonly string[]; readonly texts: ReadonlyMap<string, string> },
): void {
  const isWhole = [...texts.values()].every((text) => !/^\s*(-r|--requirement)\b/m.test(text));
  if (!isWhole || texts.size < inputs.length) return;
  const known = new Set([...texts.values()].flatMap(namesInText));
  const other = lock.requirements.find((line) => {
    const name = tryParseRequirement(line)?.name;
    return name !== undefined && !known.has(name);
  });
  if (other === undefined) return;
  const names = inputs.join(", ");
  throw projectError("edit-other-inputs", `the lock asks for "${other}", which ${names} does not`, {
    hint: "name all files that it is made from with -r, the one to edit first; or lock again first",
  });
}

interface Edited {
  readonly texts: ReadonlyMap<string, string>;
  readonly names: Pick<EditResult, "added" | "replaced" | "removed">;
}

function edit({
  request,
  file,
  texts,
}: {
  readonly request: EditRequest;
  readonly file: string;
  readonly texts: ReadonlyMap<string, string>;
}): Edited {
  const additions = (request.add ?? []).map((text) => ({
    ...parseRequirement(text),
    text: text.trim(),
  }));
  const names = (request.remove ?? []).map((name) => normalizeName(name));
  const result = new Map<string, string>();
  const replaced = new Set<PackageName>();
  const removed = new Set<PackageName>();
  for (const [path, text] of texts) {
    const without = removeFromText(text, names);
    // What is added stands in the first file; another file's line of the name would contradict it.
    const added =
      path === file
        ? addToText(without.text, additions)
        : removeFromText(
            without.text,
            additions.map(({ name }) => name),
          );
    for (const name of without.found) removed.add(name);
    for (const name of added.found) replaced.add(name);
    result.set(path, added.text);
  }
  const missing = names.find((name) => !removed.has(name));
  if (missing !== undefined) throw unknownRequirement(missing, { file, texts });
  const added = additions.map(({ name }) => name).filter((name) => !replaced.has(name));
  return { texts: result, names: { added, replaced: [...replaced], removed: [...removed] } };
}

function unknownRequirement(
  name: string,
  { file, texts }: { readonly file: string; readonly texts: ReadonlyMap<string, string> },
): Error {
  const names = [...texts.values()].flatMap(namesInText);
  const meant = nearestName(name, names);
  return projectError("edit-unknown-requirement", `${file} does not ask for ${name}`, {
    place: { file },
    hint: meant === undefined ? `\`mach-nix why ${name}\` says who does` : `did you mean ${meant}?`,
  });
}

async function renew(
  session: Session,
  {
    request,
    inputs,
    directory,
  }: {
    readonly request: EditRequest;
    readonly inputs: readonly string[];
    readonly directory: string;
  },
): Promise<Pick<EditResult, "environment">> {
  const beside = inputs.slice(1).filter((path) => path === join(directory, BESIDE));
  const asked = {
    ...request,
    inputs: inputs.filter((path) => !beside.includes(path)),
    packages: beside.flatMap((path) => requirementLines(readText(path))),
  };
  if (environmentState(directory).kind === "made") {
    return { environment: await makeEnvironment(session, { ...asked, directory }) };
  }
  await lockProject(session, { ...asked, output: join(directory, LOCK_FILE) });
  return {};
}

function requirementLines(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => /^[^#\s]/.test(line));
}

function restore(files: ReadonlyMap<string, Buffer | undefined>): void {
  for (const [path, bytes] of files) {
    if (bytes === undefined) rmSync(path, { force: true });
    else if (!existsSync(path) || !readFileSync(path).equals(bytes)) writeFileAtomic(path, bytes);
  }
}
