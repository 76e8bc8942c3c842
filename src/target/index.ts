/**
 * What a resolution is for: a Python and a platform, by name. Takes names, gives targets, their
 * marker environment and wheel tags, and which wheels run there. Pure: never looks at the host.
 */
export { TARGET_ERRORS } from "./errors.ts";
export { explainTags } from "./explain-tags.ts";
export { hostPlatform, type Host } from "./host-platform.ts";
export { markerEnvironment } from "./marker-environment.ts";
export { nearestName } from "./nearest-name.ts";
export { parsePlatform } from "./parse-platform.ts";
export { platformTable, type PlatformRow } from "./platform-table.ts";
export { parsePythonVersion } from "./python-version.ts";
export { tagRanker } from "./rank-tags.ts";
export { supportedTags, type AbiOptions } from "./supported-tags.ts";
export { targetName } from "./target-name.ts";
export type { MarkerEnvironment, Platform, PythonVersion, Target } from "./types.ts";
export {
  compareWheelBuilds,
  parseWheelName,
  tryParseWheelName,
  type WheelName,
} from "./wheel-name.ts";
export {
  condaSubdir,
  type VirtualOverrides,
  type VirtualPackage,
  virtualPackages,
} from "./virtual-packages.ts";
