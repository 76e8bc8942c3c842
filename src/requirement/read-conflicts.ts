import { normalizeName } from "../base/index.ts";
import { TomlDocument, type TomlTable } from "./toml-document.ts";
import type { ConflictItem } from "./types.ts";

/**
 * What uv is told of extras and groups that exclude each other: `[tool.uv] conflicts`, a list of lists
 * of `{ extra = "…" }` and `{ group = "…" }`. Entries about other projects of a workspace, and what is of
 * another form, are uv's own business and passed over.
 */
export function readConflicts(
  document: TomlDocument,
  project: TomlTable,
): readonly (readonly ConflictItem[])[] {
  const tool = TomlDocument.get(document.root, "tool");
  const lists = member(member(tool, "uv"), "conflicts");
  const name = TomlDocument.get(project, "name");
  const own = typeof name === "string" ? normalizeName(name) : undefined;
  if (!Array.isArray(lists)) return [];
  return lists
    .map((list: unknown) =>
      Array.isArray(list) ? list.flatMap((item) => readItem(item, own)) : [],
    )
    .filter((list) => list.length > 1);
}

function readItem(item: unknown, own: string | undefined): readonly ConflictItem[] {
  const about = member(item, "package");
  if (about !== undefined && (typeof about !== "string" || normalizeName(about) !== own)) return [];
  return (["extra", "group"] as const).flatMap((kind) => {
    const name = member(item, kind);
    return typeof name === "string" ? [{ kind, name: normalizeName(name) }] : [];
  });
}

function member(table: unknown, key: string): unknown {
  const isTable = typeof table === "object" && table !== null && !Array.isArray(table);
  return isTable ? TomlDocument.get(table as TomlTable, key) : undefined;
}
