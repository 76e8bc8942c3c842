import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeFileAtomic } from "../base/index.ts";
import { environmentLinks, environmentState } from "../environment/index.ts";
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
import type { NixRequest } from "./write-nix-files.ts";

export type EnvironmentRequest = LockRequest & SyncRequest & NixRequest;

/** What every environment has; others have more, by what their wheels bring. */
const IGNORED = ["bin", "lib", "lib64", "share", "include", "etc", "pyvenv.cfg", ".mach-nix"];
const IGNORE_HEADER = "# Machine-local: `mach-nix sync` makes them.";

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
  const { lock, input, changed } = await lockAt(
    session,
    { ...request, installs: true },
    { path, settings, forOneSet: true },
  );
  if (changed || lacksNixFiles(directory, { lock, request })) {
    const { writeNixFiles } = await import("./write-nix-files.ts");
    await writeNixFiles(session, request, { directory, path, lock });
  }
  copyInputs(session, { directory, input, request });
  writeSettings(directory, lock, request.set);
  writeIgnoreFile(directory, IGNORED);
  const made = await syncEnvironment(session, request, { options: input.options });
  writeIgnoreFile(directory, environmentLinks(directory));
  return made;
}

/** An unchanged lock keeps the library that it names, whatever this release has. */
function lacksNixFiles(
  directory: string,
  { lock, request }: { readonly lock: Lock; readonly request: NixRequest },
): boolean {
  if (lock.nix === undefined || request.nixpkgs !== undefined) return true;
  return !["default.nix", "shell.nix", "flake.nix", "nix/lock.nix"].every((name) =>
    existsSync(join(directory, name)),
  );
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

/** Writes the Python and the platforms of the lock, and the set, unless the file says the same already. */
function writeSettings(directory: string, lock: Lock, set: string | undefined): void {
  const path = join(directory, SETTINGS_FILE);
  const [first] = lock.targets;
  if (first === undefined) return;
  const chosen = {
    python: first.python,
    platforms: [...new Set(lock.targets.map(({ platform }) => platform))],
    set,
  };
  const present = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  const text = present === undefined ? formatSettings(chosen) : updateSettings(present, chosen);
  if (text !== present) writeFileAtomic(path, text);
}

/** Adds what is not in the file yet; a file that is the user's own stays as it is. */
function writeIgnoreFile(directory: string, names: readonly string[]): void {
  const path = join(directory, ".gitignore");
  const present = existsSync(path) ? readFileSync(path, "utf8") : `${IGNORE_HEADER}\n`;
  const lines = present.split("\n");
  if (!lines.includes(IGNORE_HEADER)) return;
  const missing = names.map((name) => `/${name}`).filter((line) => !lines.includes(line));
  if (missing.length > 0) writeFileAtomic(path, [present.trimEnd(), ...missing, ""].join("\n"));
}
