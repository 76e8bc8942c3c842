import type { Report, Sha256 } from "../base/index.ts";
import type { HostTools, Sandbox, SandboxKind, SandboxLimits } from "./sandbox-types.ts";

/** What a wheel is built from. */
export type BuildSource =
  | {
      readonly kind: "sdist";
      /** A file that was verified against `sha256`. */
      readonly path: string;
      /** The sdist's own name, which `path` need not end in. */
      readonly filename: string;
      readonly sha256: Sha256;
    }
  | {
      readonly kind: "tree";
      /** A folder: a project's, or a checkout. It is copied, never written. */
      readonly path: string;
    };

/** `[build-system]` of a pyproject.toml, or what stands for it (PEP 517, PEP 518). */
export interface BuildSystem {
  /** Requirements, as written. */
  readonly requires: readonly string[];
  /** `module:object`. */
  readonly backend: string;
  /** Folders of the source tree that the backend comes from. */
  readonly backendPath: readonly string[];
}

/** A crate of a Rust project on this machine. */
export interface VendoredCrate {
  /** A `.crate` file that was verified against `sha256`. */
  readonly path: string;
  readonly sha256: Sha256;
}

/** The environment that holds what the backend needs; ready made. */
export interface BuildEnvironment {
  /** Its Python: `ENV/bin/python`. */
  readonly python: string;
  /** What must be readable for it to work: its folder, the store's objects that it links to, its base. */
  readonly readable: readonly string[];
  /** Names what is in it, for the built wheel's key: a hash over the closure. */
  readonly closure: string;
  /** Programs, and variables that name headers and libraries, which it brings along. */
  readonly tools?: HostTools;
  /** A folder in whose `lib` extension modules find libraries; an environment that they are put into has its own. */
  readonly prefix?: string;
  /** What cargo may build from: all that the source's Cargo.lock names. */
  readonly crates?: readonly VendoredCrate[];
}

export interface BuildOptions {
  readonly source: BuildSource;
  /** What it should be; a wheel of another project or version is refused. */
  readonly expected?: { readonly name: string; readonly version?: string };
  readonly environment: BuildEnvironment;
  readonly sandbox: Sandbox;
  /** A folder of the caller's for this build alone; made, and left to be removed with `sandbox.remove`. */
  readonly folder: string;
  /**
   * An editable wheel (PEP 660) of a tree. The build sees a copy, as every build does: the copy's path in
   * the wheel becomes the tree's, and extension modules made beside their sources are put into the tree.
   */
  readonly editable?: boolean;
  /** PEP 517's config_settings. */
  readonly configSettings?: Readonly<Record<string, string | readonly string[]>>;
  /** Further environment variables, such as those of a fix. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<SandboxLimits>;
  readonly report?: Report;
  readonly signal?: AbortSignal;
}

export interface BuildWheelOptions extends BuildOptions {
  /** Wheel tags of the interpreter that the wheel is for. */
  readonly tags: readonly string[];
}

/** A wheel that was built and checked: one regular file, of the right project, version and tags. */
export interface BuiltWheel {
  readonly path: string;
  readonly filename: string;
  readonly sha256: Sha256;
  readonly size: number;
  readonly sandbox: SandboxKind;
  /** All that the build printed. */
  readonly log: string;
  readonly seconds: number;
  /** Processes that it left running, which were ended. */
  readonly left: number;
}

/** The metadata of a source tree, as its backend gives it. */
export interface PreparedMetadata {
  /** The text of METADATA. */
  readonly metadata: string;
  /** Where the backend cannot say without building: the wheel. */
  readonly wheel?: BuiltWheel;
}

export interface AskOptions extends BuildWheelOptions {
  /**
   * Requirement lines that the environment was made from, and normalized names of what is in it; left
   * out, what it needs is not asked.
   */
  readonly given?: readonly string[];
  /** What is wanted beside the requirements. */
  readonly also: "nothing" | "metadata" | "wheel";
}

/** What a backend said when it was asked in one go. */
export interface AskedBackend extends Partial<PreparedMetadata> {
  /** What it needs, in its own words. */
  readonly requires: readonly string[];
  /** Why what was wanted could not be had, though it was tried. */
  readonly failure?: Error;
}
