import { cliError } from "../errors.ts";
import { isGiven } from "../requests.ts";
import type { Command } from "../types.ts";

/** `mach-nix index use [FILE]`. */
export const command: Command = {
  spec: {
    description: [
      "Resolves from an index file from now on, as if --index FILE were given each time, with --live as if that were given too; --index-url is stronger. With --forget, the live index counts again.",
    ],
    operands: [{ name: "FILE", required: false }],
    options: [{ name: "forget", brief: "use the live index again" }],
    examples: [
      { line: "mach-nix index use pypi.index", says: "from now on" },
      { line: "mach-nix index use --forget", says: "no longer" },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { chooseIndexFile } = await import("../../project/index.ts");
    const [file] = given.operands;
    if ((file === undefined) !== isGiven(given, "forget")) {
      throw cliError("usage-conflict", "give either FILE or --forget");
    }
    const path = await chooseIndexFile(await session(), file);
    if (json) print(JSON.stringify({ path: path ?? null }));
    else say(path === undefined ? "The live index is used." : `${path} is used from now on.`);
    return 0;
  },
};
