import type { ProjectChange } from "../../project/index.ts";
import { printable } from "../printable.ts";
import { plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix index diff A B`. */
export const command: Command = {
  spec: {
    description: [
      "Says what differs between two index files: a line for each project, with versions added (+), removed (-) and changed (~). With --json, a JSON document with all of it.",
    ],
    operands: [
      { name: "BEFORE", required: true },
      { name: "AFTER", required: true },
    ],
    options: [],
    examples: [{ line: "mach-nix index diff old.index new.index", says: "what is new?" }],
  },
  run: async ({ given, session, json, print, say }) => {
    const { diffIndexFiles } = await import("../../project/index.ts");
    const [before = "", after = ""] = given.operands;
    const changes = diffIndexFiles(await session(), { before, after });
    if (json) {
      const all: ProjectChange[] = [];
      for await (const change of changes) all.push(change);
      print(JSON.stringify({ changes: all }));
      return 0;
    }
    let count = 0;
    for await (const change of changes) {
      count++;
      print(changeLine(change));
    }
    say(`${plural(count, "project")} ${count === 1 ? "differs" : "differ"}.`);
    return 0;
  },
};

const SHOWN = 20;

function changeLine(change: ProjectChange): string {
  const { name, addedVersions, removedVersions, changedVersions } = change;
  const versions = [
    ...addedVersions.map((version) => `+${version}`),
    ...removedVersions.map((version) => `-${version}`),
    ...changedVersions.map((version) => `~${version}`),
  ];
  const more = versions.length > SHOWN ? ` and ${versions.length - SHOWN} more` : "";
  return printable(`${name} ${versions.slice(0, SHOWN).join(" ")}${more}`);
}
