import type { Command } from "../types.ts";

/** `mach-nix index list`. */
export const command: Command = {
  spec: {
    description: ["Lists the names of all projects that an index file has releases of."],
    operands: [],
    options: [],
    examples: [
      { line: "mach-nix index list --index pypi.index", says: "a name a line" },
      { line: "mach-nix index list --index pypi.index --json", says: "one list" },
    ],
  },
  run: async ({ session, json, print }) => {
    const { listIndexed } = await import("../../project/index.ts");
    const names = await listIndexed(await session());
    print(json ? JSON.stringify(names) : names.join("\n"));
    return 0;
  },
};
