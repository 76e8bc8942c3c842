import type { Extent, IndexFacts, TableFacts } from "./file-format.ts";

type Unknown = Readonly<Record<string, unknown>>;

const KINDS: ReadonlySet<unknown> = new Set<IndexFacts["kind"]>(["releases", "files", "delta"]);

/** Whether a value out of a file is what an index file says of itself. */
export function isIndexFacts(value: unknown): value is IndexFacts {
  if (!isObject(value)) return false;
  const { kind, date, source, pythons, counts, tables, contents, upon, serial } = value;
  return (
    KINDS.has(kind) &&
    isWhole(date) &&
    typeof source === "string" &&
    Array.isArray(pythons) &&
    pythons.every((python) => typeof python === "string") &&
    isObject(counts) &&
    Object.values(counts).every((count) => typeof count === "number") &&
    isObject(tables) &&
    Object.values(tables).every(isTableFacts) &&
    typeof contents === "string" &&
    (upon === undefined || typeof upon === "string") &&
    (serial === undefined || isWhole(serial))
  );
}

function isTableFacts(value: unknown): value is TableFacts {
  if (!isObject(value)) return false;
  const { entries, root, dictionary } = value;
  return isWhole(entries) && isExtent(root) && (dictionary === undefined || isExtent(dictionary));
}

function isExtent(value: unknown): value is Extent {
  return (
    isObject(value) && isWhole(value["offset"]) && isWhole(value["length"]) && isWhole(value["crc"])
  );
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
