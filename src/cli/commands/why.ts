import { packageNames, targetsOf, whyOf, whyText } from "../../emit/index.ts";
import { type LockedTarget, readLockFile, targetLabel } from "../../lock/index.ts";
import { cliError } from "../errors.ts";
import { ONLY_SET_OPTION } from "../global-options.ts";
import { lockPath } from "../lock-place.ts";
import { isGiven, valueOf, valuesOf } from "../requests.ts";
import { nearest } from "../suggest.ts";
import type { Command } from "../types.ts";

const MOST_WAYS = 10;

/** `mach-nix why PACKAGE [PLACE]`. */
export const command: Command = {
  spec: {
    description: [
      "Shows every way from what was asked for to a package: what the input says, then package after package, with versions and the extras in effect, the shortest way first, ten of them unless told otherwise. PLACE is a lock, or a directory with a mach-nix.lock; the current directory if left out.",
    ],
    operands: [
      { name: "PACKAGE", required: true },
      { name: "PLACE", required: false },
    ],
    options: [
      {
        name: "target",
        value: "NAME",
        repeat: true,
        brief: "only on this one of the lock's targets (3.11-linux-x86_64)",
      },
      ONLY_SET_OPTION,
      { name: "all", brief: "show all ways, however many" },
    ],
    examples: [
      { line: "mach-nix why markupsafe ./env", says: "who brought markupsafe?" },
      { line: "mach-nix why six mach-nix.lock --json", says: "for a program" },
    ],
  },
  run: ({ given, cwd, json, print }) => {
    const [name, place] = given.operands as [string, string?];
    const { lock } = readLockFile(lockPath(cwd, place));
    const targets = targetsOf(lock, valuesOf(given, "target"), valueOf(given, "set"));
    const answers = whyOf(lock, targets, name);
    if (answers.length === 0) throw unknownPackage(name, targets);
    print(
      json
        ? JSON.stringify({ why: answers })
        : whyText(answers, isGiven(given, "all") ? Infinity : MOST_WAYS),
    );
    return Promise.resolve(0);
  },
};

function unknownPackage(name: string, targets: readonly LockedTarget[]): Error {
  const where = targets.map(targetLabel).join(", ");
  const meant = nearest(name.toLowerCase(), packageNames(targets));
  return cliError("why-unknown-package", `the lock has no package "${name}" for ${where}`, {
    hint: meant === undefined ? "`mach-nix tree` shows what it has" : `did you mean ${meant}?`,
  });
}
