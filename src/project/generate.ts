import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { compactJson, sha256, writeFileAtomic } from "../base/index.ts";
import { nixExpression, targetsOf } from "../emit/index.ts";
import { chooseSet, type Lock, type LockedTarget, readLockFile, setNames } from "../lock/index.ts";
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
  /** Of a lock with sets: which one. */
  readonly set?: string;
  readonly path?: string;
}

/**
 * The pins of a lock, or of requirements that are resolved for it, as a Nix expression. Throws the
 * stages' errors, and UserError `project-target-ambiguous`, `lock-set-needed` and `lock-unknown-set`.
 */
export async function generateNix(
  session: Session,
  request: GenerateRequest,
): Promise<GenerateResult> {
  const { lock, usual } = await lockFor(session, request);
  const set = chooseSet(setNames(lock), { asked: request.set, usual });
  const target = chooseTarget(lock, { name: request.target, set });
  const text = nixExpression(lock, target);
  const result = { text, target: target.name, ...(set === undefined ? {} : { set }) };
  if (request.output === undefined) return result;
  const path = resolve(session.cwd, request.output);
  writeFileAtomic(path, text);
  return { ...result, path };
}

/** The lock, and the set that the settings beside it, or beside the input, call the usual one. */
async function lockFor(
  session: Session,
  request: GenerateRequest,
): Promise<{ readonly lock: Lock; readonly usual: string | undefined }> {
  if (request.lock !== undefined) {
    const path = resolve(session.cwd, request.lock);
    const { lock } = readLockFile(path);
    return { lock, usual: lock.sets && (await readSettings(dirname(path))).set };
  }
  const { inputs, packages, pythons, platforms } = request;
  const name = sha256(compactJson({ cwd: session.cwd, inputs, packages, pythons, platforms }));
  const folder = join(session.home.cache, "generated", name.slice(0, 24));
  mkdirSync(folder, { recursive: true });
  const beside = dirname(resolve(session.cwd, request.inputs[0] ?? LOCK_FILE));
  const settings = await readSettings(beside);
  const { lock } = await lockAt(
    session,
    { ...request, upgrade: request.upgrade ?? true },
    { path: join(folder, LOCK_FILE), settings, forOneSet: true },
  );
  return { lock, usual: settings.set };
}

function chooseTarget(
  lock: Lock,
  { name, set }: { readonly name: string | undefined; readonly set: string | undefined },
): LockedTarget {
  const named = targetsOf(lock, name === undefined ? [] : [name], set);
  const here = named.filter(({ platform }) => runsHere(parsePlatform(platform), thisPlatform()));
  const [target, ...others] = here.length > 0 ? here : named;
  if (others.length === 0) return target as LockedTarget;
  const names = named.map((one) => one.name).join(", ");
  throw projectError("project-target-ambiguous", `several targets of the lock fit: ${names}`, {
    hint: `choose one: --target ${(target as LockedTarget).name}`,
  });
}
