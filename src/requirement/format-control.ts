import { normalizeName } from "../base/index.ts";

/** Names, or `:all:`, that must (`onlyBinary`) or must not (`noBinary`) come as wheels. */
export interface FormatControl {
  readonly noBinary: ReadonlySet<string>;
  readonly onlyBinary: ReadonlySet<string>;
}

/**
 * Adds one `--no-binary` or `--only-binary` value, names with commas between them, to what holds
 * already: the later option wins, `:all:` replaces everything and `:none:` empties its own list
 * (pip's `FormatControl.handle_mutual_excludes`).
 */
export function addFormats(
  control: FormatControl,
  list: keyof FormatControl,
  value: string,
): FormatControl {
  let target = new Set(control[list]);
  let other = new Set(list === "noBinary" ? control.onlyBinary : control.noBinary);
  let names = value.split(",");
  const all = names.lastIndexOf(":all:");
  if (all !== -1) {
    target = new Set([":all:"]);
    other = new Set();
    names = names.slice(all + 1);
    if (!names.includes(":none:")) names = [];
  }
  for (const name of names) {
    if (name === ":none:") {
      target.clear();
      continue;
    }
    other.delete(normalizeName(name));
    target.add(normalizeName(name));
  }
  return list === "noBinary"
    ? { noBinary: target, onlyBinary: other }
    : { noBinary: other, onlyBinary: target };
}
