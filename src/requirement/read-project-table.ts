import { normalizeName } from "../base/index.ts";
import { tryParseSpecifiers } from "../version/index.ts";
import { joinMarkers } from "./parse-marker.ts";
import { readRequirement } from "./parse-requirement.ts";
import { TomlDocument, type TomlTable } from "./toml-document.ts";
import type { Requirement } from "./types.ts";

/** Reads the requirements in an array of strings; what is wrong is noted in the document. */
export function readDependencyArray(
  document: TomlDocument,
  items: readonly unknown[],
  shown: string,
): Requirement[] {
  const requirements: Requirement[] = [];
  for (const item of items) {
    if (typeof item !== "string") {
      document.fail(`${shown} has to hold strings`, { near: shown.split(".").at(-1) ?? shown });
      continue;
    }
    const requirement = readDependencyString(document, item, shown);
    if (requirement !== undefined) requirements.push(requirement);
  }
  return requirements;
}

/** Reads one requirement of a document; what is wrong is noted there. */
export function readDependencyString(
  document: TomlDocument,
  text: string,
  after: string,
): Requirement | undefined {
  const near = after.split(".").at(-1);
  const requirement = document.read(text, readRequirement, near);
  return requirement === undefined
    ? undefined
    : { ...requirement, place: document.placeOf(text, near) };
}

/** `requires-python`, checked (PEP 621, PEP 723). */
export function readRequiresPython(document: TomlDocument, table: TomlTable): string | undefined {
  const value = TomlDocument.get(table, "requires-python");
  if (value === undefined) return undefined;
  if (typeof value === "string" && tryParseSpecifiers(value) !== undefined) return value;
  document.fail('requires-python has to be a version specifier, such as ">=3.9"', {
    near: typeof value === "string" ? value : "requires-python",
  });
  return undefined;
}

const MAX_READS = 1000;
const TOO_MANY = "the extras of this project refer to each other too often";

/** The optional dependencies of a project by the normal names of its extras (PEP 621, PEP 685). */
export class ProjectExtras {
  readonly #document: TomlDocument;
  readonly #project: string | undefined;
  readonly #items = new Map<string, readonly unknown[]>();
  readonly #dynamic: ReadonlyMap<string, readonly Requirement[]>;
  #reads = 0;

  /** `dynamic`: requirements of extras that are not listed in the table. */
  constructor(
    document: TomlDocument,
    project: TomlTable,
    dynamic: ReadonlyMap<string, readonly Requirement[]> = new Map(),
  ) {
    this.#document = document;
    this.#dynamic = dynamic;
    const name = TomlDocument.get(project, "name");
    this.#project = typeof name === "string" ? normalizeName(name) : undefined;
    const table = document.table(project, "optional-dependencies", "project.optional-dependencies");
    for (const key of Object.keys(table ?? {})) {
      const items = document.array(table ?? {}, key, `project.optional-dependencies.${key}`);
      this.#items.set(normalizeName(key), items);
    }
  }

  /** Whether an extra is listed. */
  has(extra: string): boolean {
    const name = normalizeName(extra);
    return this.#items.has(name) || this.#dynamic.has(name);
  }

  /** The requirements of one extra. An unknown one is noted. */
  read(extra: string, active: readonly string[] = []): Requirement[] {
    const name = normalizeName(extra);
    const items = this.#items.get(name);
    const dynamic = this.#dynamic.get(name);
    if (++this.#reads === MAX_READS) this.#document.fail(TOO_MANY, { near: "project" });
    if (this.#reads >= MAX_READS) return [];
    if (items === undefined && dynamic !== undefined) {
      return this.expand(dynamic, [...active, name]);
    }
    if (items === undefined) {
      const known = [...this.#items.keys(), ...this.#dynamic.keys()].toSorted().join(", ");
      this.#document.fail(`there is no extra ${JSON.stringify(extra)}`, {
        near: "project",
        hint: known === "" ? "the project has no optional dependencies" : `there are: ${known}`,
      });
      return [];
    }
    const shown = `project.optional-dependencies.${name}`;
    const requirements = readDependencyArray(this.#document, items, shown);
    return this.expand(requirements, [...active, name]);
  }

  /**
   * Requirements with those on the project's own extras (`name[extra]`) replaced by what they stand
   * for; `active` are the extras being read already.
   */
  expand(requirements: readonly Requirement[], active: readonly string[] = []): Requirement[] {
    return requirements.flatMap((requirement) => {
      if (this.#project === undefined || requirement.name !== this.#project) return [requirement];
      const inner = requirement.extras
        .filter((extra) => !active.includes(extra))
        .flatMap((extra) => this.read(extra, active));
      const { marker } = requirement;
      return marker === undefined ? inner : inner.map((each) => restrict(each, marker));
    });
  }
}

function restrict(
  requirement: Requirement,
  marker: NonNullable<Requirement["marker"]>,
): Requirement {
  const both = requirement.marker === undefined ? [marker] : [marker, requirement.marker];
  return { ...requirement, marker: joinMarkers("and", both) };
}
