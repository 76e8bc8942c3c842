import { chooseSet, readLockFile, setNames } from "../../lock/index.ts";
import { ONLY_SET_OPTION } from "../global-options.ts";
import { changeLines, lockChanges } from "../lock-changes.ts";
import { lockPath } from "../lock-place.ts";
import { valueOf } from "../requests.ts";
import type { Command } from "../types.ts";

/** `mach-nix diff OLD NEW`. */
export const command: Command = {
  spec: {
    description: [
      "Shows what differs from one lock to another, for each target: packages added (+), removed (-), upgraded (↑), downgraded (↓), or changed in something besides the version (~). OLD and NEW are locks, or directories with a mach-nix.lock.",
    ],
    operands: [
      { name: "OLD", required: true },
      { name: "NEW", required: true },
    ],
    options: [ONLY_SET_OPTION],
    examples: [
      { line: "mach-nix diff old.lock mach-nix.lock", says: "what an upgrade brought" },
      {
        line: "mach-nix diff ./staging ./production --json",
        says: "two environments, for a program",
      },
    ],
  },
  run: ({ given, cwd, json, print, say }) => {
    const [before, after] = given.operands as [string, string];
    const { lock: old } = readLockFile(lockPath(cwd, before));
    const { lock } = readLockFile(lockPath(cwd, after));
    const set = valueOf(given, "set");
    if (set !== undefined) chooseSet([...setNames(old), ...setNames(lock)], { asked: set });
    const changes = lockChanges(old, lock);
    const targets = set === undefined ? changes : changes.filter((one) => one.set === set);
    if (json) print(JSON.stringify({ dates: [old.date, lock.date], targets }));
    else if (targets.length === 0) say("Nothing differs: both have the same packages.");
    else print(changeLines(targets).join("\n"));
    return Promise.resolve(0);
  },
};
