import type { RequirementInput } from "../requirement/index.ts";
import type { Resolution } from "../resolve/index.ts";
import { projectError } from "./errors.ts";

/**
 * pip's hash-checking mode, which one `--hash` or `--require-hashes` turns on: whatever is needed must
 * be listed with its hashes, dependencies of dependencies as well. Throws UserError `project-unhashed`.
 */
export function checkHashes(input: RequirementInput, { pins }: Resolution): void {
  const listed = [...input.requirements, ...input.constraints];
  const hashed = new Set(listed.filter(({ hashes }) => hashes.length > 0).map(({ name }) => name));
  if (hashed.size === 0 && !input.options.requireHashes) return;
  const missing = pins.filter(
    ({ name, provider }) => !hashed.has(name) && provider !== "reference",
  );
  if (missing.length === 0) return;
  const rows = missing.map(
    ({ name, version, requestedBy }) => `${name}==${version} (needed by ${requestedBy.join(", ")})`,
  );
  throw projectError(
    "project-unhashed",
    `hashes are required, but these are needed and have none: ${rows.join("; ")}`,
    {
      facts: { missing: missing.map(({ name, version }) => ({ name, version })) },
      hint: "list them with --hash, or make the file anew with `pip-compile --generate-hashes`",
    },
  );
}
