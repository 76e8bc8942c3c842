import { type ExitCode, UserError, type UserErrorOptions } from "../base/index.ts";
import type { WheelJob } from "./types.ts";

/** To a worker: a wheel to unpack into the store in a folder. */
export interface UnpackRequest {
  readonly job: WheelJob;
  readonly store: string;
}

/** From a worker: the object's path, or why there is none. */
export type UnpackAnswer = { readonly path: string } | { readonly error: SentError };

/** An error as threads can send it: a class of one's own does not survive. */
export interface SentError {
  readonly message: string;
  readonly stack?: string;
  readonly user?: {
    readonly code: string;
    readonly exit: ExitCode;
    readonly options: UserErrorOptions;
  };
}

/** Makes an error one that can be sent; its cause is told in words. */
export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) return { message: String(error) };
  const stack = error.stack === undefined ? {} : { stack: error.stack };
  if (!(error instanceof UserError)) return { message: error.message, ...stack };
  const { code, exit, place, hint, facts, cause } = error;
  const options = {
    facts,
    ...(place === undefined ? {} : { place }),
    ...(hint === undefined ? {} : { hint }),
    ...(cause instanceof Error ? { cause: cause.message } : {}),
  };
  return { message: error.message, user: { code, exit, options } };
}

/** The error that was sent. */
export function receiveError({ message, stack, user }: SentError): Error {
  if (user !== undefined) return new UserError(user.code, user.exit, message, user.options);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
