import { targetLabel } from "../../lock/index.ts";
import type { OutdatedPin } from "../../project/index.ts";
import { ONLY_SET_OPTION } from "../global-options.ts";
import { lockPath } from "../lock-place.ts";
import { valueOf, valuesOf } from "../requests.ts";
import { plural } from "../sentences.ts";
import { table } from "../table.ts";
import type { Command } from "../types.ts";

/** `mach-nix outdated [PLACE]`. */
export const command: Command = {
  spec: {
    description: [
      "Shows the packages of a lock that newer final releases exist of, as the index has them now or had them at a date: the version locked, the newest that the lock's requirements admit, and the newest of all. PLACE is a lock, or a directory with a mach-nix.lock; the current directory if left out.",
      "Constraints files are not known to the lock, so what fits is said without them.",
    ],
    operands: [{ name: "PLACE", required: false }],
    options: [
      {
        name: "target",
        value: "NAME",
        repeat: true,
        brief: "only this one of the lock's targets (3.11-linux-x86_64)",
      },
      ONLY_SET_OPTION,
      { name: "date", value: "DATE", brief: "releases up to then (2026-11-01)" },
    ],
    examples: [
      { line: "mach-nix outdated ./env", says: "what could be newer?" },
      { line: "mach-nix outdated mach-nix.lock --json", says: "for a program" },
    ],
  },
  run: async ({ given, cwd, session, json, print, say }) => {
    const { findOutdated } = await import("../../project/index.ts");
    const date = valueOf(given, "date");
    const set = valueOf(given, "set");
    const found = await findOutdated(await session(), {
      lock: lockPath(cwd, given.operands[0]),
      targets: valuesOf(given, "target"),
      ...(set === undefined ? {} : { set }),
      ...(date === undefined ? {} : { date }),
    });
    if (json) print(JSON.stringify(found));
    else if (found.outdated.length > 0) print(table(rows(found.outdated)));
    else say(`${plural(found.pins, "package")}: none has a newer release as of ${found.date}.`);
    return 0;
  },
};

/** A row for what is the same on several targets. */
function rows(outdated: readonly OutdatedPin[]): readonly (readonly string[])[] {
  const byText = new Map<string, string[]>();
  for (const { name, version, fits = "?", latest, requested, ...at } of outdated) {
    const target = targetLabel({ ...at, name: at.target });
    const cells = [name, version, fits, latest, requested ? "asked for" : ""].join("\n");
    byText.set(cells, [...(byText.get(cells) ?? []), target]);
  }
  return [
    ["package", "locked", "fits", "newest", "", "targets"],
    ...[...byText].map(([cells, targets]) => [...cells.split("\n"), targets.join(", ")]),
  ];
}
