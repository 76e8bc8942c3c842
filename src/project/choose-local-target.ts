import { dirname } from "node:path";
import type { Interpreter } from "../environment/index.ts";
import { type Lock, type LockedTarget, targetsOfSet } from "../lock/index.ts";
import { parsePlatform } from "../target/index.ts";
import { satisfiesPep440, tryParseSpecifiers } from "../version/index.ts";
import { ownInterpreter, pinnedPython } from "./conda-pins.ts";
import { projectError } from "./errors.ts";
import { runsHere, thisPlatform } from "./host.ts";
import { pickInterpreter } from "./interpreters.ts";
import type { Session } from "./session.ts";

export interface LocalTarget {
  readonly target: LockedTarget;
  readonly interpreter: Interpreter;
}

/**
 * The target of a lock that this machine can have, and the interpreter for it: that of the Python
 * asked for, else the only one that fits; of a lock with sets, that of the set chosen. Where Python is
 * one of the pins, it is the environment's own. Throws UserError `project-no-target`,
 * `project-target-ambiguous`, `lock-set-needed`, `lock-unknown-set`, or the environment stage's where there is no such interpreter.
 */
export async function chooseLocalTarget(
  session: Session,
  lock: Lock,
  {
    path,
    python,
    set,
  }: {
    readonly path: string;
    readonly python: string | undefined;
    readonly set: Parameters<typeof targetsOfSet>[1];
  },
): Promise<LocalTarget> {
  const here = targetsOfSet(lock, set).filter(({ platform }) =>
    runsHere(parsePlatform(platform), thisPlatform()),
  );
  const own = here.filter((one) => pinnedPython(one) !== undefined && isAskedFor(one, python));
  const [only] = own;
  if (only !== undefined && own.length === 1 && (python !== undefined || here.length === 1)) {
    return { target: only, interpreter: ownInterpreter(only, dirname(path)) as Interpreter };
  }
  const asked = python === undefined ? undefined : await pickInterpreter(session, python);
  const fitting =
    asked === undefined ? here : here.filter((target) => fits(asked.version, target.python));
  const [target, ...others] = fitting;
  if (target === undefined) throw noTarget(lock, { path, python });
  if (others.length > 0) throw ambiguous(fitting, path);
  return { target, interpreter: asked ?? (await pickInterpreter(session, target.python)) };
}

/** Whether a target whose Python is a pin is what `--python` asks for: a version, a range, nothing at all. */
function isAskedFor(target: LockedTarget, python: string | undefined): boolean {
  if (python === undefined || python === target.python) return true;
  const version = pinnedPython(target)?.version ?? "";
  if (version === python || version.startsWith(`${python}.`)) return true;
  return tryParseSpecifiers(python) !== undefined && satisfiesPep440(version, python);
}

/** Whether an interpreter's version is one of a target's Python: `3.11.7` is one of `3.11`. */
function fits(version: string, python: string): boolean {
  return version === python || version.startsWith(`${python}.`);
}

function noTarget(
  lock: Lock,
  { path, python }: { readonly path: string; readonly python: string | undefined },
): Error {
  const has = [...new Set(lock.targets.map(({ name }) => name))].join(", ") || "none";
  const wanted =
    python === undefined ? thisPlatform().name : `Python ${python} on ${thisPlatform().name}`;
  return projectError("project-no-target", `the lock has no pins for ${wanted}; it has ${has}`, {
    place: { file: path },
    hint: `lock again with --platform ${thisPlatform().name}${python === undefined ? "" : ` --python ${python}`}`,
  });
}

function ambiguous(targets: readonly LockedTarget[], path: string): Error {
  const names = targets.map(({ name }) => name).join(", ");
  return projectError("project-target-ambiguous", `several targets of the lock fit: ${names}`, {
    place: { file: path },
    hint: `choose one: --python ${(targets[0] as LockedTarget).python}`,
  });
}
