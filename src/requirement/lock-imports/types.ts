import type { PackageName } from "../../base/index.ts";
import type { SpecifierSet } from "../../version/index.ts";
import type { Marker } from "../types.ts";

/** The locks of other tools. */
export type LockFormat = "uv" | "poetry" | "pdm" | "pipenv" | "pylock" | "requirements";

/** What another tool has chosen: versions, where it says so for a part of the environments only. */
export interface LockImport {
  readonly format: LockFormat;
  /** In the file's order; a name may have several. */
  readonly pins: readonly ImportedPin[];
  /** What the file says that packages need of each other, which tells versions of one name apart. */
  readonly needs: readonly ImportedNeed[];
  /** Extras and groups that the markers of a pylock.toml may ask for. */
  readonly extras: readonly string[];
  readonly groups: readonly string[];
}

export interface ImportedPin {
  readonly name: PackageName;
  /** As PEP 440 spells it. */
  readonly version: string;
  /** It is for environments where one of them holds; for all where there are none. */
  readonly markers: readonly Marker[];
  readonly requiresPython?: string;
}

export interface ImportedNeed {
  readonly name: PackageName;
  readonly specifiers: SpecifierSet;
  readonly marker?: Marker;
}
