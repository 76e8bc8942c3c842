import { sep } from "node:path";
import type { UserError } from "../base/index.ts";
import { targetLabel } from "../lock/index.ts";
import { conflictFacts, explainConflict, type Conflict } from "../resolve/index.ts";
import { targetName, type Target } from "../target/index.ts";
import { projectError } from "./errors.ts";

/**
 * A conflict as the error that ends a command: exit code 3, the explanation as its message, in which
 * files below `cwd` are told relative to it; `set` is the one that was resolved, if any.
 */
export function conflictError(
  conflict: Conflict,
  {
    target,
    set,
    cwd,
  }: { readonly target: Target; readonly set?: string | undefined; readonly cwd?: string },
): UserError {
  const explanation =
    cwd === undefined ? explainConflict(conflict) : explanationFrom(cwd, conflict);
  const name = targetName(target);
  const told = { name, ...(set === undefined ? {} : { set }) };
  const message = `no resolution for ${targetLabel(told)}\n${explanation}`;
  return projectError("no-resolution", message, {
    facts: {
      target: name,
      ...(set === undefined ? {} : { set }),
      conflict: conflictFacts(conflict),
    },
  });
}

/** Why there is no resolution, with files below a folder told relative to it. */
export function explanationFrom(cwd: string, conflict: Conflict): string {
  return explainConflict(conflict).replaceAll(`${cwd}${sep}`, "");
}
