import { table } from "../table.ts";
import type { Command } from "../types.ts";

/** `mach-nix python list`. */
export const command: Command = {
  spec: {
    brief: "list the Pythons of this machine",
    description: [
      "Lists the Pythons that mach-nix can make environments for: on PATH, under pyenv, conda and uv, in /usr and /opt, and those that it cannot use, with the reason.",
    ],
    operands: [],
    options: [],
    examples: [{ line: "mach-nix python list", says: "what --python can choose from" }],
  },
  run: async ({ session, json, print }) => {
    const { listInterpreters } = await import("../../project/index.ts");
    const interpreters = await listInterpreters(await session());
    if (json) print(JSON.stringify({ interpreters }));
    else
      print(
        table(
          interpreters.map(({ version, path, implementation }) => [version, implementation, path]),
        ),
      );
    return 0;
  },
};
