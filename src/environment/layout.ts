/** Where things are in an environment directory. Everything of this machine is in `.mach-nix`. */
export const OWN_FOLDER = ".mach-nix";
export const GENERATIONS: string = `${OWN_FOLDER}/generations`;
/** A link to `generations/N`: the environment that is in effect. Replacing it switches. */
export const CURRENT: string = `${OWN_FOLDER}/current`;

/** In each generation, beside bin, lib and so on. */
export const STORE_LINK = "store";
export const RECORD = "environment.json";

/** Names in a generation that do not show in the environment directory. */
export const HIDDEN: ReadonlySet<string> = new Set([STORE_LINK, RECORD, "objects"]);

/** Files that make a directory ours, whether or not an environment was made in it yet. */
export const MARKS: readonly string[] = [OWN_FOLDER, "mach-nix.lock", "mach-nix.toml"];

/** A conda package whose scripts of linking and unlinking are run. */
export interface LinkedPackage {
  readonly name: string;
  readonly version: string;
  readonly buildNumber: number;
  /** The object's name. */
  readonly object: string;
}

/** What `environment.json` holds. */
export interface EnvironmentRecord {
  readonly version: 1;
  readonly source: string;
  readonly interpreter: { readonly path: string; readonly version: string };
  readonly sitePackages: string;
  /** The directory that stands in files of conda packages: elsewhere they would be wrong. */
  readonly prefix?: string;
  /** Conda packages whose scripts were run when they were linked, in that order. */
  readonly linked?: readonly LinkedPackage[];
  /** Nanoseconds, as text: a change in these folders shows in their times. */
  readonly times: Readonly<Record<string, string>>;
}
