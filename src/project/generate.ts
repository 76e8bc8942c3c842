import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { compactJson, sha256, writeFileAtomic } from "../base/index.ts";
import { nixExpression, targetsOf } from "../emit/index.ts";
import { type Lock, type LockedTarget, readLockFile } from "../lock/index.ts";
import { parsePlatform } from "../target/index.ts";
import { projectError } from "./errors.ts";
import { runsHere, thisPlatform } from "./host.ts";
import { LOCK_FILE } from "./lock-file.ts";
import { lockAt } from "./lock-project.ts";
import { readSettings } from "./read-settings.ts";
import type { Session } from "./session.ts";
import type { LockRequest } from "./types.ts";

export interface GenerateRequest extends LockRequest {
  /** A lock to take instead of resolving, relative to the session's folder. */
  readonly lock?: string;
  /** `3.11-linux-x86_64`; needed where several targets fit this machine. */
  readonly target?: string;
  /** The file to write; nothing is written where it is left out. */
  readonly output?: string;
}

export interface GenerateResult {
  /** The Nix expression. */
  readonly text: string;
  readonly target: string;
  readonly path?: string;
}

/**
 * The pins of a lock, or of requirements that are resolved for it, as a Nix expression. Throws the
 * stages' errors, and UserError `project-target-ambiguous`.
 */
export async function generateNix(
  session: Session,
  request: GenerateRequest,
): Promise<GenerateResult> {
  const lock = await lockFor(session, request);
  const target = chooseTarget(lock, request.target);
  const text = nixExpression(lock, target);
  const result = { text, target: target.name };
  if (request.output === undefined) return result;
  const path = resolve(session.cwd, request.output);
  writeFileAtomic(path, text);
  return { ...result, path };
}

async function lockFor(session: Session, request: GenerateRequest): Promise<Lock> {
  if (request.lock !== undefined) return readLockFile(resolve(session.cwd, request.lock)).lock;
  const { inputs, packages, pythons, platforms } = request;
  const name = sha256(compactJson({ cwd: session.cwd, inputs, packages, pythons, platforms }));
  const folder = join(session.home.cache, "generated", name.slice(0, 24));
  mkdirSync(folder, { recursive: true });
  const beside = dirname(resolve(session.cwd, request.inputs[0] ?? LOCK_FILE));
  const settings = await readSettings(beside);
  const { lock } = await lockAt(
    session,
    { ...request, upgrade: request.upgrade ?? true },
    { path: join(folder, LOCK_FILE), settings },
  );
  return lock;
}

function chooseTarget(lock: Lock, name: string | undefined): LockedTarget {
  const named = targetsOf(lock, name === undefined ? [] : [name]);
  const here = named.filter(({ platform }) => runsHere(parsePlatform(platform), thisPlatform()));
  const [target, ...others] = here.length > 0 ? here : named;
  if (others.length === 0) return target as LockedTarget;
  const names = named.map((one) => one.name).join(", ");
  throw projectError("project-target-ambiguous", `several targets of the lock fit: ${names}`, {
    hint: `choose one: --target ${(target as LockedTarget).name}`,
  });
}
