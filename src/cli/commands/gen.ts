import { PYTHON_OPTION, RESOLVE_OPTIONS, SET_OPTION, TARGET_OPTIONS } from "../global-options.ts";
import { lockPath } from "../lock-place.ts";
import { lockRequest, valueOf } from "../requests.ts";
import type { Command } from "../types.ts";

/** `mach-nix gen -r FILE` or `mach-nix gen --lock FILE`. */
export const command: Command = {
  spec: {
    description: [
      "Writes the packages of a lock as a Nix expression: a function of pkgs and python that gives `environment`, `python`, `overrides` and `selectPkgs`. With -r or -p, resolves first.",
      "Wheels are calls of nixpkgs' buildPythonPackage and need nothing else. With source distributions, conda packages or packages of nixpkgs in the lock, the expression also takes `machNix`, the library. The same lock gives the same bytes.",
    ],
    operands: [],
    options: [
      { name: "lock", value: "PLACE", brief: "a lock, or a directory with a mach-nix.lock" },
      ...RESOLVE_OPTIONS,
      PYTHON_OPTION,
      SET_OPTION,
      ...TARGET_OPTIONS,
      {
        name: "target",
        value: "NAME",
        brief: "which of the lock's targets (3.11-linux-x86_64)",
      },
      { name: "output", short: "o", value: "FILE", brief: "the file to write" },
    ],
    examples: [
      { line: "mach-nix gen --lock ./env -o python.nix", says: "of an environment's lock" },
      { line: "mach-nix gen -r requirements.txt", says: "resolved now" },
    ],
  },
  run: async ({ given, cwd, session, json, print, say }) => {
    const { generateNix } = await import("../../project/index.ts");
    const lock = valueOf(given, "lock");
    const target = valueOf(given, "target");
    const output = valueOf(given, "output");
    const result = await generateNix(await session(), {
      ...lockRequest(given),
      ...(lock === undefined ? {} : { lock: lockPath(cwd, lock) }),
      ...(target === undefined ? {} : { target }),
      ...(output === undefined ? {} : { output }),
    });
    if (json) print(JSON.stringify(result));
    else if (result.path === undefined) print(result.text.trimEnd());
    else say(`Wrote ${result.path} for ${result.target}.`);
    return 0;
  },
};
