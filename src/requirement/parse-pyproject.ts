import { DependencyGroups } from "./dependency-groups.ts";
import { requireToml, type TomlLibrary } from "./libraries.ts";
import { readConflicts } from "./read-conflicts.ts";
import { ProjectExtras, readDependencyArray, readRequiresPython } from "./read-project-table.ts";
import { throwErrors } from "./read-statements.ts";
import { TomlDocument, type TomlTable } from "./toml-document.ts";
import type { ConflictItem, Requirement } from "./types.ts";

export interface PyprojectOptions {
  readonly path?: string | undefined;
  /** The optional dependencies wanted, by the names of their extras. */
  readonly extras?: readonly string[] | undefined;
  /** The dependency groups wanted (PEP 735). */
  readonly groups?: readonly string[] | undefined;
}

/** The requirements of a project or script. */
export interface ProjectRequirements {
  readonly requirements: readonly Requirement[];
  readonly requiresPython?: string;
  /** Extras and groups that exclude each other, as `[tool.uv] conflicts` says; absent where none do. */
  readonly conflicts?: readonly (readonly ConflictItem[])[];
}

/**
 * What a pyproject.toml requires: `[project] dependencies`, the optional dependencies and
 * `[dependency-groups]` asked for, `requires-python` (PEP 621, PEP 735). Throws `pyproject-invalid`
 * and what is wrong with its requirements, all as one error.
 */
export function parsePyproject(text: string, options: PyprojectOptions = {}): ProjectRequirements {
  return readPyproject(text, options, requireToml());
}

/** The same, with the library given. */
export function readPyproject(
  text: string,
  options: PyprojectOptions,
  library: TomlLibrary,
): ProjectRequirements {
  const { path, extras = [], groups = [] } = options;
  const document = new TomlDocument({ text, path }, "pyproject-invalid", library);
  const project = document.table(document.root, "project", "project");
  const allGroups = new DependencyGroups(document);
  if (project === undefined && allGroups.isEmpty) failWithoutProject(document);
  checkDynamic(document, project ?? {}, extras);
  const own = new ProjectExtras(document, project ?? {});
  const items = document.array(project ?? {}, "dependencies", "project.dependencies");
  const requirements = [
    ...own.expand(readDependencyArray(document, items, "project.dependencies")),
    ...extras.flatMap((extra) => own.read(extra)),
    ...own.expand(groups.flatMap((group) => allGroups.read(group))),
  ];
  const requiresPython = readRequiresPython(document, project ?? {});
  throwErrors(document.errors);
  const conflicts = readConflicts(document, project ?? {});
  return {
    requirements,
    ...(requiresPython === undefined ? {} : { requiresPython }),
    ...(conflicts.length === 0 ? {} : { conflicts }),
  };
}

function failWithoutProject(document: TomlDocument): void {
  const tool = document.table(document.root, "tool", "tool");
  const poetry = tool !== undefined && Object.hasOwn(tool, "poetry");
  document.fail("there is no [project] table and no [dependency-groups]", {
    near: poetry ? "tool.poetry" : "project",
    hint: poetry
      ? "Poetry's own tables are not read: move the dependencies to [project] (Poetry 2 reads it)"
      : "write the dependencies as PEP 621 has it: [project] with name and dependencies",
  });
}

/** PEP 621: what is listed in `dynamic` is only known by building the project. */
function checkDynamic(document: TomlDocument, project: TomlTable, extras: readonly string[]): void {
  const dynamic = document.array(project, "dynamic", "project.dynamic");
  const asked = extras.length > 0 ? ["dependencies", "optional-dependencies"] : ["dependencies"];
  for (const field of asked.filter((name) => dynamic.includes(name))) {
    document.fail(`the ${field} of this project are dynamic: its build decides them`, {
      near: field,
      after: "dynamic",
      hint: "projects cannot be built yet: write them into [project], or use a requirements file",
    });
  }
}
