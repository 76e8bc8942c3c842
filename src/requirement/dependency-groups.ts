import { normalizeName } from "../base/index.ts";
import { readDependencyString } from "./read-project-table.ts";
import type { TomlDocument } from "./toml-document.ts";
import type { Requirement } from "./types.ts";

interface Group {
  readonly spelled: string;
  readonly items: readonly unknown[];
}

/** The `[dependency-groups]` of a pyproject.toml (PEP 735). */
export class DependencyGroups {
  readonly #document: TomlDocument;
  readonly #groups = new Map<string, Group>();
  readonly #read = new Map<string, readonly Requirement[]>();

  /** Names that are equal in normal form are noted as an error. */
  constructor(document: TomlDocument) {
    this.#document = document;
    const table = document.table(document.root, "dependency-groups", "dependency-groups") ?? {};
    for (const spelled of Object.keys(table)) {
      const name = normalizeName(spelled);
      const other = this.#groups.get(name)?.spelled;
      if (other === undefined) {
        const items = document.array(table, spelled, `dependency-groups.${spelled}`);
        this.#groups.set(name, { spelled, items });
      } else {
        document.fail(`the groups ${other} and ${spelled} have the same normal name`, {
          near: spelled,
          after: "[dependency-groups]",
        });
      }
    }
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  /** The requirements of a group, those of included groups in their place. */
  read(group: string, including: readonly string[] = []): readonly Requirement[] {
    const name = normalizeName(group);
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const found = this.#groups.get(name);
    if (found === undefined || including.includes(name)) {
      this.#fail(group, found !== undefined);
      return [];
    }
    // A set, so that a group included on many ways does not grow beyond all bounds.
    const requirements = new Set(
      found.items.flatMap((item) => this.#readItem(item, found, [...including, name])),
    );
    this.#read.set(name, [...requirements]);
    return [...requirements];
  }

  #readItem(item: unknown, group: Group, including: readonly string[]): readonly Requirement[] {
    if (typeof item === "string") {
      const requirement = readDependencyString(this.#document, item, group.spelled);
      return requirement === undefined ? [] : [requirement];
    }
    const included = includedGroup(item);
    if (included !== undefined) return this.read(included, including);
    this.#document.fail(
      `the group ${group.spelled} holds something that is neither a string nor { include-group = "…" }`,
      { near: group.spelled, after: "[dependency-groups]" },
    );
    return [];
  }

  #fail(group: string, includesItself: boolean): void {
    const known = [...this.#groups.keys()].toSorted().join(", ");
    const shown = JSON.stringify(group);
    this.#document.fail(
      includesItself ? `the group ${shown} includes itself` : `there is no group ${shown}`,
      {
        near: group,
        after: "[dependency-groups]",
        ...(includesItself
          ? {}
          : { hint: known === "" ? "there are none" : `there are: ${known}` }),
      },
    );
  }
}

function includedGroup(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const entries = Object.entries(item);
  const [entry] = entries;
  if (entries.length !== 1 || entry?.[0] !== "include-group") return undefined;
  return typeof entry[1] === "string" ? entry[1] : undefined;
}
