import { setTimeout } from "node:timers/promises";
import type { PackageIndex } from "../index/index.ts";
import type { Conflict, Resolution, ResolveInput, Span } from "../resolve/index.ts";
import type { Requirement } from "../requirement/index.ts";
import type { Session } from "./session.ts";

/** Milliseconds after which no further change is tried, and one that is being tried is given up. */
const PATIENCE = { all: 8000, try: 3000 };

export interface RemedySources {
  /** Names of the channels there are. */
  readonly channels?: readonly string[];
  /** The index as of a later date; it is closed by who gives it. */
  readonly indexAt?: (date: number) => PackageIndex;
  /** A requirement that is not to be changed. */
  readonly keep?: Requirement;
}

/** A conflict with what would help, tried out; resolutions as they are. */
export async function withRemedies(
  session: Session,
  outcome: Resolution | Conflict,
  { asked, channels = [], indexAt, keep }: RemedySources & { readonly asked: ResolveInput },
): Promise<Resolution | Conflict> {
  if (outcome.kind === "resolution") return outcome;
  const { conflictFacts, explainConflict, findRemedies } = await import("../resolve/index.ts");
  const isDated = indexAt !== undefined && session.options.offline !== true;
  const remedies = await findRemedies(outcome, asked, {
    providers: providersThere(asked, channels),
    ...(isDated ? { indexAt } : {}),
    ...(keep === undefined ? {} : { keep }),
    patience: (of) => patience(session, of),
  });
  const conflict = { ...outcome, remedies };
  // What is told of it is read while the index is open.
  conflictFacts(conflict);
  explainConflict(conflict);
  return conflict;
}

/** Begins a span of time for all tries, or for one. */
export function patience({ now }: Session, of: keyof typeof PATIENCE): Span {
  const end = now() + PATIENCE[of];
  const over = setTimeout(PATIENCE[of], undefined, { ref: false });
  return { goOn: () => now() < end, over };
}

function providersThere(
  { index, nixpkgs }: ResolveInput,
  channels: readonly string[],
): readonly string[] {
  return [
    "wheel",
    ...(index.sdistMetadata === undefined ? [] : ["sdist"]),
    ...channels,
    ...(nixpkgs === undefined ? [] : ["nixpkgs"]),
  ];
}
