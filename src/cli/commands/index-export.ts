import { valueOf } from "../requests.ts";
import { plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix index export [FILE] -o DIR`. */
export const command: Command = {
  spec: {
    description: [
      "Writes an index file in the layout of pypi-deps-db: JSON in 256 buckets by name, equal records as references, the same bytes for the same data. So the data can be kept in git, compared and forked; `mach-nix index import` reads it again.",
    ],
    operands: [{ name: "FILE", required: false }],
    options: [{ name: "output", short: "o", value: "DIR", brief: "the directory (pypi-deps-db)" }],
    examples: [{ line: "mach-nix index export pypi.index -o data", says: "as JSON" }],
  },
  run: async ({ given, session, json, print, say }) => {
    const { exportIndexFile } = await import("../../project/index.ts");
    const directory = valueOf(given, "output") ?? "pypi-deps-db";
    const result = await exportIndexFile(await session(), { directory, file: given.operands[0] });
    if (json) print(JSON.stringify(result));
    else {
      const { projects, files } = result;
      say(`${result.directory}: ${plural(projects, "project")} in ${plural(files, "file")}.`);
    }
    return 0;
  },
};
