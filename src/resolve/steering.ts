import type { PackageName, Place } from "../base/index.ts";
import type { Preference } from "../provider/index.ts";
import type { SpecifierSet } from "../version/index.ts";

/** How the user bends a resolution, beside what is asked for. */
export interface Steering {
  /** Earlier providers win whatever the version, or the newest version whoever has it. */
  readonly prefer?: Preference;
  /** Which of the versions that fit is taken: of all packages, or of those asked for directly. */
  readonly order?: VersionOrder;
  /** Whose pre-releases are admitted. */
  readonly prereleases?: readonly PackageName[];
  readonly minimumAge?: MinimumAge;
  readonly overrides?: readonly MetadataOverride[];
  readonly excluded?: readonly Exclusion[];
}

export type VersionOrder = "highest" | "lowest" | "lowest-direct";

/** How old, at the snapshot date, a file must be to be taken; milliseconds. */
export interface MinimumAge {
  readonly all: number;
  readonly byName: ReadonlyMap<PackageName, number>;
}

/** Other metadata than a release has. */
export interface MetadataOverride {
  readonly name: PackageName;
  /** The releases it is about. */
  readonly versions: SpecifierSet;
  /** Dependencies that are left out. */
  readonly drop: readonly PackageName[];
  /** PEP 508 texts that stand instead of the release's own on the same name, under their markers. */
  readonly replace: ReadonlyMap<PackageName, string>;
  /** PEP 508 texts of further dependencies. */
  readonly add: readonly string[];
  /** Instead of `Requires-Python`; "" admits every Python. */
  readonly requiresPython?: string;
  readonly reason: string;
  readonly place?: Place;
}

/** Releases that are not to be used. */
export interface Exclusion {
  readonly name: PackageName;
  readonly versions: SpecifierSet;
  readonly reason: string;
  readonly place?: Place;
}

/** A newer release that was passed over for its age. */
export interface HeldBack {
  readonly name: PackageName;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly uploadTime: number;
  /** The version chosen. */
  readonly instead: string;
}
