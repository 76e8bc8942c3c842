/** The files of pypi-deps-db, one by one: read, and written with the bytes that an export gives them. */
export { bucketValues } from "./snapshot/bucket-json.ts";
export { bucketText } from "./snapshot/bucket-text.ts";
export type {
  FailedRelease,
  SdistMetadata,
  SdistRelease,
  WheelFile,
  WheelMetadata,
  WheelRelease,
} from "./snapshot/project-data.ts";
export {
  type BucketKind,
  type BucketProject,
  type Fault,
  readBucket,
} from "./snapshot/read-bucket.ts";
export { byPython } from "./snapshot/python-key.ts";
export { sortVersions } from "./snapshot/sort-versions.ts";
export { versionKey } from "./release-files.ts";
export { coreAsSetup, setupMetadata, type WrittenFields } from "./setup-fields.ts";
