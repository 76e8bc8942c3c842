import { join, resolve } from "node:path";
import { joinErrors } from "../base/index.ts";
import { readLockFile } from "../lock/index.ts";
import { type Rebuilt, rebuildPins } from "./builds/rebuild.ts";
import { sandboxKind } from "./builds/sandbox-kind.ts";
import { openWorkshop } from "./builds/workshop.ts";
import { chooseLocalTarget } from "./choose-local-target.ts";
import { projectError } from "./errors.ts";
import { readIndexSettings } from "./index-settings.ts";
import { isCondaPin } from "./conda-pins.ts";
import { installables } from "./installables.ts";
import { LOCK_FILE } from "./lock-file.ts";
import { sessionStore } from "./open-store.ts";
import { readSettings } from "./read-settings.ts";
import type { Session } from "./session.ts";
import type { SyncRequest } from "./types.ts";

/**
 * Builds every source distribution that a directory's environment has, or is built with, again, and
 * compares the files with those in the store. Gives what was built; throws UserError
 * `project-not-reproducible` where files differ, and as `syncEnvironment` does.
 */
export async function rebuildEnvironment(
  session: Session,
  request: Pick<SyncRequest, "directory" | "python" | "set">,
): Promise<readonly Rebuilt[]> {
  const base = resolve(session.cwd, request.directory);
  const lockPath = join(base, LOCK_FILE);
  const { lock } = readLockFile(lockPath);
  const settings = await readSettings(base);
  const python = request.python ?? settings.python;
  const set = { asked: request.set, usual: settings.set };
  const { target, interpreter } = await chooseLocalTarget(session, lock, {
    path: lockPath,
    python,
    set,
  });
  const store = sessionStore(session);
  const sandbox = sandboxKind(session);
  const pins = installables(lock, { target, store, interpreter, base, sandbox });
  const indexes = readIndexSettings(session, { settings });
  const conda = pins.filter(({ pin }) => isCondaPin(pin));
  const options = { session, store, interpreter, settings: indexes, lockPath, conda };
  const workshop = openWorkshop(options);
  const rebuilt = await store.shared(() => rebuildPins(pins, workshop));
  const [first, ...others] = rebuilt.filter(({ differing }) => differing.length > 0).map(different);
  if (first !== undefined) throw joinErrors([first, ...others]);
  return rebuilt;
}

const MOST = 20;

function different({ name, version, differing }: Rebuilt): ReturnType<typeof projectError> {
  const files = differing.slice(0, MOST).map((path) => `\n  ${path}`);
  const more = differing.length > MOST ? `\n  and ${differing.length - MOST} more` : "";
  const what = `${name} ${version}, built again, gives other files:`;
  return projectError("project-not-reproducible", `${what}${files.join("")}${more}`, {
    place: { package: name },
    hint: "what the lock says is built all the same; a wheel, or a fix of the project's build, would be the same everywhere",
    facts: { name, version, differing },
  });
}
