import { byteCount, plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix store gc`. */
export const command: Command = {
  spec: {
    brief: "delete what no environment uses",
    description: [
      "Deletes the objects of the store that no environment directory uses any more, and what interrupted runs left behind. Environments in use are never touched.",
    ],
    operands: [],
    options: [],
    examples: [{ line: "mach-nix store gc", says: "make room" }],
  },
  run: async ({ session, json, print, say }) => {
    const { collectStore } = await import("../../project/index.ts");
    const result = await collectStore(await session());
    if (json) print(JSON.stringify(result));
    else say(`Deleted ${plural(result.deleted, "object")}, ${byteCount(result.bytes)}.`);
    return 0;
  },
};
