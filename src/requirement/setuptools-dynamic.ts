import { normalize, sep } from "node:path";
import { normalizeName } from "../base/index.ts";
import { readStatements } from "./read-statements.ts";
import { TomlDocument, type TomlTable } from "./toml-document.ts";
import type { Requirement } from "./types.ts";

/** What a build would say of a project that only names files. */
export interface DynamicFiles {
  /** Relative to the project's folder; absent where the dependencies come from elsewhere. */
  readonly dependencies?: readonly string[];
  /** By the normal names of extras. */
  readonly extras: ReadonlyMap<string, readonly string[]>;
}

const NOTHING: DynamicFiles = { extras: new Map() };

/**
 * The files that setuptools reads for what `[project] dynamic` lists: `[tool.setuptools.dynamic]` with
 * `dependencies = { file = […] }` and `optional-dependencies.EXTRA = { file = […] }` (setuptools' user
 * guide, "Dynamic Metadata"). What is of another form is left to the build.
 */
export function dynamicFiles(document: TomlDocument): DynamicFiles {
  const project = member(document.root, "project");
  const dynamic = member(project, "dynamic");
  const table = member(member(member(document.root, "tool"), "setuptools"), "dynamic");
  if (!Array.isArray(dynamic) || table === undefined) return NOTHING;
  const own = dynamic.includes("dependencies") ? filesOf(member(table, "dependencies")) : undefined;
  const optional = member(table, "optional-dependencies");
  const extras = new Map<string, readonly string[]>();
  for (const key of dynamic.includes("optional-dependencies") ? keysOf(optional) : []) {
    const files = filesOf(member(optional, key));
    if (files !== undefined) extras.set(normalizeName(key), files);
  }
  return { ...(own === undefined ? {} : { dependencies: own }), extras };
}

/** As setuptools, which reads nothing outside the project's folder. */
function filesOf(directive: unknown): readonly string[] | undefined {
  const value = member(directive, "file");
  const files: unknown = typeof value === "string" ? [value] : value;
  if (!Array.isArray(files) || files.length === 0) return undefined;
  return files.every((file) => typeof file === "string" && isInside(file)) ? files : undefined;
}

function isInside(file: string): boolean {
  const path = normalize(file);
  return path !== "." && !/^(?:\.\.(?:[/\\]|$)|[/\\]|[A-Za-z]:)/.test(path.split(sep).join("/"));
}

function keysOf(table: unknown): readonly string[] {
  return typeof table === "object" && table !== null ? Object.keys(table) : [];
}

function member(table: unknown, key: string): unknown {
  const isTable = typeof table === "object" && table !== null && !Array.isArray(table);
  return isTable ? TomlDocument.get(table as TomlTable, key) : undefined;
}

/** A file's text, and its path for messages. */
export interface DynamicText {
  readonly path: string;
  readonly text: string;
}

/**
 * The requirements in such files: one a line, comments beside them; anything else is noted in the
 * document as an error, as setuptools would fail on it.
 */
export function readDynamicTexts(
  document: TomlDocument,
  texts: readonly DynamicText[],
): Requirement[] {
  return texts.flatMap(({ path, text }) => {
    const { statements, errors } = readStatements(text, { path, mixed: false });
    document.errors.push(...errors);
    return statements.flatMap((statement) => {
      if (statement.kind === "requirement") return [statement.requirement];
      document.fail(`${path} has an option, which setuptools does not take there`, {
        near: path,
        hint: "write requirements only, or give the file itself with -r",
      });
      return [];
    });
  });
}
