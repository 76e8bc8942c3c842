import { UserError } from "../base/index.ts";
import { withPlace } from "./fault.ts";
import type { OptionsBuilder } from "./options-builder.ts";
import type { Statement } from "./read-statements.ts";

/** Adds an option line to the others; what is wrong with it comes back. */
export function addOption(
  builder: OptionsBuilder,
  { option, place }: Extract<Statement, { kind: "option" }>,
  locate: (path: string) => string,
): UserError[] {
  try {
    const subject = option.value === "" ? option.name : `${option.name} ${option.value}`;
    withPlace(() => builder.add(option, locate), { subject, place: () => place });
    return [];
  } catch (error) {
    if (error instanceof UserError) return [error];
    throw error;
  }
}
