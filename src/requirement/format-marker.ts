import type { Marker, MarkerValue } from "./types.ts";

/**
 * A marker's text in one form: double quotes where possible, single blanks, parentheses only where
 * an `or` stands inside an `and`. `parseMarker` gives the same marker back.
 */
export function formatMarker(marker: Marker): string {
  if (marker.kind === "compare") {
    return `${formatValue(marker.left)} ${marker.op} ${formatValue(marker.right)}`;
  }
  const { kind, operands } = marker;
  return operands
    .map((operand) => {
      const text = formatMarker(operand);
      return kind === "and" && operand.kind === "or" ? `(${text})` : text;
    })
    .join(` ${kind} `);
}

function formatValue(value: MarkerValue): string {
  if (value.kind === "variable") return value.name;
  const text = value.text.replace(/[\\\n\r\0]/g, escapeCharacter);
  if (!text.includes('"')) return `"${text}"`;
  return text.includes("'") ? `"${text.replaceAll('"', String.raw`\x22`)}"` : `'${text}'`;
}

function escapeCharacter(character: string): string {
  if (character === "\\") return "\\\\";
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
