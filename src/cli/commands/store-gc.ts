import { isGiven } from "../requests.ts";
import { byteCount, plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix store gc`. */
export const command: Command = {
  spec: {
    description: [
      "Deletes former generations of environments, the objects of the store that no environment directory uses any more, and what interrupted runs left behind. What an environment is now is never touched.",
    ],
    operands: [],
    options: [{ name: "dry-run", brief: "only say what would be deleted" }],
    examples: [
      { line: "mach-nix store gc", says: "make room" },
      { line: "mach-nix store gc --dry-run", says: "see what would go" },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { collectStore } = await import("../../project/index.ts");
    const dryRun = isGiven(given, "dry-run");
    const result = await collectStore(await session(), { dryRun });
    if (json) print(JSON.stringify({ ...result, dryRun }));
    else {
      for (const name of result.removed) print(name);
      const gone = `${plural(result.removed.length, "object")}, ${byteCount(result.bytes)}`;
      say(dryRun ? `Would delete ${gone}.` : `Deleted ${gone}; ${result.kept} are in use.`);
    }
    return 0;
  },
};
