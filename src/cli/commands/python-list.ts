import type { FoundInterpreter } from "../../environment/index.ts";
import { printable } from "../printable.ts";
import { table } from "../table.ts";
import type { Command } from "../types.ts";

/** `mach-nix python list`. */
export const command: Command = {
  spec: {
    description: [
      "Lists the Pythons that mach-nix can make environments for: on PATH, under pyenv, conda and uv, in /usr and /opt. None of them is started for it.",
    ],
    operands: [],
    options: [],
    examples: [{ line: "mach-nix python list", says: "what --python can choose from" }],
  },
  run: async ({ session, json, print, say }) => {
    const { listInterpreters } = await import("../../project/index.ts");
    const interpreters = await listInterpreters(await session());
    if (json) print(JSON.stringify({ interpreters }));
    else if (interpreters.length === 0) say("No Python was found on this machine.");
    else print(table(interpreters.map(row)));
    return 0;
  },
};

function row(found: FoundInterpreter): string[] {
  const { version, freeThreaded, implementation, source, foundAt } = found;
  const shown = version === "" ? "?" : version + (freeThreaded ? "t" : "");
  return [shown, implementation, source, printable(foundAt)];
}
