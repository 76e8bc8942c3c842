import type { Place } from "../base/index.ts";
import type { Marker } from "./types.ts";
import type { Statement } from "./read-statements.ts";

/** A dependency on a conda package, as text: match specs are read where they are resolved. */
export interface CondaDependency {
  /** As written: `conda-forge::numpy=1.26`. */
  readonly text: string;
  /** What stands before `::`. */
  readonly channel?: string;
  /** In lower case. */
  readonly name: string;
  /** What follows the name: `=1.26`, "" where nothing does. */
  readonly spec: string;
  /** Of a selector in a comment behind it (`# [linux64]`). */
  readonly marker?: Marker;
  readonly place: Place;
}

/** A conda environment.yml. */
export interface EnvironmentYml {
  readonly name?: string;
  readonly prefix?: string;
  readonly channels: readonly string[];
  readonly platforms: readonly string[];
  readonly dependencies: readonly CondaDependency[];
  /** The lines under `pip:`, options and includes too. */
  readonly pip: readonly Statement[];
  readonly variables: ReadonlyMap<string, string>;
  /** Top-level keys without a meaning, which conda passes over. */
  readonly ignoredKeys: readonly string[];
}
