import type { UserError } from "../base/index.ts";
import { checkHashes } from "./hash-checking.ts";
import { OptionsBuilder } from "./options-builder.ts";
import { addOption } from "./add-option.ts";
import { readStatements, throwErrors } from "./read-statements.ts";
import type { LineOptions } from "./requirement-lines.ts";
import type { Requirement } from "./types.ts";

/**
 * The requirements in the text of a requirements file (pip's "Requirements File Format"), in its
 * order. Options are checked, includes are not followed: `readRequirements` does both. Throws all
 * errors of the text as one, each with line and column, and with the file where `path` is given.
 */
export function parseRequirements(text: string, options: LineOptions = {}): Requirement[] {
  const { statements, errors } = readStatements(text, options);
  const all: UserError[] = [...errors];
  const builder = new OptionsBuilder();
  const requirements: Requirement[] = [];
  let includes = false;
  for (const statement of statements) {
    if (statement.kind === "requirement") requirements.push(statement.requirement);
    else if (statement.kind === "include") includes = true;
    else all.push(...addOption(builder, statement, (path) => path));
  }
  const { requireHashes } = builder.build();
  if (!includes) all.push(...checkHashes(requirements, { requireHashes, constraints: [] }));
  throwErrors(all);
  return requirements;
}
