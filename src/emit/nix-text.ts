/** Keywords may be no bare attribute names. */
const KEYWORDS: ReadonlySet<string> = new Set(
  "assert else if in inherit let or rec then with".split(" "),
);

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "${": "\\${",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** A Nix string literal that evaluates to exactly this text. */
export function nixLiteral(text: string): string {
  return `"${text.replaceAll(/\\|"|\$\{|\n|\r|\t/g, (found) => ESCAPES[found] as string)}"`;
}

/** An attribute name, bare where Nix takes it so. */
export function nixAttribute(name: string): string {
  const isBare = /^[a-zA-Z_][a-zA-Z0-9_'-]*$/.test(name) && !KEYWORDS.has(name);
  return isBare ? name : nixLiteral(name);
}

/** A list on one line. */
export function nixList(items: readonly string[]): string {
  return items.length === 0 ? "[ ]" : `[ ${items.join(" ")} ]`;
}

/** Data as JSON has it as a Nix expression, its lines after the first indented by `indent`. */
export function nixValue(data: unknown, indent = ""): string {
  const deeper = `${indent}  `;
  const block = (open: string, parts: readonly string[], close: string): string =>
    parts.length === 0
      ? `${open} ${close}`
      : `${open}\n${parts.map((part) => `${deeper}${part}\n`).join("")}${indent}${close}`;
  if (typeof data === "string") return nixLiteral(data);
  if (Array.isArray(data)) {
    const items = data.map((item) => nixValue(item, deeper));
    return block("[", items, "]");
  }
  if (typeof data !== "object" || data === null) return JSON.stringify(data);
  const entries = Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${nixAttribute(name)} = ${nixValue(value, deeper)};`);
  return block("{", entries, "}");
}

/** A name that Nix' store accepts: other characters become "-"; the same as nix/text.nix. */
export function nixStoreName(name: string): string {
  const allowed = name.replaceAll(/[^a-zA-Z0-9+._?=-]+/g, "-");
  const whole = allowed.startsWith(".") ? `_${allowed}` : allowed;
  return whole === "" ? "unnamed" : whole.slice(-180);
}
