import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeFileAtomic } from "../base/index.ts";
import { environmentState } from "../environment/index.ts";
import type { Lock } from "../lock/index.ts";
import { copyInputs } from "./copy-inputs.ts";
import { projectError } from "./errors.ts";
import { LOCK_FILE } from "./lock-file.ts";
import { lockAt } from "./lock-project.ts";
import { readSettings } from "./read-settings.ts";
import type { Session } from "./session.ts";
import { formatSettings, SETTINGS_FILE, updateSettings } from "./settings.ts";
import { syncEnvironment } from "./sync-environment.ts";
import type { LockRequest, SyncRequest, SyncResult } from "./types.ts";

export type EnvironmentRequest = LockRequest & SyncRequest;

const IGNORED = ["bin", "lib", "lib64", "share", "include", "pyvenv.cfg", ".mach-nix"];

/**
 * The main job: locks a request into a directory and makes the environment there. The directory also
 * gets a copy of the inputs, mach-nix.toml and .gitignore. Run again, it changes as little as the
 * request demands. Throws every stage's errors, and UserError `project-foreign-directory`.
 */
export async function makeEnvironment(
  session: Session,
  request: EnvironmentRequest,
): Promise<SyncResult> {
  const directory = resolve(session.cwd, request.directory);
  refuseForeign(directory);
  const settings = await readSettings(directory);
  const path = join(directory, LOCK_FILE);
  const { lock, input } = await lockAt(session, request, { path, settings });
  copyInputs(session, { directory, input, request });
  writeSettings(directory, lock);
  writeIgnoreFile(directory);
  return syncEnvironment(session, request, { options: input.options });
}

function refuseForeign(directory: string): void {
  const state = environmentState(directory);
  if (state.kind !== "foreign") return;
  const what =
    state.file === "."
      ? "a file"
      : `not empty and no environment of mach-nix (it has ${state.file})`;
  throw projectError("project-foreign-directory", `${directory} is ${what}`, {
    place: { file: directory },
    hint: "give another directory, or empty this one",
  });
}

/** Writes the Python and the platforms of the lock, unless the file says the same already. */
function writeSettings(directory: string, lock: Lock): void {
  const path = join(directory, SETTINGS_FILE);
  const [first] = lock.targets;
  if (first === undefined) return;
  const chosen = {
    python: first.python,
    platforms: [...new Set(lock.targets.map(({ platform }) => platform))],
  };
  const present = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  const text = present === undefined ? formatSettings(chosen) : updateSettings(present, chosen);
  if (text !== present) writeFileAtomic(path, text);
}

function writeIgnoreFile(directory: string): void {
  const path = join(directory, ".gitignore");
  if (existsSync(path)) return;
  const lines = [
    "# Machine-local: `mach-nix sync` makes them.",
    ...IGNORED.map((name) => `/${name}`),
  ];
  writeFileAtomic(path, `${lines.join("\n")}\n`);
}
