export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item as Json)]));
}

/**
 * JSON whose bytes depend on the value alone: keys sorted by code unit, two spaces, LF, and a
 * final newline. Members that are undefined are left out.
 */
export function canonicalJson(value: unknown): string {
  return `${JSON.stringify(sortKeys(value as Json), undefined, 2)}\n`;
}

/** The same on one line, without the newline: for hashing. */
export function compactJson(value: unknown): string {
  return JSON.stringify(sortKeys(value as Json));
}
