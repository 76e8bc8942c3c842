import {
  COMPILE_OPTION,
  LINK_SCRIPTS_OPTION,
  PYTHON_OPTION,
  SET_OPTION,
} from "../global-options.ts";
import { compileMode, isGiven, linkScripts, valueOf } from "../requests.ts";
import { environmentSentence } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix sync DIR`. */
export const command: Command = {
  spec: {
    description: [
      "Makes the environment in DIR be what DIR/mach-nix.lock says, nothing else: nothing is resolved, and every file is checked against the lock's hash. For a fresh clone, another machine, or after the lock was changed.",
    ],
    operands: [{ name: "DIR", required: false }],
    options: [
      PYTHON_OPTION,
      SET_OPTION,
      COMPILE_OPTION,
      LINK_SCRIPTS_OPTION,
      {
        name: "ignore-collisions",
        brief: "where two packages bring the same file, take that of the first by name",
      },
    ],
    examples: [
      { line: "mach-nix sync ./env", says: "make ./env what its lock says" },
      {
        line: "mach-nix sync ./env --no-index --find-links ./wheels",
        says: "take the files from a folder, by name and hash",
      },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { syncEnvironment } = await import("../../project/index.ts");
    const python = valueOf(given, "python");
    const set = valueOf(given, "set");
    const result = await syncEnvironment(await session(), {
      directory: given.operands[0] ?? ".",
      compile: compileMode(given),
      ...linkScripts(given),
      ...(python === undefined ? {} : { python }),
      ...(set === undefined ? {} : { set }),
      ...(isGiven(given, "ignore-collisions") ? { ignoreCollisions: true } : {}),
    });
    if (json) print(JSON.stringify(result));
    else say(environmentSentence(result));
    return 0;
  },
};
