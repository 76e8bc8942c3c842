/**
 * Building. Takes verified wheels and a store, gives objects that an environment can link to, and
 * what it must know of each; compiles bytecode for them; runs programs that nobody trusts shut in. May
 * touch files, and start worker threads, Python and sandboxes.
 */
export { type BytecodeOptions, compileBytecode } from "./compile-bytecode.ts";
export { DERIVED_FILES, isCompiled } from "./compiled-marker.ts";
export { condaFilename, condaKey, isCondaFilename, splitCondaName } from "./conda-key.ts";
export {
  CONDA_FILES,
  CONDA_PATHS,
  type CondaObject,
  type OwnFile,
  type PrefixFile,
  readCondaObject,
} from "./conda-object.ts";
export { unpackCondaPackage } from "./conda-package.ts";
export { BUILD_ERRORS } from "./errors.ts";
export {
  observeSetup,
  type ObserveOptions,
  type SetupAnswer,
  type SetupFields,
} from "./observe-setup.ts";
export { BUILD_LIMITS, openSandbox } from "./sandbox.ts";
export type {
  HostTools,
  Sandbox,
  SandboxEnd,
  SandboxJob,
  SandboxKind,
  SandboxLimits,
  SandboxOptions,
  SandboxResult,
} from "./sandbox-types.ts";
export type {
  AskedBackend,
  AskOptions,
  BuildEnvironment,
  BuildOptions,
  BuildSource,
  BuildSystem,
  BuildWheelOptions,
  BuiltWheel,
  PreparedMetadata,
  VendoredCrate,
} from "./build-types.ts";
export { readBuildSystem } from "./build-system.ts";
export { type LockedCrate, readCargoLock } from "./cargo-lock.ts";
export {
  type BuildFixes,
  buildFixes,
  type Fix,
  type FixCondition,
  type FixedPackage,
  fixesFor,
  type FixValues,
} from "./fixes.ts";
export { FIXES } from "./fixes-data.ts";
export { findHostTools } from "./host-tools.ts";
export { askBackend, buildWheel, getBuildRequires, prepareMetadata } from "./build-wheel.ts";
export { buildsRust, findCrates } from "./rust-crates.ts";
export { sdistKey, type SdistKeyInput } from "./sdist-key.ts";
export { readSourceBuildSystem } from "./source-tree.ts";
export { parseToml, tableAt, type TomlTable } from "./toml.ts";
export type { EntryPoint, WheelJob, WheelObject } from "./types.ts";
export { artifactKey, unpackArtifact } from "./unpack-artifact.ts";
export { openUnpackPool, type UnpackPool, type UnpackPoolOptions } from "./unpack-pool.ts";
export { INFO_FOLDER } from "./installed-info.ts";
export { unpackSdist, type UnpackSdistOptions } from "./unpack-sdist.ts";
export { unpackWheel } from "./unpack-wheel.ts";
export { DEFAULT_REGISTRY } from "./vendored-crates.ts";
export { wheelKey } from "./wheel-key.ts";
export { readWheelObject } from "./wheel-object.ts";
