import { silent, UserError } from "../../base/index.ts";
import { Stopped } from "../projects.ts";
import { resolve } from "../resolve.ts";
import type { Conflict, Resolution, ResolveInput } from "../types.ts";
import type { Span } from "./types.ts";

/**
 * Solves a changed problem within a span of time, without a word. Undefined where it cannot be told what
 * comes of it: without the network, or not in time.
 */
export async function attempt(
  input: ResolveInput,
  { goOn, over }: Span,
): Promise<Resolution | Conflict | undefined> {
  try {
    return await Promise.race([resolve({ ...input, report: silent, goOn }), over]);
  } catch (error) {
    if (error instanceof UserError || error instanceof Stopped) return undefined;
    throw error;
  }
}
