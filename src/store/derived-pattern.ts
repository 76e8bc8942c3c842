/** Whether a path in an object is one of derived data. */
export type IsDerived = (path: string) => boolean;

function toExpression(glob: string): string {
  return glob
    .split("/")
    .map((part) =>
      part === "**"
        ? "(?:[^/]+/)*"
        : `${part.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replaceAll("*", "[^/]*")}/`,
    )
    .join("")
    .replace(/\/$/, "");
}

/** A test for globs of which only `**` (folders, any number) and `*` (inside a name) are known. */
export function derivedPattern(globs: readonly string[]): IsDerived {
  if (globs.length === 0) return () => false;
  const pattern = new RegExp(`^(?:${globs.map(toExpression).join("|")})$`);
  return (path) => pattern.test(path);
}
