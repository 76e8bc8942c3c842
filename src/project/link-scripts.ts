import { dirname, join } from "node:path";
import { UserError } from "../base/index.ts";
import type { Sandbox } from "../build/index.ts";
import type { Interpreter, LinkScriptChoice, LinkScripts } from "../environment/index.ts";
import { sandboxKind } from "./builds/sandbox-kind.ts";
import type { Session } from "./session.ts";

/**
 * How scripts of conda packages are run for an environment: in the sandbox that builds run in, which is
 * opened when the first of them is. What it is set up with is a Python of this machine, or else the
 * environment's own.
 */
export function linkScripts(
  session: Session,
  { of, interpreter }: { readonly of: LinkScriptChoice; readonly interpreter: Interpreter },
): LinkScripts {
  let opened: Promise<Sandbox> | undefined;
  const { basePrefix, libdir, path } = interpreter;
  const folders = [dirname(dirname(path)), basePrefix, libdir];
  return {
    of,
    sandbox: (ownPython) => (opened ??= open(session, ownPython)),
    readable: [...new Set(folders)].filter((folder) => folder !== "" && folder !== "/"),
    logs: join(session.home.cache, "builds", "logs"),
  };
}

async function open(session: Session, ownPython: string): Promise<Sandbox> {
  const { openSandbox } = await import("../build/index.ts");
  const kind = sandboxKind(session);
  const { PATH } = session.env;
  return openSandbox({
    python: await pythonFor(session, ownPython),
    report: session.report,
    ...(kind === undefined ? {} : { kind }),
    ...(PATH === undefined ? {} : { searchPath: PATH }),
  });
}

async function pythonFor(session: Session, ownPython: string): Promise<string> {
  const { pickInterpreter } = await import("./interpreters.ts");
  try {
    return (await pickInterpreter(session, undefined)).path;
  } catch (error) {
    if (error instanceof UserError && error.code === "python-not-found") return ownPython;
    throw error;
  }
}

/** What a choice of scripts adds to what an environment is made from: nothing where there is none. */
export function choiceIdentity(of: LinkScriptChoice | undefined): readonly string[] {
  if (of === undefined) return [];
  return [`scripts: ${of === "all" ? "all" : [...of].toSorted().join(" ")}`];
}
