/**
 * The lock file. Takes a `Lock` and gives its canonical text, or takes a text that anybody may have
 * written and gives a checked `Lock`; tells two locks apart. Touches the file system only in
 * `readLockFile` and `writeLockFile`.
 */
export { diffLocks, type TargetDiff } from "./diff-locks.ts";
export { LOCK_ERRORS } from "./errors.ts";
export { inputHash } from "./input-hash.ts";
export { readLock } from "./read-lock.ts";
export { readLockFile } from "./read-lock-file.ts";
export {
  chooseSet,
  requirementsOfSet,
  SET_NAME,
  setNames,
  targetLabel,
  targetsOfSet,
} from "./sets.ts";
export {
  LOCK_VERSION,
  type Lock,
  type LockedArtifact,
  type LockedBuild,
  type LockedNix,
  type LockedSet,
  type LockedSource,
  type LockedTarget,
  type Pin,
} from "./types.ts";
export { writeLock } from "./write-lock.ts";
export { writeLockFile } from "./write-lock-file.ts";
