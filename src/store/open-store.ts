import { basename, resolve } from "node:path";
import { silent } from "../base/index.ts";
import { addObject, hasObject, makeTemporary, TEMPORARY } from "./add.ts";
import { derivedPattern, type IsDerived } from "./derived-pattern.ts";
import { inTurn } from "./in-turn.ts";
import { makeImmutable, modesDoNotBind, sealFiles } from "./immutable.ts";
import { DERIVED_LOCKS, LOCKS, StoreLock } from "./lock.ts";
import { objectName } from "./object-name.ts";
import { removeTree } from "./remove-tree.ts";
import { addRoot, listRoots } from "./roots.ts";
import type { CollectOptions, Protection, Store, StoreOptions, StorePath } from "./types.ts";

interface Handle {
  readonly root: string;
  readonly isDerived: IsDerived;
  readonly lock: StoreLock;
  readonly derivedLock: StoreLock;
}

async function protect(paths: readonly StorePath[]): Promise<Protection> {
  if (!modesDoNotBind()) return "modes";
  return (await makeImmutable(paths)) ? "immutable" : "none";
}

async function seal(paths: readonly StorePath[]): Promise<void> {
  if (modesDoNotBind() && (await protect(paths)) === "immutable") await sealFiles(paths);
}

/**
 * Does work that nobody else does meanwhile who adds derived data or wants it left alone: not another
 * process, and not another call of this one, through whichever handle.
 */
function aloneWithDerived<T>({ root, derivedLock }: Handle, work: () => Promise<T>): Promise<T> {
  return inTurn(root, () => derivedLock.alone(work));
}

/** Closes what a killed process left open, then does work; nobody adds derived data meanwhile. */
function whileClosed<T>(handle: Handle, work: () => Promise<T> | T): Promise<T> {
  return aloneWithDerived(handle, async () => {
    const { closeLeftOpen } = await import("./add-derived.ts");
    await closeLeftOpen(handle.root);
    return work();
  });
}

async function listObjects(root: string): Promise<readonly StorePath[]> {
  const { objectNames } = await import("./collect.ts");
  return objectNames(root).map((name) => `${root}/${name}` as StorePath);
}

function maintenance(
  handle: Handle,
): Pick<Store, "addDerived" | "verify" | "repair" | "collect" | "destroy"> {
  const { root, lock, isDerived } = handle;
  return {
    addDerived: (items) =>
      lock.shared(() =>
        aloneWithDerived(handle, async () => {
          const { addDerived } = await import("./add-derived.ts");
          await addDerived(root, items, { isDerived });
        }),
      ),
    verify: ({ paths, report = silent } = {}) =>
      lock.shared(() =>
        whileClosed(handle, async () => {
          const { verifyObjects } = await import("./verify.ts");
          return verifyObjects(paths ?? (await listObjects(root)), { isDerived, report });
        }),
      ),
    repair: (paths) =>
      lock.alone(async () => {
        const { removeObjects } = await import("./collect.ts");
        await removeObjects(
          root,
          paths.filter(hasObject).map((path) => basename(path)),
        );
      }),
    destroy: () =>
      lock.alone(async () => {
        const { removeObjects, objectNames } = await import("./collect.ts");
        await removeObjects(root, objectNames(root));
        removeTree(root);
      }),
    collect: (options: CollectOptions = {}) =>
      lock.alone(
        () =>
          whileClosed(handle, async () => {
            const { collectObjects } = await import("./collect.ts");
            return collectObjects(root, options);
          }),
        options.timeout === undefined ? {} : { timeout: options.timeout },
      ),
  };
}

/**
 * A handle on the store in a folder, which need not be there yet. Nothing is read or written before
 * it is used.
 */
export function openStore(folder: string, options: StoreOptions = {}): Store {
  const root = resolve(folder);
  const handle: Handle = {
    root,
    isDerived: derivedPattern(options.derived ?? []),
    lock: new StoreLock(root, LOCKS),
    derivedLock: new StoreLock(root, DERIVED_LOCKS),
  };
  return {
    root,
    path: (key) => `${root}/${objectName(key)}` as StorePath,
    has: hasObject,
    add: (key, fill) => addObject(`${root}/${objectName(key)}` as StorePath, key, { root, fill }),
    temporary: () => makeTemporary(root),
    discard: (path) => {
      if (!basename(path).startsWith(TEMPORARY)) throw new Error(`${path} is not temporary`);
      removeTree(path);
    },
    protect,
    seal,
    list: () => listObjects(root),
    registerRoot: (path, list) => addRoot(root, resolve(path), list),
    roots: () => listRoots(root),
    shared: (work, lockOptions) => handle.lock.shared(work, lockOptions),
    ...maintenance(handle),
  };
}
