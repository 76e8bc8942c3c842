/** A table of a TOML document, nothing of it checked. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** Parses TOML; what `refused` makes of the fault (with its line) is thrown for a text that is none. */
export async function parseToml(
  text: string,
  refused: (what: string) => Error,
): Promise<TomlTable> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [line = ""] = error.message.split("\n");
    throw refused(`it is no TOML (line ${error.line}: ${line})`);
  }
}

/** The table at a path of keys; undefined where there is none. */
export function tableAt(table: TomlTable, ...keys: readonly string[]): TomlTable | undefined {
  let at: unknown = table;
  for (const key of keys) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as TomlTable)[key];
  }
  return typeof at === "object" && at !== null && !Array.isArray(at)
    ? (at as TomlTable)
    : undefined;
}
