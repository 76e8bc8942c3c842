import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { HostTools } from "../../build/index.ts";
import {
  condaInterpreter,
  createEnvironment,
  environmentState,
  type Interpreter,
} from "../../environment/index.ts";
import type { Store } from "../../store/index.ts";
import { pinnedPython } from "../conda-pins.ts";
import type { Installable } from "../installables.ts";
import type { Session } from "../session.ts";
import { closureName } from "./closure-name.ts";

/** What builds stand on: a Python, and what else they see. */
export interface BuildPlace {
  readonly interpreter: Interpreter;
  readonly tools: HostTools;
  /** Where the libraries' environment is. */
  readonly prefix?: string;
}

export interface CondaBaseOptions {
  readonly session: Session;
  readonly store: Store;
  /** The Python that the target has where none of its packages is one. */
  readonly interpreter: Interpreter;
}

/**
 * An environment of a target's conda packages, which are in the store, for its source distributions to be built in:
 * with their Python, if they have one, their programs, headers and libraries. It is kept in the cache, for the same
 * packages give the same one. Throws the environment stage's errors.
 */
export async function openCondaBase(
  items: readonly Installable[],
  { session, store, interpreter }: CondaBaseOptions,
): Promise<BuildPlace> {
  const objects = items.map(({ object }) => object);
  const source = closureName(objects);
  const directory = join(session.home.cache, "builds", "conda", source.slice(0, 20));
  const python = pinnedPython({ pins: items.map(({ pin }) => pin) });
  const own =
    python === undefined
      ? interpreter
      : condaInterpreter(python, { directory, libc: interpreter.libc });
  if (!isMade(directory, { source, store })) {
    await createEnvironment({
      directory,
      interpreter: own,
      store,
      objects: [],
      condaObjects: objects,
      source,
      ignoreCollisions: true,
    });
  }
  return { interpreter: own, tools: toolsOf(directory, objects), prefix: directory };
}

function isMade(
  directory: string,
  { source, store }: { readonly source: string; readonly store: Store },
): boolean {
  const state = environmentState(directory);
  return (
    state.kind === "made" &&
    state.source === source &&
    state.store === store.root &&
    state.fault === undefined
  );
}

function toolsOf(directory: string, objects: readonly string[]): HostTools {
  const lib = join(directory, "lib");
  return {
    path: [join(directory, "bin")],
    readable: [directory, ...objects],
    env: {
      CONDA_PREFIX: directory,
      CPATH: join(directory, "include"),
      LIBRARY_PATH: lib,
      PKG_CONFIG_PATH: [join(lib, "pkgconfig"), join(directory, "share", "pkgconfig")].join(":"),
      CMAKE_PREFIX_PATH: directory,
      ...compilersIn(join(directory, "bin")),
    },
  };
}

/** Of conda's compilers, whose names begin with what they compile for, and how builds ask for them. */
const COMPILERS: readonly (readonly [RegExp, string])[] = [
  [/-conda[\w-]*-(?:gcc|clang)$/, "CC"],
  [/-conda[\w-]*-(?:g\+\+|clang\+\+)$/, "CXX"],
  [/-conda[\w-]*-gfortran$/, "FC"],
  [/-conda[\w-]*-ar$/, "AR"],
];

function compilersIn(bin: string): Record<string, string> {
  const names = readdirSync(bin).sort();
  return Object.fromEntries(
    COMPILERS.flatMap(([pattern, variable]) => {
      const name = names.find((one) => pattern.test(one));
      return name === undefined ? [] : [[variable, join(bin, name)]];
    }),
  );
}
