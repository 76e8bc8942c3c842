import type { BucketFiles } from "../index/index.ts";
import { brokenBucket } from "./broken-bucket.ts";
import type { DataFolder } from "./data-folder.ts";

/** Values by project and a second key, such as a version or a file's name. */
export type JsonTable<T> = Map<string, Map<string, T>>;

/** Reads `{name: {key: value}}`. Throws `crawl-data`. */
export function readTable<T>(folder: DataFolder, path: string): JsonTable<T> {
  const text = folder.read(path);
  const tables: JsonTable<T> = new Map();
  if (text === undefined) return tables;
  const value = parsed(text, path);
  for (const name of Object.keys(value)) {
    const own = value[name];
    if (!isTable(own)) throw brokenBucket(path, `${name} is no JSON object`);
    tables.set(name, new Map(Object.entries(own) as [string, T][]));
  }
  return tables;
}

function parsed(text: string, path: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw brokenBucket(path, (error as Error).message);
  }
  if (!isTable(value)) throw brokenBucket(path, "it is no JSON object");
  return value;
}

/** Writes it, projects sorted, second keys too unless they come in an order of their own. */
export function tableText<T>(
  tables: JsonTable<T>,
  files: BucketFiles,
  order: (keys: readonly string[]) => readonly string[] = (keys) => keys.toSorted(),
): string {
  const names = [...tables.keys()].filter((name) => (tables.get(name)?.size ?? 0) > 0);
  return files.bucketText(
    names.toSorted().map((name) => {
      const own = tables.get(name) as Map<string, T>;
      const value = Object.create(null) as Record<string, T>;
      for (const key of order([...own.keys()])) value[key] = own.get(key) as T;
      return [name, value];
    }),
  );
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
