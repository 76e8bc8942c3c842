// Markdown tables as the formatter has them: columns of equal width.

/** A table of cells; all rows have as many as the head. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((_, i) =>
    Math.max(3, ...[head, ...rows].map((row) => cell(row, i).length)),
  );
  const lines = [head, widths.map((width) => "-".repeat(width)), ...rows];
  return lines
    .map((row) => `| ${widths.map((width, i) => cell(row, i).padEnd(width)).join(" | ")} |`)
    .join("\n");
}

function cell(row: readonly string[], i: number): string {
  return row[i] ?? "";
}
