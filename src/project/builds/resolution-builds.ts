import { EXIT, UserError } from "../../base/index.ts";
import type { Requirement } from "../../requirement/index.ts";
import type { Resolution, ResolvedPin } from "../../resolve/index.ts";
import type { Target } from "../../target/index.ts";
import type { Session } from "../session.ts";
import type { TargetBuilds } from "./book.ts";
import type { Builder, BuilderOptions } from "./builder.ts";

/** A resolution, and what its source distributions are built with. */
export interface WithBuilds extends Resolution {
  readonly builds?: TargetBuilds;
  /** What was asked for, where a build had to be asked for it. */
  readonly asked?: readonly Requirement[];
}

/** A builder that is loaded when it is first needed: most resolutions build nothing. */
export function lazyBuilder(session: Session, options: BuilderOptions): () => Promise<Builder> {
  let opened: Promise<Builder> | undefined;
  async function open(): Promise<Builder> {
    const { Builder } = await import("./builder.ts");
    return new Builder(session, options);
  }
  return () => (opened ??= open());
}

/**
 * The resolution with what its source distributions are built with. Offline, where that is not known,
 * the resolution alone, with a note. Throws the stages' errors.
 */
export async function withBuilds(
  session: Session,
  resolution: Resolution,
  { target, builder }: { readonly target: Target; readonly builder: () => Promise<Builder> },
): Promise<WithBuilds> {
  if (!resolution.pins.some(isBuilt)) return resolution;
  try {
    const opened = await builder();
    return { ...resolution, builds: await opened.closures(resolution, target) };
  } catch (error) {
    if (session.options.offline !== true || !isNetwork(error)) throw error;
    const message =
      "What source distributions are built with could not be found out offline: lock again with the network before installing.";
    session.report({ kind: "note", level: "warning", code: "builds-not-locked", message });
    return resolution;
  }
}

/** A file whose hash is not known cannot be had either. */
function isBuilt({ file }: ResolvedPin): boolean {
  return file?.kind === "sdist" && file.sha256 !== undefined;
}

function isNetwork(error: unknown): boolean {
  return error instanceof UserError && error.exit === EXIT.network;
}
