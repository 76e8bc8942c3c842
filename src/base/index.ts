/**
 * What every stage stands on: errors for users, progress events, hashes, canonical JSON, atomic
 * files, bounded concurrency. Takes and gives plain values; may touch the file system.
 */
export { writeFileAtomic } from "./atomic-file.ts";
export { byteText } from "./byte-text.ts";
export { canonicalJson, compactJson, type Json } from "./canonical-json.ts";
export { isPromise, mapBounded, type MaybePromise } from "./concurrency.ts";
export { editDistance } from "./edit-distance.ts";
export { type Phase, type ProgressEvent, type Report, silent } from "./events.ts";
export { isSha256, sha256, type Sha256 } from "./hash.ts";
export { isPackageName, normalizeName, type PackageName } from "./package-name.ts";
export {
  errorMaker,
  EXIT,
  joinErrors,
  UserError,
  type ErrorCatalogue,
  type ErrorEntry,
  type ErrorMaker,
  type ExitCode,
  type Place,
  type UserErrorOptions,
} from "./user-error.ts";
