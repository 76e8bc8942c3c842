import type { UserError } from "../base/index.ts";
import { conflictFacts, explainConflict, type Conflict } from "../resolve/index.ts";
import { targetName, type Target } from "../target/index.ts";
import { projectError } from "./errors.ts";

/** A conflict as the error that ends a command: exit code 3, the explanation as its message. */
export function conflictError(conflict: Conflict, target: Target): UserError {
  const message = `no resolution for ${targetName(target)}\n${explainConflict(conflict)}`;
  return projectError("no-resolution", message, {
    facts: { target: targetName(target), conflict: conflictFacts(conflict) },
  });
}
