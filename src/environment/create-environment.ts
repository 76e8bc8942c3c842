import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { canonicalJson } from "../base/index.ts";
import { formatObjectList, OBJECT_LIST, type Protection } from "../store/index.ts";
import { activationScripts } from "./activation-text.ts";
import { checkCollisions, composeObjects } from "./compose.ts";
import type { ComposedConda } from "./compose-conda.ts";
import { variableActivation } from "./conda-activation.ts";
import { isOwnPython } from "./conda-python.ts";
import { environmentState, folderTimes } from "./environment-state.ts";
import { environmentError, fromFileError } from "./errors.ts";
import {
  newGenerationPath,
  registerGeneration,
  removeUnfinished,
  replaceLink,
  switchGeneration,
} from "./generations.ts";
import {
  CURRENT,
  type EnvironmentRecord,
  GENERATIONS,
  HIDDEN,
  type LinkedPackage,
  OWN_FOLDER,
  RECORD,
  STORE_LINK,
} from "./layout.ts";
import { type Composition, expandAll, folder, type Folder, OURS, type Text } from "./tree.ts";
import type { Environment, EnvironmentInput, Interpreter } from "./types.ts";
import { writeTree } from "./write-tree.ts";

const OLDEST = 306;

function refuseInterpreter({ path, version, implementation, abiflags }: Interpreter): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major * 100 + minor < OLDEST)
    throw environmentError("python-too-old", `Python ${version} (${path}) knows no pyvenv.cfg`, {
      hint: "Choose CPython 3.6 or newer with --python; for older ones `lock` works, `env` does not.",
      place: { file: path },
    });
  const isFreeThreaded = abiflags.includes("t");
  if (implementation !== "cpython" || isFreeThreaded)
    throw environmentError(
      "python-implementation",
      `${path} is ${isFreeThreaded ? "a free-threaded build of " : ""}${implementation} ${version}, not ${isFreeThreaded ? "the usual one" : "CPython"}`,
      {
        hint: "Choose a usual CPython with --python.",
        place: { file: path },
      },
    );
}

function refuseForeign(directory: string): void {
  const state = environmentState(directory);
  if (state.kind !== "foreign") return;
  throw environmentError(
    "environment-foreign",
    `${directory} is not empty and not an environment of ours (it has ${state.file})`,
    {
      hint: "Choose an empty or new folder.",
      place: { file: directory },
    },
  );
}

function text(content: string, executable = false): Text {
  return { kind: "text", owner: OURS, text: content, executable };
}

/** pyvenv.cfg (PEP 405). `home` is the folder of the real binary, never of a shim. */
function venvConfiguration({ directory, interpreter }: EnvironmentInput): string {
  return `home = ${dirname(interpreter.path)}
include-system-site-packages = false
version = ${interpreter.version}
executable = ${interpreter.path}
prompt = ${basename(directory).replace(/[\r\n]/g, " ")}
`;
}

function binFolder({ directory, interpreter, conda }: EnvironmentInput): Folder {
  const bin = folder();
  const [major = "3", minor = "0"] = interpreter.version.split(".");
  const activation = variableActivation(conda?.variables);
  for (const [name, content] of activationScripts(directory, activation))
    bin.children.set(name, text(content));
  if (isOwnPython(directory, interpreter)) return bin;
  bin.children.set("python", { kind: "pointer", target: interpreter.path });
  for (const name of [`python${major}`, `python${major}.${minor}`])
    bin.children.set(name, { kind: "pointer", target: "python" });
  return bin;
}

function within(root: Folder, path: string): Folder {
  let at = root;
  for (const name of path.split("/")) {
    const next = at.children.get(name);
    const made = next?.kind === "folder" ? next : folder();
    at.children.set(name, made);
    at = made;
  }
  return at;
}

/** What every environment has, as `python -m venv` makes it. */
function skeleton(input: EnvironmentInput): Folder {
  const root = folder();
  const { interpreter, store } = input;
  const objects = [...input.objects, ...(input.condaObjects ?? [])];
  root.children.set("bin", binFolder(input));
  within(root, "include");
  within(root, `${interpreter.sitePackages}/__pycache__`);
  const isLinux64 = interpreter.bits === 64 && interpreter.platform.startsWith("linux");
  if (isLinux64 && !hasConda(input)) root.children.set("lib64", { kind: "pointer", target: "lib" });
  root.children.set("pyvenv.cfg", text(venvConfiguration(input)));
  root.children.set(STORE_LINK, { kind: "pointer", target: store.root });
  root.children.set(
    OBJECT_LIST,
    text(
      formatObjectList(
        store.root,
        objects.map((path) => basename(path)),
      ),
    ),
  );
  root.children.set(RECORD, text(""));
  return root;
}

/** A tree, and what its conda packages gave. */
interface Composed extends ComposedConda {
  readonly root: Folder;
}

const NO_CONDA: ComposedConda = { clobbered: [], linked: [] };

async function compose(input: EnvironmentInput, composition: Composition): Promise<Composed> {
  const root = skeleton(input);
  const conda = await composeConda(input, { root, composition });
  composeObjects(input, { root, composition, interpreter: input.interpreter });
  checkCollisions(composition, input);
  return { root, ...conda };
}

/** Whether an environment has anything of conda's. */
function hasConda({ condaObjects = [] }: EnvironmentInput): boolean {
  return condaObjects.length > 0;
}

/** Most environments have nothing of conda's: what puts it into a tree is not loaded then. */
async function composeConda(
  input: EnvironmentInput,
  into: { readonly root: Folder; readonly composition: Composition },
): Promise<ComposedConda> {
  if (!hasConda(input)) return NO_CONDA;
  const { composeCondaObjects } = await import("./compose-conda.ts");
  return composeCondaObjects(input, into);
}

/** Composes while the objects are being protected; where they cannot be, all folders are real. */
async function composeWhile(
  protecting: Promise<Protection>,
  input: EnvironmentInput,
  composition: Composition,
): Promise<Composed> {
  try {
    const composed = await compose(input, composition);
    const { root, linked } = composed;
    if ((await protecting) === "none") expandAll(root, composition);
    if (linked.length > 0) {
      const { takeOwnFiles } = await import("./own-files.ts");
      takeOwnFiles(root, { composition, owners: linked.map(({ name }) => name) });
    }
    return composed;
  } catch (error) {
    await protecting.catch(() => undefined);
    throw error;
  }
}

function writeRecord(
  path: string,
  {
    input,
    linked,
  }: { readonly input: EnvironmentInput; readonly linked: readonly LinkedPackage[] },
): void {
  const { source, interpreter, directory } = input;
  const { sitePackages } = interpreter;
  const record: EnvironmentRecord = {
    version: 1,
    source,
    interpreter: { path: interpreter.path, version: interpreter.version },
    sitePackages,
    ...(hasConda(input) && { prefix: directory }),
    ...(linked.length > 0 && { linked }),
    times: folderTimes(path, ["bin", sitePackages]),
  };
  writeFileSync(`${path}/${RECORD}`, canonicalJson(record));
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Links for what the generation has; a file of the user's with that name stays. */
function addLinks(directory: string, names: readonly string[]): string[] {
  return names.filter((name) => {
    const path = `${directory}/${name}`;
    const target = `${CURRENT}/${name}`;
    const there = lstatSync(path, { throwIfNoEntry: false });
    return (there === undefined && isLinked(path, target)) || linkTarget(path) === target;
  });
}

/** Makes a link; false where another process was first. */
function isLinked(path: string, target: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Files of conda packages name others by their place in the directory. */
function refuseTaken(directory: string, names: readonly string[]): void {
  const taken = names.find((name) => {
    const path = `${directory}/${name}`;
    const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    return isThere && linkTarget(path) !== `${CURRENT}/${name}`;
  });
  if (taken === undefined) return;
  throw environmentError(
    "conda-directory-taken",
    `${directory} has ${taken} of its own, where conda packages need theirs`,
    {
      hint: `Move ${taken} away, or choose another directory.`,
      place: { file: `${directory}/${taken}` },
    },
  );
}

function removeStaleLinks(directory: string, names: readonly string[]): void {
  const wanted = new Set(names);
  for (const name of readdirSync(directory)) {
    if (wanted.has(name)) continue;
    if (linkTarget(`${directory}/${name}`) === `${CURRENT}/${name}`)
      unlinkSync(`${directory}/${name}`);
  }
}

function prepareDirectory(directory: string): void {
  if (lstatSync(`${directory}/${GENERATIONS}`, { throwIfNoEntry: false }) !== undefined) {
    removeUnfinished(directory);
    return;
  }
  mkdirSync(`${directory}/${GENERATIONS}`, { recursive: true });
  writeFileSync(`${directory}/${OWN_FOLDER}/.gitignore`, "*\n");
}

/** Gives the generation's number, and what shows of it in the directory. */
async function writeGeneration(
  input: EnvironmentInput,
  { root, linked }: Composed,
): Promise<{ readonly generation: number; readonly names: readonly string[] }> {
  const { directory } = input;
  const path = newGenerationPath(directory);
  try {
    writeTree(root, path, input.store.root);
    if (linked.length > 0) {
      const { runScripts } = await import("./generation-scripts.ts");
      await runScripts(input, { path, linked });
    }
    writeRecord(path, { input, linked });
    const names = readdirSync(path).filter((name) => !HIDDEN.has(name));
    return { generation: registerGeneration(directory, path), names: names.sort() };
  } catch (error) {
    rmSync(path, { recursive: true, force: true });
    throw error;
  }
}

/** What undoes scripts of the generation in effect, once it no longer is. */
async function undoOf(
  input: EnvironmentInput,
): Promise<((linked: readonly LinkedPackage[]) => Promise<void>) | undefined> {
  if (input.conda?.linkScripts === undefined) return undefined;
  return (await import("./generation-scripts.ts")).undoOf(input);
}

/**
 * Makes an environment of objects in a directory and makes it the one in effect. It is built as a new
 * generation under a temporary name; the rename of one link switches to it, so what was there works until
 * then, whatever happens. `sys.prefix` is the directory, which can be moved. Throws ENVIRONMENT_ERRORS;
 * then nothing has changed.
 */
export async function createEnvironment(given: EnvironmentInput): Promise<Environment> {
  const directory = resolve(given.directory);
  const input = { ...given, directory };
  checkEnvironment(input);
  const { cacheTag } = input.interpreter;
  const composition: Composition = { store: input.store.root, cacheTag, collisions: [] };
  const protecting = input.store.protect([...input.objects, ...(input.condaObjects ?? [])]);
  const composed = await composeWhile(protecting, input, composition);
  const { root, clobbered, linked } = composed;
  const shown = [...root.children.keys()].filter((name) => !HIDDEN.has(name)).sort();
  if (hasConda(input)) refuseTaken(directory, shown);
  const undo = await undoOf(input);
  try {
    prepareDirectory(directory);
    input.store.registerRoot(`${directory}/${GENERATIONS}`);
    const { generation, names } = await writeGeneration(input, composed);
    const links = addLinks(directory, names);
    switchGeneration(directory, generation);
    rememberEnvironment(directory, input.store);
    removeStaleLinks(directory, links);
    await undo?.(linked);
    return {
      directory,
      generation,
      python: `${directory}/bin/python`,
      links,
      collisions: composition.collisions,
      clobbered,
      linked: linked.map(({ name }) => name),
    };
  } catch (error) {
    throw fromFileError(error, directory);
  }
}

/**
 * Tells the store where an environment is. After this, the environment can be moved, and what it needs
 * is kept all the same.
 */
export function rememberEnvironment(directory: string, store: EnvironmentInput["store"]): void {
  const path = resolve(directory);
  store.registerRoot(`${path}/${GENERATIONS}`, `${path}/${CURRENT}/${OBJECT_LIST}`);
}

/** Names in a directory that lead into its environment, sorted: they are of this machine alone. */
export function environmentLinks(directory: string): readonly string[] {
  const names = readdirSync(directory).sort();
  return names.filter((name) => linkTarget(`${directory}/${name}`) === `${CURRENT}/${name}`);
}

/**
 * Refuses what no environment can be made of: a Python that cannot have one, a directory with something
 * else in it. Throws `python-too-old`, `python-implementation` and `environment-foreign`.
 */
export function checkEnvironment({
  directory,
  interpreter,
}: Pick<EnvironmentInput, "directory" | "interpreter">): void {
  refuseInterpreter(interpreter);
  refuseForeign(resolve(directory));
}

/**
 * Points an environment whose store was moved to where the store is now: one link a generation. False
 * where that does not help, since an object is missing there.
 */
export function relinkEnvironment(directory: string, store: EnvironmentInput["store"]): boolean {
  const state = environmentState(directory);
  if (state.kind !== "made") return false;
  if (!state.objects.every((name) => store.has(`${store.root}/${name}` as never))) return false;
  const path = `${directory}/${GENERATIONS}/${state.generation}`;
  replaceLink(`${path}/${STORE_LINK}`, store.root);
  writeFileSync(`${path}/${OBJECT_LIST}`, formatObjectList(store.root, state.objects));
  rememberEnvironment(directory, store);
  return true;
}
