import { valueOf } from "../requests.ts";
import { byteCount, plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix index compact [FILE]`. */
export const command: Command = {
  spec: {
    description: [
      "Makes one file of an index file and its deltas, with the same answers as of the newest of them. Without -o it takes the file's place, and the deltas are removed. What an earlier layer alone knew, such as a release that is gone since, is not in it any more.",
    ],
    operands: [{ name: "FILE", required: false }],
    options: [{ name: "output", short: "o", value: "FILE", brief: "where to write it" }],
    examples: [{ line: "mach-nix index compact pypi.index", says: "in place" }],
  },
  run: async ({ given, session, json, print, say }) => {
    const { compactIndexFile } = await import("../../project/index.ts");
    const [file] = given.operands;
    const result = await compactIndexFile(await session(), {
      file,
      output: valueOf(given, "output"),
    });
    if (json) print(JSON.stringify(result));
    else {
      const { path, bytes, deltas, counts } = result;
      say(
        `${path}: ${plural(counts["projects"] ?? 0, "project")}, ${plural(deltas, "delta")} taken in, ${byteCount(bytes)}.`,
      );
    }
    return 0;
  },
};
