import type { Place, UserError } from "../base/index.ts";
import { requirementError, type RequirementErrorCode } from "./errors.ts";
import { redact } from "./redact.ts";

export interface FaultOptions {
  readonly code?: RequirementErrorCode;
  readonly hint?: string | undefined;
}

/** A mistake in a text, by its offset there; whoever knows the file turns it into a `UserError`. */
export class Fault extends Error {
  readonly offset: number;
  readonly code: RequirementErrorCode;
  readonly hint: string | undefined;

  constructor(message: string, offset: number, options: FaultOptions = {}) {
    super(message);
    this.offset = offset;
    this.code = options.code ?? "requirement-invalid";
    this.hint = options.hint;
  }
}

export interface FaultPlace {
  /** The text that is read, for the message. */
  readonly subject: string;
  readonly place: (offset: number) => Place;
  /** Instead of `requirement-invalid`. */
  readonly code?: RequirementErrorCode;
}

/** Runs a reader; its fault becomes a `UserError` about the subject, which is shown redacted. */
export function withPlace<T>(read: () => T, where: FaultPlace): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) throw faultError(error, where);
    throw error;
  }
}

function faultError(fault: Fault, { subject, place, code }: FaultPlace): UserError {
  const kept = fault.code === "requirement-invalid" ? (code ?? fault.code) : fault.code;
  return requirementError(kept, redact(`${quote(subject)}: ${fault.message}`), {
    place: place(fault.offset),
    ...(fault.hint === undefined ? {} : { hint: fault.hint }),
  });
}

const SHOWN = 200;

/** A text in quotes for a message, shortened where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
