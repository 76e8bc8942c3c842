import { basename, join, resolve } from "node:path";
import { sha256 } from "../base/index.ts";
import {
  checkEnvironment,
  createEnvironment,
  type EnvironmentState,
  environmentState,
  type InstalledInfo,
  type LinkScriptChoice,
  rememberEnvironment,
} from "../environment/index.ts";
import { type Lock, type LockedArtifact, type Pin, readLockFile } from "../lock/index.ts";
import type { RequirementOptions } from "../requirement/index.ts";
import type { Store, StorePath } from "../store/index.ts";
import { parsePlatform } from "../target/index.ts";
import { chooseLocalTarget, type LocalTarget } from "./choose-local-target.ts";
import { isFolderUrl } from "./builds/folder-url.ts";
import { sandboxKind } from "./builds/sandbox-kind.ts";
import { wasBuilt } from "./builds/tried-builds.ts";
import { condaRecords, isCondaPin, pinnedPython } from "./conda-pins.ts";
import { condaVariables, environmentFilesIdentity } from "./conda-variables.ts";
import { choiceIdentity, linkScripts } from "./link-scripts.ts";
import { type Installable, installables } from "./installables.ts";
import { LOCK_FILE } from "./lock-file.ts";
import { sessionStore } from "./open-store.ts";
import { readSettings } from "./read-settings.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import type { SyncRequest, SyncResult } from "./types.ts";

/**
 * Makes the environment in a directory exactly what the directory's lock says. Does nothing where it
 * already is. Throws the errors of the lock, fetch, build, store and environment stages; then the
 * environment is as it was. `options` are those of the requirements files, where these were read:
 * indexes that they name may be open only with the credentials that stand there.
 */
export async function syncEnvironment(
  session: Session,
  request: SyncRequest,
  {
    options,
    variables,
  }: {
    readonly options?: RequirementOptions;
    /** What activation sets; by default what the directory's environment.yml says. */
    readonly variables?: ReadonlyMap<string, string>;
  } = {},
): Promise<SyncResult> {
  const directory = resolve(session.cwd, request.directory);
  const lockPath = join(directory, LOCK_FILE);
  const { lock } = readLockFile(lockPath);
  const settings = await readSettings(directory);
  const python = request.python ?? settings.python;
  const set = { asked: request.set, usual: settings.set };
  const local = await chooseLocalTarget(session, lock, { path: lockPath, python, set });
  checkEnvironment({ directory, interpreter: local.interpreter });
  const store = sessionStore(session);
  const pins = installables(lock, {
    target: local.target,
    store,
    interpreter: local.interpreter,
    base: directory,
    sandbox: sandboxKind(session),
  });
  const chosen = request.linkScripts ?? settings.linkScripts;
  const source = sourceOf(pins, { local, request, directory, chosen, variables });
  const done = {
    directory,
    python: local.interpreter.version,
    target: local.target.name,
    ...(local.target.set === undefined ? {} : { set: local.target.set }),
    distributions: pins.length,
  };
  if (isMade(environmentState(directory), { source, store })) {
    rememberEnvironment(directory, store);
    if (request.compile === "now") await compile(session, request, { local, store, pins });
    return { ...done, added: 0, changed: false };
  }
  noteOldHost(session, local);
  const making: Making = {
    session,
    request,
    directory,
    lock,
    lockPath,
    local,
    store,
    pins,
    source,
    chosen,
    variables,
    ...(options !== undefined && { options }),
  };
  // A Python of the environment's own is there only with it.
  const compilesFirst = request.compile === "now" && pinnedPython(local.target) === undefined;
  const added = await store.shared(async () => {
    const missing = pins.filter(({ object }) => !store.has(object));
    if (missing.length > 0) await install(making, { missing, settings });
    // Bytecode of modules in folders that several share is linked like any file, so it comes first.
    if (compilesFirst) await compile(session, request, making);
    await make(making);
    return missing.length + pins.filter(({ object }) => wasBuilt(session, object)).length;
  });
  if (!compilesFirst) await compile(session, request, making);
  return { ...done, added, changed: true };
}

interface Making {
  readonly session: Session;
  readonly request: SyncRequest;
  readonly directory: string;
  readonly lock: Lock;
  readonly lockPath: string;
  readonly local: LocalTarget;
  readonly store: Store;
  readonly pins: readonly Installable[];
  readonly source: string;
  /** Conda packages whose scripts are run. */
  readonly chosen: LinkScriptChoice | undefined;
  readonly variables: ReadonlyMap<string, string> | undefined;
  readonly options?: RequirementOptions;
}

/** What an environment is made from: the same text, the same environment. */
function sourceOf(
  pins: readonly Installable[],
  {
    local,
    request,
    directory,
    chosen,
    variables: given,
  }: {
    readonly local: LocalTarget;
    readonly request: SyncRequest;
    readonly directory: string;
  } & Pick<Making, "chosen" | "variables">,
): string {
  const { path, version } = local.interpreter;
  const hasConda = pins.some(({ pin }) => isCondaPin(pin));
  const variables = given === undefined ? environmentFilesIdentity(directory) : [...given].flat();
  const scripts = hasConda ? choiceIdentity(chosen) : [];
  const parts = [path, version, request.ignoreCollisions === true, ...variables, ...scripts];
  // One after the other: few bytes are hashed without loading node:crypto.
  return pins.reduce(
    (hash, { object, pin }) => sha256(`${hash} ${basename(object)} ${isRequested(pin)}`),
    JSON.stringify(parts),
  );
}

function isRequested(pin: Pin): boolean {
  return pin.requestedBy.includes("input");
}

function isMade(
  state: EnvironmentState,
  { source, store }: { readonly source: string; readonly store: Store },
): boolean {
  return (
    state.kind === "made" &&
    state.source === source &&
    state.store === store.root &&
    state.fault === undefined
  );
}

async function install(
  { session, store, lockPath, local, pins, options }: Making,
  { missing, settings }: { readonly missing: readonly Installable[]; readonly settings: Settings },
): Promise<void> {
  const { readIndexSettings } = await import("./index-settings.ts");
  const { installPins } = await import("./install-pins.ts");
  const { openWorkshop } = await import("./builds/workshop.ts");
  const indexes = readIndexSettings(session, {
    settings,
    ...(options !== undefined && { options }),
  });
  const { interpreter } = local;
  const conda = pins.filter(({ pin }) => isCondaPin(pin));
  await installPins(
    missing,
    openWorkshop({ session, store, interpreter, settings: indexes, lockPath, conda }),
  );
}

async function make({
  session,
  request,
  directory,
  local,
  store,
  pins,
  source,
  chosen,
  variables: given,
}: Making): Promise<void> {
  const { report } = session;
  report({ kind: "start", phase: "link", unit: "items", total: pins.length });
  const isConda = ({ pin }: Installable): boolean => isCondaPin(pin);
  const others = pins.filter((item) => !isConda(item));
  const scripts =
    chosen === undefined
      ? {}
      : { linkScripts: linkScripts(session, { of: chosen, interpreter: local.interpreter }) };
  const variables =
    given === undefined ? await condaVariables(directory) : Object.fromEntries(given);
  const { collisions, clobbered, linked } = await createEnvironment({
    directory,
    interpreter: local.interpreter,
    store,
    objects: others.map(({ object }) => object),
    ...(others.length < pins.length
      ? {
          condaObjects: pins.filter(isConda).map(({ object }) => object),
          conda: { records: condaRecords(pins), variables, ...scripts },
        }
      : { conda: { variables, ...scripts } }),
    source,
    info: installedInfo(others),
    ignoreCollisions: request.ignoreCollisions === true,
    report,
  });
  report({ kind: "end", phase: "link", done: pins.length });
  for (const { path, kept, dropped } of collisions) {
    const message = `${path} is in ${kept} and in ${dropped}: that of ${kept} is taken`;
    report({ kind: "note", level: "warning", code: "collision-ignored", message });
  }
  for (const { path, kept, dropped } of clobbered) {
    const message = `${path} is in the conda packages ${kept} and ${dropped}: that of ${kept} is taken, as conda does it`;
    report({ kind: "note", level: "warning", code: "conda-clobbered", message });
  }
  if (linked.length > 0) {
    const message = `scripts of linking were run, shut in: ${linked.join(", ")}`;
    report({ kind: "note", level: "info", code: "conda-linked", message, facts: { linked } });
  }
}

function installedInfo(pins: readonly Installable[]): ReadonlyMap<StorePath, InstalledInfo> {
  return new Map(pins.map(({ pin, object, artifact }) => [object, infoOf(pin, artifact)]));
}

/** PEP 610: what came from a direct reference says so. */
function infoOf(pin: Pin, artifact: LockedArtifact): InstalledInfo {
  const requested = isRequested(pin);
  if (pin.provider !== "reference") return { requested };
  return { requested, directUrl: JSON.stringify(directUrlOf(artifact)) };
}

function directUrlOf({ url, sha256, commit, subdirectory, editable }: LockedArtifact): object {
  const part = subdirectory === undefined ? {} : { subdirectory };
  if (commit !== undefined) {
    return { url: url.replace(/^git\+/, ""), vcs_info: { vcs: "git", commit_id: commit }, ...part };
  }
  if (isFolderUrl(url)) return { url, dir_info: editable === true ? { editable } : {}, ...part };
  return { url, archive_info: { hashes: { sha256 } }, ...part };
}

/** Wheels for a newer C library than this machine has may fail when they are imported. */
function noteOldHost({ report }: Session, { target, interpreter }: LocalTarget): void {
  const { libc, floor = [0, 0] } = parsePlatform(target.platform);
  const has = interpreter.libc;
  if (has === null || libc !== has.name) return;
  const [major = 0, minor = 0] = has.version.split(".").map(Number);
  if (major > floor[0] || (major === floor[0] && minor >= floor[1])) return;
  const message = `this machine has ${has.name} ${has.version}, and the lock is for ${has.name} ${floor.join(".")}: some packages may fail when they are imported`;
  report({ kind: "note", level: "warning", code: "host-libc-old", message });
}

async function compile(
  session: Session,
  request: SyncRequest,
  { local, store, pins }: Pick<Making, "local" | "store" | "pins">,
): Promise<void> {
  const mode = request.compile ?? "background";
  if (mode === "never") return;
  const { compileBytecode } = await import("../build/index.ts");
  await compileBytecode(
    pins.map(({ object }) => object),
    { store, interpreter: local.interpreter, mode, report: session.report },
  );
}
