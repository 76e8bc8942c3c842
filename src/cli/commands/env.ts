import {
  COMPILE_OPTION,
  LINK_SCRIPTS_OPTION,
  PYTHON_OPTION,
  RESOLVE_OPTIONS,
  SET_OPTION,
  TARGET_OPTIONS,
} from "../global-options.ts";
import { compileMode, isGiven, linkScripts, lockRequest, valueOf } from "../requests.ts";
import { environmentSentence } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix env DIR -r FILE`. */
export const command: Command = {
  spec: {
    description: [
      "Locks what the files and names ask for and makes DIR an environment with exactly that: DIR/bin/python works at once, and activation scripts are in DIR/bin.",
      "DIR also holds the inputs, mach-nix.lock and mach-nix.toml, and is made to be committed: elsewhere `mach-nix sync DIR` makes the same environment, and so do nix-build, nix-shell, nix build and nix develop in DIR. Run again, it changes as little as the requirements demand; --upgrade takes newer versions.",
    ],
    operands: [{ name: "DIR", required: true }],
    options: [
      ...RESOLVE_OPTIONS,
      PYTHON_OPTION,
      SET_OPTION,
      ...TARGET_OPTIONS,
      COMPILE_OPTION,
      LINK_SCRIPTS_OPTION,
      {
        name: "nixpkgs",
        value: "REF",
        brief:
          "the nixpkgs for DIR's Nix files: a folder, flake.lock, flake reference, address or channel",
      },
      { name: "ignore-data-outdated", brief: "also a nixpkgs that is newer than the lock's date" },
    ],
    examples: [
      { line: "mach-nix env ./env -r requirements.txt", says: "the usual case" },
      { line: "mach-nix env ./env -p numpy -p 'pandas>=2' --python 3.11", says: "without a file" },
      {
        line: "mach-nix env ./env -r requirements.txt --upgrade=numpy",
        says: "take a newer numpy, leave the rest as locked",
      },
      {
        line: "mach-nix env ./env -r requirements.txt --date 2026-11-01",
        says: "as of a day: the same result whenever it is run",
      },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { makeEnvironment } = await import("../../project/index.ts");
    const [directory = ""] = given.operands;
    const nixpkgs = valueOf(given, "nixpkgs");
    const result = await makeEnvironment(await session(), {
      ...lockRequest(given),
      directory,
      compile: compileMode(given),
      ...linkScripts(given),
      ignoreDataOutdated: isGiven(given, "ignore-data-outdated"),
      ...(nixpkgs === undefined ? {} : { nixpkgs }),
    });
    if (json) print(JSON.stringify(result));
    else say(environmentSentence(result));
    return 0;
  },
};
