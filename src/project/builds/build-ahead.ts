import { normalizeName, UserError } from "../../base/index.ts";
import { type AskedBackend, type BuiltWheel, unpackWheel } from "../../build/index.ts";
import type { LockedBuild, Pin } from "../../lock/index.ts";
import { lockArtifact } from "../assemble-lock.ts";
import { type Installable, installables } from "../installables.ts";
import { fixesFor, type Job } from "./book.ts";
import { identityOf } from "./build-answers.ts";
import { rememberBuilt, rememberFailure } from "./tried-builds.ts";
import { sandboxKind } from "./sandbox-kind.ts";
import type { Workshop } from "./workshop.ts";

/** What a source is. */
export interface Identity {
  readonly name: string;
  readonly version: string;
}

/** A backend that was asked to build at once, and what it was asked in. */
export interface Ahead {
  readonly job: Job;
  readonly build: LockedBuild;
  readonly workshop: Workshop;
  /** The lock's folder. */
  readonly base: string;
}

/**
 * Keeps a wheel that was built when its backend was asked, as the object that installing looks for: that
 * is named by what it is made from, so nobody has to be told. Throws the store's errors.
 */
export async function keepAhead(
  { wheel, metadata = "" }: AskedBackend,
  ahead: Ahead,
  expected: Identity | undefined,
): Promise<void> {
  const identity = expected ?? identityOf(metadata);
  if (wheel === undefined || "failure" in identity) return;
  const { built } = installableOf(identity, ahead);
  // Fixes go by name, and those of the name were not known when it was built.
  const isSame = JSON.stringify(built?.env) === JSON.stringify(fixesFor(ahead.job).env);
  if (built === undefined || !isSame) return;
  await unpackBuilt(wheel, { ahead, built });
}

async function unpackBuilt(
  { path, filename, sha256, size }: BuiltWheel,
  { ahead, built }: { readonly ahead: Ahead; readonly built: NonNullable<Installable["built"]> },
): Promise<void> {
  const { store, session } = ahead.workshop;
  if (store.has(store.path(built.key))) return;
  const job = { path, filename, sha256, size };
  const object = await unpackWheel(job, { add: (_, fill) => store.add(built.key, fill) });
  rememberBuilt(session, object);
}

/** Lets installing know that a source cannot be built, and why. */
export function tellAhead(failure: Error | undefined, ahead: Ahead, identity: Identity): void {
  if (!(failure instanceof UserError)) return;
  rememberFailure(ahead.workshop.session, installableOf(identity, ahead).object, failure);
}

function installableOf(
  { name, version }: Identity,
  { job: { file, book }, build, workshop, base }: Ahead,
): Installable {
  const pin: Pin = {
    name: normalizeName(name),
    version,
    provider: "sdist",
    artifact: file.filename,
    dependencies: [],
    requestedBy: [],
  };
  const artifact = lockArtifact(file, { name: pin.name, base });
  const { store, interpreter, session } = workshop;
  const [item] = installables(
    { artifacts: { ...book.artifacts, [file.filename]: artifact } },
    {
      target: { pins: [pin], builds: { ...book.builds, [file.filename]: build } },
      store,
      interpreter,
      base,
      sandbox: sandboxKind(session),
    },
  );
  return item as Installable;
}
