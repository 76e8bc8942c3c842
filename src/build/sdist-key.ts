import { normalizeName, sha256, type Sha256 } from "../base/index.ts";
import type { ObjectKey } from "../store/index.ts";
import type { SandboxKind } from "./sandbox-types.ts";

/** Raised whenever building the same sdist gives another wheel than before. */
const RECIPE = "sdist-1";

/** Everything that decides what a wheel built from a source is. */
export interface SdistKeyInput {
  readonly name: string;
  readonly version: string;
  /** Of the sdist's file, or whatever names a tree exactly. */
  readonly source: Sha256;
  /** Names what is in the build environment: a hash over the closure. */
  readonly closure: string;
  /** `sys.implementation`'s SOABI: `cpython-311-x86_64-linux-gnu`. */
  readonly abi: string;
  /** `sysconfig.get_platform()`: `linux-x86_64`. */
  readonly platform: string;
  readonly configSettings?: Readonly<Record<string, string | readonly string[]>>;
  /** Hashes of the crates that it is built from. */
  readonly crates?: readonly Sha256[];
  /** Environment variables of fixes. */
  readonly env?: Readonly<Record<string, string>>;
  /** What was built without a sandbox is another object, and says so. */
  readonly sandbox: SandboxKind;
}

/** The key of the object that a built wheel is kept in, known before it is built. */
export function sdistKey(input: SdistKeyInput): ObjectKey {
  const { configSettings = {}, crates = [], env = {} } = input;
  return {
    name: normalizeName(input.name),
    version: input.version,
    inputs: {
      recipe: RECIPE,
      source: input.source,
      closure: input.closure,
      abi: input.abi,
      platform: input.platform,
      ...(isEmpty(configSettings) ? {} : { settings: sha256(sorted(configSettings)) }),
      ...(crates.length === 0 ? {} : { crates: sha256(crates.toSorted().join("\n")) }),
      ...(isEmpty(env) ? {} : { env: sha256(sorted(env)) }),
      ...(input.sandbox === "none" ? { sandbox: "none" } : {}),
    },
  };
}

function isEmpty(table: object): boolean {
  return Object.keys(table).length === 0;
}

function sorted(table: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}
