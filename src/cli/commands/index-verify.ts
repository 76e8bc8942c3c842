import { EXIT } from "../../base/index.ts";
import { printable } from "../printable.ts";
import { byteCount, plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix index verify [FILE]`. */
export const command: Command = {
  spec: {
    description: [
      "Reads a whole index file: every block against its checksum, every record to its end. Exit code 4 where something is damaged.",
    ],
    operands: [{ name: "FILE", required: false }],
    options: [],
    examples: [{ line: "mach-nix index verify pypi.index", says: "is it sound?" }],
  },
  run: async ({ given, session, json, print, say }) => {
    const { verifyIndexFile } = await import("../../project/index.ts");
    const result = await verifyIndexFile(await session(), given.operands[0]);
    const { problems, projects, bytes } = result;
    if (json) print(JSON.stringify(result));
    else {
      for (const problem of problems) print(printable(problem));
      say(
        problems.length === 0
          ? `The index is sound: ${plural(projects, "project")}, ${byteCount(bytes)}.`
          : `${plural(problems.length, "problem")} found.`,
      );
    }
    return problems.length === 0 ? EXIT.done : EXIT.integrity;
  },
};
