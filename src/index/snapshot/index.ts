/**
 * An index in one file. Takes pypi-deps-db data and makes a file of it; gives out of such a file what
 * the resolver asks, reading only the blocks that hold it. May touch the files it is told of.
 */
export { INDEX_FILE_ERRORS, indexFileError } from "./errors.ts";
export { diffFiles, type ProjectChange } from "./diff-files.ts";
export { exportIndex, type ExportedIndex } from "./export-index.ts";
export { type FileIndex, openFileIndex } from "./file-index.ts";
export type { IndexFacts } from "./file-format.ts";
export {
  importIndex,
  type ImportFault,
  type ImportOptions,
  type ImportResult,
} from "./import-index.ts";
export { type FileInfo, inspectFile, showProject } from "./inspect-file.ts";
export type { ProjectData } from "./project-data.ts";
export { type FileVerification, verifyFile } from "./verify-file.ts";
