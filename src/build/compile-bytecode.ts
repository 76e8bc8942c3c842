import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { type Report, silent } from "../base/index.ts";
import type { Store, StorePath } from "../store/index.ts";
import { isCompiled } from "./compiled-marker.ts";

export interface BytecodeOptions {
  readonly store: Store;
  readonly interpreter: {
    readonly path: string;
    /** `sys.implementation.cache_tag`: bytecode is shared by all Pythons that have the same. */
    readonly cacheTag: string;
  };
  /** Wait for it, leave it to a process of low priority that goes on alone, or go without. */
  readonly mode: "now" | "background" | "never";
  readonly report?: Report;
}

/** What the background process is told: its arguments, then the objects' paths. */
export interface BackgroundJob {
  readonly store: string;
  readonly python: string;
  readonly cacheTag: string;
}

/**
 * Compiles the sources of objects once for each kind of Python, for all environments: derived data,
 * outside the objects' hashes. Then the objects' files are protected, too, where file modes do not bind
 * (root). Where everything is compiled already, this costs a stat for each object.
 * Throws `compile-no-python` and the store's errors, but in the background never.
 */
export async function compileBytecode(
  objects: readonly StorePath[],
  { store, interpreter, mode, report = silent }: BytecodeOptions,
): Promise<void> {
  const { path: python, cacheTag } = interpreter;
  if (mode === "never" || cacheTag === "") return;
  const pending = objects.filter((object) => !isCompiled(object, cacheTag));
  if (pending.length === 0) return;
  if (mode === "background") {
    await startInBackground(pending, { store: store.root, python, cacheTag });
    return;
  }
  const { compileObjects } = await import("./compile-objects.ts");
  const processes = availableParallelism();
  await compileObjects(pending, {
    store,
    python,
    cacheTag,
    processes,
    idle: false,
    all: true,
    report,
  });
  await sealObjects(pending, store);
}

/** Protects every file of those objects that are still there. */
export function sealObjects(objects: readonly StorePath[], store: Store): Promise<void> {
  return store.shared(() => store.seal(objects.filter((path) => store.has(path))));
}

/** A process of its own group, without our terminal, so that neither our end nor Ctrl-C ends it. */
async function startInBackground(objects: readonly StorePath[], job: BackgroundJob): Promise<void> {
  const { spawn } = await import("node:child_process");
  const child = spawn(process.execPath, [workerPath(), JSON.stringify(job), ...objects], {
    cwd: job.store,
    detached: true,
    stdio: "ignore",
  });
  child.on("error", () => undefined);
  child.unref();
}

/** The worker's entry: beside this file in the sources and the library, beside the bundle. */
function workerPath(): string {
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  return fileURLToPath(new URL(`./compile-worker${extension}`, import.meta.url));
}
