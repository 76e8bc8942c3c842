import { spawn } from "node:child_process";
import { constants } from "node:os";
import { activatedWithScripts } from "./activated.ts";
import { cliError } from "./errors.ts";

const FORWARDED = ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const;

/**
 * Runs a program in an environment as its activation would have it, on our own streams, and gives
 * its exit code, or 128 and the signal that ended it. Signals sent to us are passed on; Ctrl-C at a
 * terminal reaches the program by itself. Throws UserError `run-command-missing`.
 */
export function runChild(
  program: string,
  words: readonly string[],
  { directory, env, cwd }: { directory: string; env: NodeJS.ProcessEnv; cwd: string },
): Promise<number> {
  // Before the program exists: a signal must not end us in between and leave it alone.
  takeSignals((signal) => child.kill(signal));
  const child = spawn(program, words, {
    stdio: "inherit",
    cwd,
    env: activatedWithScripts(env, directory),
  });
  return new Promise<number>((resolve, reject) => {
    child.once("error", (cause) => {
      reject(cannotRun(program, cause));
    });
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** From now on the signals are the program's: what the command line does on them is taken off. */
function takeSignals(send: (signal: NodeJS.Signals) => void): void {
  for (const signal of FORWARDED) {
    process.removeAllListeners(signal);
    process.on(signal, send);
  }
  process.removeAllListeners("SIGINT");
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) send("SIGINT");
  });
}

function cannotRun(program: string, cause: Error): Error {
  const { code } = cause as NodeJS.ErrnoException;
  const reason = code === "ENOENT" ? "was not found" : `cannot be run (${code ?? cause.message})`;
  return cliError("run-command-missing", `the command "${program}" ${reason}`, {
    cause,
    hint: "add the package that brings it with -p NAME",
  });
}
