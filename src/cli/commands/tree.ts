import { readLockFile, type LockedTarget } from "../../lock/index.ts";
import { emitTree, targetsOf } from "../../emit/index.ts";
import { cliError } from "../errors.ts";
import { SET_OPTION } from "../global-options.ts";
import { lockPath, setOf } from "../lock-place.ts";
import { isGiven, valueOf, valuesOf } from "../requests.ts";
import type { Command } from "../types.ts";

/** `mach-nix tree [PLACE]`. */
export const command: Command = {
  spec: {
    description: [
      "Shows what was asked for and what each package depends on, with versions and providers. PLACE is a lock, or a directory with a mach-nix.lock; the current directory if left out. A package whose dependencies were shown already is marked (*), one that stands above itself (cycle).",
    ],
    operands: [{ name: "PLACE", required: false }],
    options: [
      {
        name: "target",
        value: "NAME",
        brief: "one of the lock's targets (3.11-linux-x86_64); the first if left out",
      },
      SET_OPTION,
      { name: "depth", value: "NUMBER", brief: "how many levels to show" },
      { name: "size", brief: "show providers and the sizes of files in columns, and their sum" },
      { name: "invert", brief: "show who needs each package, from the last dependency on" },
    ],
    examples: [
      { line: "mach-nix tree ./env", says: "the environment's packages" },
      {
        line: "mach-nix tree ./env --size --depth 1",
        says: "what was asked for, and how large it is",
      },
      { line: "mach-nix tree ./env --invert", says: "who needs what" },
      { line: "mach-nix tree mach-nix.lock --json", says: "for a program" },
    ],
  },
  run: async ({ given, cwd, json, print, columns }) => {
    const path = lockPath(cwd, given.operands[0]);
    const { lock } = readLockFile(path);
    const set = await setOf(given, { lock, path });
    const [target] = targetsOf(lock, valuesOf(given, "target"), set) as [LockedTarget];
    const depth = depthOf(valueOf(given, "depth"));
    const options = {
      ...(columns === undefined ? {} : { columns }),
      ...(depth === undefined ? {} : { depth }),
      invert: isGiven(given, "invert"),
      size: isGiven(given, "size"),
      artifacts: lock.artifacts,
    };
    print(emitTree[json ? "json" : "text"](target, options));
    return 0;
  },
};

function depthOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw cliError("usage-choice", `--depth cannot be "${text}", only a number`);
}
