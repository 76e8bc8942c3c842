import { join } from "node:path";
import {
  chooseInterpreter,
  findInterpreters,
  inspectInterpreter,
  type FoundInterpreter,
  type Interpreter,
} from "../environment/index.ts";
import { satisfiesPep440 } from "../version/index.ts";
import type { Session } from "./session.ts";

/** Every Python of this machine, as found; none of them is started. */
export function listInterpreters(session: Session): readonly FoundInterpreter[] {
  return findInterpreters({ env: session.env });
}

/**
 * The interpreter that a request means (`3.11`, `>=3.10`, a command, a path), or the default one.
 * Throws the environment stage's error that lists what was found.
 */
export function pickInterpreter(
  session: Session,
  request: string | undefined,
): Promise<Interpreter> {
  return chooseInterpreter(request, () => listInterpreters(session), {
    onPath: findInterpreters({ env: session.env, onPath: true }),
    satisfies: (version, specifier) => satisfiesPep440(version, specifier, { prereleases: true }),
    inspect: (path) =>
      inspectInterpreter(path, {
        cacheFile: join(session.home.cache, "interpreters.json"),
        env: session.env,
      }),
    report: session.report,
  });
}
