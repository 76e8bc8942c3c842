import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuildEnvironment, compileBytecode } from "../../build/index.ts";
import { createEnvironment, type Interpreter } from "../../environment/index.ts";
import type { Store, StorePath } from "../../store/index.ts";
import { closureName } from "./closure-name.ts";
import type { Workshop } from "./workshop.ts";

export type BuildEnvironmentOptions = Pick<Workshop, "store" | "place">;

/** An environment for one build, to be removed after it. */
export interface TemporaryBuildEnvironment extends BuildEnvironment {
  remove(): void;
}

/**
 * What a build needs, in an environment of its own: links into the store, compiled. Throws the
 * environment stage's errors.
 */
export async function makeBuildEnvironment(
  objects: readonly StorePath[],
  { store, place }: BuildEnvironmentOptions,
): Promise<TemporaryBuildEnvironment> {
  const { interpreter, tools, prefix } = await place();
  await compileOnce(objects, { store, interpreter });
  const folder = store.temporary();
  const directory = join(folder, "environment");
  try {
    const made = await createEnvironment({
      directory,
      interpreter,
      store,
      objects,
      source: "build",
      ignoreCollisions: true,
    });
    return {
      python: made.python,
      readable: [directory, ...objects, ...interpreterFolders(interpreter), ...tools.readable],
      tools,
      ...(prefix === undefined ? {} : { prefix }),
      closure: closureName(objects),
      remove: () => store.discard(folder),
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Objects that are being compiled, by kind of Python: builds at once often need the same. */
const COMPILING = new Map<string, Promise<void>>();

/** Compiles objects for an interpreter, each once at a time. Throws the build stage's errors. */
export async function compileOnce(
  objects: readonly StorePath[],
  { store, interpreter }: { readonly store: Store; readonly interpreter: Interpreter },
): Promise<void> {
  const keyOf = (object: StorePath): string => `${interpreter.cacheTag} ${object}`;
  const elsewhere = objects.flatMap((object) => COMPILING.get(keyOf(object)) ?? []);
  const own = objects.filter((object) => !COMPILING.has(keyOf(object)));
  const work = compileBytecode(own, { store, interpreter, mode: "now" });
  for (const object of own) COMPILING.set(keyOf(object), work);
  try {
    await Promise.all([work, ...elsewhere]);
  } finally {
    for (const object of own) COMPILING.delete(keyOf(object));
  }
}

/** Where an interpreter's own files are: programs, libraries, headers. */
function interpreterFolders({ path, basePrefix, libdir }: Interpreter): readonly string[] {
  const folders = [dirname(dirname(path)), basePrefix, libdir];
  return [...new Set(folders.filter((folder) => folder !== "" && folder !== "/"))];
}
