export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item as Json)]));
}

/** The value's text, and its lines' indentation: as `JSON.stringify` with two spaces, keys sorted. */
function format(value: Json, indent: string): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) text += `,${inner}${format(item, inner)}`;
    return text === "" ? "[]" : `[${text.slice(1)}${indent}]`;
  }
  const members = value as { readonly [key: string]: Json | undefined };
  for (const key of Object.keys(members).sort()) {
    const item = members[key];
    if (item !== undefined) text += `,${inner}${JSON.stringify(key)}: ${format(item, inner)}`;
  }
  return text === "" ? "{}" : `{${text.slice(1)}${indent}}`;
}

/**
 * JSON whose bytes depend on the value alone: keys sorted by code unit, two spaces, LF, and a
 * final newline. Members that are undefined are left out.
 */
export function canonicalJson(value: unknown): string {
  return `${format(value as Json, "\n")}\n`;
}

/** The same on one line, without the newline: for hashing. */
export function compactJson(value: unknown): string {
  return JSON.stringify(sortKeys(value as Json));
}
