/**
 * The store: content-addressed, immutable folders. Takes a key and a function that fills a folder,
 * gives a path that is there whole or not at all; verifies, repairs and collects. Knows nothing of
 * Python. May touch the store's folder, and start `chattr` where file modes do not bind (root).
 */
export { STORE_ERRORS } from "./errors.ts";
export { FIXED_TIME } from "./finish-tree.ts";
export { isObjectName, objectName } from "./object-name.ts";
export { openStore } from "./open-store.ts";
export { isAlive, ownerToken } from "./owner.ts";
export { formatObjectList, OBJECT_LIST } from "./roots.ts";
export type {
  CollectOptions,
  CollectResult,
  DerivedFiles,
  Fill,
  FilledFile,
  LockOptions,
  ObjectKey,
  Problem,
  Protection,
  Store,
  StoreOptions,
  StorePath,
  VerifyResult,
} from "./types.ts";
