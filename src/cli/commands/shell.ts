import { PYTHON_OPTION, RESOLVE_OPTIONS, SET_OPTION, TARGET_OPTIONS } from "../global-options.ts";
import { lockRequest } from "../requests.ts";
import { runChild } from "../run-child.ts";
import type { Command } from "../types.ts";

/** `mach-nix shell -p NAME`. */
export const command: Command = {
  spec: {
    description: [
      "Starts your shell ($SHELL) with the environment's programs first on PATH, and ends with its exit code. The environment is kept in the cache, so the next time with the same packages starts at once.",
    ],
    operands: [],
    options: [
      ...RESOLVE_OPTIONS,
      PYTHON_OPTION,
      SET_OPTION,
      ...TARGET_OPTIONS.filter(({ name }) => name === "pre"),
    ],
    examples: [
      { line: "mach-nix shell -p numpy -p ipython", says: "two packages to try" },
      { line: "mach-nix shell -r requirements.txt --python 3.11", says: "what a project needs" },
    ],
  },
  run: async ({ given, session, env, cwd, say }) => {
    const { temporaryEnvironment } = await import("../../project/index.ts");
    const { directory } = await temporaryEnvironment(await session(), lockRequest(given));
    say("A shell with the packages; `exit` leaves it.");
    const shell = env["SHELL"] || "/bin/sh";
    return runChild(shell, [], { directory, env, cwd });
  },
};
