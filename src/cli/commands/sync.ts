import {
  COMPILE_OPTION,
  LINK_SCRIPTS_OPTION,
  PYTHON_OPTION,
  SET_OPTION,
} from "../global-options.ts";
import { compileMode, isGiven, linkScripts, valueOf } from "../requests.ts";
import { environmentSentence, rebuiltSentence } from "../sentences.ts";
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
      {
        name: "rebuild",
        brief: "then build every source distribution again, and name the files that differ",
      },
    ],
    examples: [
      { line: "mach-nix sync ./env", says: "make ./env what its lock says" },
      {
        line: "mach-nix sync ./env --no-index --find-links ./wheels",
        says: "take the files from a folder, by name and hash",
      },
      {
        line: "mach-nix sync ./env --rebuild",
        says: "does what was built from source come out the same again?",
      },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { rebuildEnvironment, syncEnvironment } = await import("../../project/index.ts");
    const python = valueOf(given, "python");
    const set = valueOf(given, "set");
    const environment = {
      directory: given.operands[0] ?? ".",
      ...(python === undefined ? {} : { python }),
      ...(set === undefined ? {} : { set }),
    };
    const opened = await session();
    const result = await syncEnvironment(opened, {
      ...environment,
      compile: compileMode(given),
      ...linkScripts(given),
      ...(isGiven(given, "ignore-collisions") ? { ignoreCollisions: true } : {}),
    });
    if (!json) say(environmentSentence(result));
    const rebuilt = isGiven(given, "rebuild")
      ? await rebuildEnvironment(opened, environment)
      : undefined;
    if (json) print(JSON.stringify({ ...result, ...(rebuilt === undefined ? {} : { rebuilt }) }));
    else if (rebuilt !== undefined) say(rebuiltSentence(rebuilt.length));
    return 0;
  },
};
