import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuildEnvironment, compileBytecode } from "../../build/index.ts";
import { createEnvironment, type Interpreter } from "../../environment/index.ts";
import type { Store, StorePath } from "../../store/index.ts";
import { closureName } from "./closure-name.ts";

export interface BuildEnvironmentOptions {
  readonly store: Store;
  readonly interpreter: Interpreter;
}

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
  { store, interpreter }: BuildEnvironmentOptions,
): Promise<TemporaryBuildEnvironment> {
  await compileInTurn(() => compileBytecode(objects, { store, interpreter, mode: "now" }));
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
      readable: [directory, ...objects, ...interpreterFolders(interpreter)],
      closure: closureName(objects),
      remove: () => store.discard(folder),
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The store's lock for derived files tells processes apart, not the builds of one. */
let lastCompiled: Promise<void> = Promise.resolve();

function compileInTurn(work: () => Promise<void>): Promise<void> {
  const turn = lastCompiled.then(work);
  lastCompiled = turn.catch(() => undefined);
  return turn;
}

/** Where an interpreter's own files are: programs, libraries, headers. */
function interpreterFolders({ path, basePrefix, libdir }: Interpreter): readonly string[] {
  const folders = [dirname(dirname(path)), basePrefix, libdir];
  return [...new Set(folders.filter((folder) => folder !== "" && folder !== "/"))];
}
