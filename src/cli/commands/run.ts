import { PYTHON_OPTION, RESOLVE_OPTIONS, SET_OPTION, TARGET_OPTIONS } from "../global-options.ts";
import { lockRequest } from "../requests.ts";
import { runChild } from "../run-child.ts";
import type { Command } from "../types.ts";

/** `mach-nix run -p NAME -- COMMAND ARGUMENTS`. */
export const command: Command = {
  spec: {
    description: [
      "Runs COMMAND in an environment that has the packages asked for, and ends with its exit code. The environment is kept in the cache, so the next time with the same packages starts at once. What follows COMMAND is passed to it as it is.",
    ],
    operands: [
      { name: "COMMAND", required: true },
      { name: "ARGUMENTS", required: false },
    ],
    passthrough: true,
    options: [
      ...RESOLVE_OPTIONS,
      PYTHON_OPTION,
      SET_OPTION,
      ...TARGET_OPTIONS.filter(({ name }) => name === "pre"),
    ],
    examples: [
      {
        line: "mach-nix run -p requests -p numpy -- python x.py",
        says: "a script with two packages",
      },
      { line: "mach-nix run -p ruff -- ruff check .", says: "a tool, without installing it" },
      {
        line: "mach-nix run -r script.py -- python script.py",
        says: "a script that names its own",
      },
    ],
  },
  run: async ({ given, session, env, cwd }) => {
    const { temporaryEnvironment } = await import("../../project/index.ts");
    const [program = "", ...words] = given.operands;
    const { directory } = await temporaryEnvironment(await session(), lockRequest(given));
    return runChild(program, words, { directory, env, cwd });
  },
};
