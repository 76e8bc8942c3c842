import { EXIT } from "../../base/index.ts";
import type { Command } from "../types.ts";

/** `mach-nix store verify`. */
export const command: Command = {
  spec: {
    brief: "check every file of the store",
    description: [
      "Reads every file of every object in the store and compares it with the hash that was recorded when the object was made. Exit code 4 where something differs.",
    ],
    operands: [],
    options: [
      { name: "repair", brief: "delete damaged objects, so that the next sync makes them anew" },
    ],
    examples: [{ line: "mach-nix store verify", says: "is anything damaged?" }],
  },
  run: async ({ session, json, print, say }) => {
    const { verifyStore } = await import("../../project/index.ts");
    const result = await verifyStore(await session());
    if (json) print(JSON.stringify(result));
    else say(`${result.objects} objects`);
    return EXIT.done;
  },
};
