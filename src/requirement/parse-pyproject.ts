import { normalizeName, type PackageName } from "../base/index.ts";
import { ANY_VERSION } from "../version/index.ts";
import { DependencyGroups } from "./dependency-groups.ts";
import { requireToml, type TomlLibrary } from "./libraries.ts";
import { normalExtras } from "./parse-requirement.ts";
import { readConflicts } from "./read-conflicts.ts";
import { ProjectExtras, readDependencyArray, readRequiresPython } from "./read-project-table.ts";
import { type DynamicText, dynamicFiles, readDynamicTexts } from "./setuptools-dynamic.ts";
import { throwErrors } from "./read-statements.ts";
import { TomlDocument, type TomlTable } from "./toml-document.ts";
import type { ConflictItem, Requirement } from "./types.ts";

export interface PyprojectOptions {
  readonly path?: string | undefined;
  /** The optional dependencies wanted, by the names of their extras. */
  readonly extras?: readonly string[] | undefined;
  /** The dependency groups wanted (PEP 735). */
  readonly groups?: readonly string[] | undefined;
  /** The texts of files that setuptools' dynamic fields name, by their paths as written there. */
  readonly files?: ReadonlyMap<string, DynamicText> | undefined;
  /**
   * What only a build tells stands as one requirement on the needs of the project's folder, instead of
   * being refused.
   */
  readonly builds?: boolean | undefined;
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
  const { path, extras = [], groups = [], builds = false } = options;
  const document = new TomlDocument({ text, path }, "pyproject-invalid", library);
  const project = document.table(document.root, "project", "project");
  const allGroups = new DependencyGroups(document);
  if (project === undefined && allGroups.isEmpty) failWithoutProject(document);
  const dynamic = readDynamic(document, options);
  const unread = unreadFields(document, project ?? {}, { extras, dynamic });
  if (!builds) for (const field of unread) failDynamic(document, field);
  const own = new ProjectExtras(document, project ?? {}, dynamic.extras);
  const items = document.array(project ?? {}, "dependencies", "project.dependencies");
  const isBuilt = builds && unread.length > 0;
  const requirements = [
    ...(isBuilt ? [needsOf(document, project ?? {}, extras)] : []),
    ...own.expand(readDependencyArray(document, items, "project.dependencies")),
    ...own.expand(dynamic.dependencies ?? []),
    ...(isBuilt ? extras.filter((extra) => own.has(extra)) : extras).flatMap((extra) =>
      own.read(extra),
    ),
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

/** What dynamic fields say as far as files say it. */
interface Dynamic {
  readonly dependencies?: readonly Requirement[];
  readonly extras: ReadonlyMap<string, readonly Requirement[]>;
}

function readDynamic(document: TomlDocument, { files }: PyprojectOptions): Dynamic {
  if (files === undefined) return { extras: new Map() };
  const named = dynamicFiles(document);
  const read = (paths: readonly string[]): readonly Requirement[] =>
    readDynamicTexts(
      document,
      paths.flatMap((path) => files.get(path) ?? []),
    );
  return {
    ...(named.dependencies === undefined ? {} : { dependencies: read(named.dependencies) }),
    extras: new Map([...named.extras].map(([extra, paths]) => [extra, read(paths)])),
  };
}

const FIELDS = ["dependencies", "optional-dependencies"] as const;

/** The fields asked for that only a build tells (PEP 621, "dynamic"). */
function unreadFields(
  document: TomlDocument,
  project: TomlTable,
  { extras, dynamic }: { readonly extras: readonly string[]; readonly dynamic: Dynamic },
): readonly (typeof FIELDS)[number][] {
  const listed = document.array(project, "dynamic", "project.dynamic");
  const isRead = {
    dependencies: dynamic.dependencies !== undefined,
    "optional-dependencies": extras.every((extra) => dynamic.extras.has(normalizeName(extra))),
  };
  return FIELDS.filter((field) => !isRead[field] && listed.includes(field));
}

function failDynamic(document: TomlDocument, field: string): void {
  document.fail(`the ${field} of this project are dynamic: its build decides them`, {
    near: field,
    after: "dynamic",
    hint: "write them into [project], or into files that [tool.setuptools.dynamic] names",
  });
}

/** What the project in the document's folder needs, whatever that is. */
function needsOf(
  document: TomlDocument,
  project: TomlTable,
  extras: readonly string[],
): Requirement {
  const name = TomlDocument.get(project, "name");
  return {
    name: "" as PackageName,
    spelled: "",
    extras: normalExtras(extras),
    specifiers: ANY_VERSION,
    reference: { kind: "path", path: "." },
    hashes: [],
    // Only what says how it is built tells whether its needs are others.
    editable: true,
    needsOnly: true,
    text: `what ${typeof name === "string" ? name : "the project"} needs`,
    place: document.placeOf("dynamic", "project"),
  };
}
