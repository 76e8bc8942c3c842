/**
 * Where candidates come from. Takes a name, gives the ordered list of its builds for a target, each
 * looked at only when asked for, and why the others are none; asks the index, touches nothing else.
 */
export type { RankWheel } from "./best-wheel.ts";
export type {
  FileRecord,
  LaterRelease,
  MetadataFailure,
  NixpkgsList,
  PackageIndex,
  ReleaseMetadata,
  Twin,
} from "../index/index.ts";
export { BUILT_IN_ORDER } from "./built-in-order.ts";
export type { Preference } from "./joined-candidates.ts";
export { condaProvider, standInProvider, systemProvider } from "./conda.ts";
export { CondaLayer, type CondaOptions } from "./conda-layer.ts";
export { NotReadYet } from "./not-read-yet.ts";
export { type MappingOptions, NameMapping, type NameTable } from "./conda-mapping.ts";
export { condaNameOf, condaNode, shownName } from "./conda-names.ts";
export { chainInOrder, chainProviders } from "./provider-chain.ts";
export { nixpkgsProvider, type NixpkgsOptions } from "./nixpkgs.ts";
export { HandedOnList } from "./handed-on-list.ts";
export { newestFirst } from "./newest-first.ts";
export { providerOrder } from "./provider-order.ts";
export { sdistProvider, type SdistOptions } from "./sdist.ts";
export type { Candidate, CandidateList, Provider, Refusal, RefusalReason } from "./types.ts";
export { wheelProvider, type WheelOptions } from "./wheel.ts";
