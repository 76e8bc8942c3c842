/**
 * An index in one file. Takes pypi-deps-db data and makes a file of it; gives out of such a file what
 * the resolver asks, reading only the blocks that hold it. May touch the files it is told of.
 */
export { INDEX_FILE_ERRORS, indexFileError } from "./errors.ts";
export { type CompactedIndex, compactIndex } from "./compact-index.ts";
export { diffFiles, diffSteps, type ProjectChange } from "./diff-files.ts";
export { exportIndex, exportSteps, type ExportedIndex } from "./export-index.ts";
export { type FileAddress } from "./file-addresses.ts";
export { type FileIndex, type FoundAddress, openFileIndex, type SoughtFile } from "./file-index.ts";
export type { IndexFacts } from "./file-format.ts";
export { importFiles } from "./import-files.ts";
export {
  importIndex,
  type ImportFault,
  type ImportOptions,
  type ImportResult,
} from "./import-index.ts";
export {
  type FileInfo,
  type IndexInfo,
  inspectFile,
  inspectIndex,
  showProject,
} from "./inspect-file.ts";
export { listNames } from "./list-names.ts";
export { overLive } from "./over-live.ts";
export type { FileFacts, ProjectData } from "./project-data.ts";
export { updateIndex, type UpdateResult } from "./update-index.ts";
export { stepwise } from "./stepwise.ts";
export { type FileVerification, verifyFile, verifySteps } from "./verify-file.ts";
