import type { BuildSystem } from "./build-types.ts";
import { buildError } from "./errors.ts";

const LEGACY_BACKEND = "setuptools.build_meta:__legacy__";
/** What a tree without `[build-system]` is built with (PEP 518 "build-system table"). */
export const LEGACY: BuildSystem = {
  requires: ["setuptools>=40.8.0"],
  backend: LEGACY_BACKEND,
  backendPath: [],
};
const BACKEND = /^[\w.]+(?::[\w.]+)?$/;

/**
 * Reads `[build-system]` of a pyproject.toml's text; setuptools' legacy backend where there is none.
 * Throws `build-system`, `file` being the place named.
 */
export async function readBuildSystem(
  text: string | undefined,
  file: string,
): Promise<BuildSystem> {
  if (text === undefined) return LEGACY;
  const table = (await parseToml(text, file))["build-system"];
  if (table === undefined) return LEGACY;
  if (typeof table !== "object" || table === null || Array.isArray(table))
    throw refused("[build-system] is no table", file);
  const {
    requires,
    "build-backend": backend = LEGACY_BACKEND,
    "backend-path": path = [],
  } = table as Readonly<Record<string, unknown>>;
  if (!isTexts(requires)) throw refused("`requires` in [build-system] is no list of texts", file);
  if (typeof backend !== "string" || !BACKEND.test(backend))
    throw refused("`build-backend` is no `module:object`", file);
  if (!isTexts(path) || !path.every(staysInside))
    throw refused("`backend-path` is no list of folders of the project", file);
  return { requires, backend, backendPath: path };
}

async function parseToml(text: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (error instanceof TomlError) {
      const [line = ""] = error.message.split("\n");
      throw refused(`it is no TOML (line ${error.line}: ${line})`, file);
    }
    throw error;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** PEP 517 "In-tree build backends": below the project's root. */
function staysInside(path: string): boolean {
  return !path.startsWith("/") && !path.includes("\\") && !path.split("/").includes("..");
}

function refused(what: string, file: string): Error {
  return buildError(
    "build-system",
    `${file}: pyproject.toml does not say how to build it: ${what}`,
    {
      place: { file },
    },
  );
}
