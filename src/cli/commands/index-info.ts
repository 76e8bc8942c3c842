import type { IndexInfo } from "../../project/index.ts";
import { printable } from "../printable.ts";
import { table } from "../table.ts";
import type { Command } from "../types.ts";

/** `mach-nix index info [FILE]`. */
export const command: Command = {
  spec: {
    description: [
      "Says what an index file and its deltas hold, as of when, and where the data comes from. FILE is by default the one that --index names.",
    ],
    operands: [{ name: "FILE", required: false }],
    options: [],
    examples: [{ line: "mach-nix index info pypi.index", says: "what is in it?" }],
  },
  run: async ({ given, session, json, print }) => {
    const { indexInfo } = await import("../../project/index.ts");
    const info = await indexInfo(await session(), given.operands[0]);
    const { facts, bytes, path } = info;
    if (json) print(JSON.stringify(info));
    else {
      const rows = [
        ["file", path],
        ["bytes", String(bytes)],
        ["as of", new Date(facts.date).toISOString()],
        ["source", printable(facts.source)],
        ["Pythons tried", facts.pythons.join(" ")],
        ...Object.entries(facts.counts).map(([name, count]) => [name, String(count)]),
        ["contents", facts.contents],
        ...("deltas" in info ? info.deltas.map(deltaRow) : []),
        ...("companion" in info ? [["addresses and hashes", "yes"]] : []),
      ];
      print(table(rows));
    }
    return 0;
  },
};

function deltaRow({ path, bytes, facts }: IndexInfo["deltas"][number]): readonly string[] {
  const { projects = 0, removed = 0 } = facts.counts;
  const when = new Date(facts.date).toISOString();
  return ["delta", `${path}: as of ${when}, ${projects} changed, ${removed} gone, ${bytes} bytes`];
}
