import { RESOLVE_OPTIONS } from "../global-options.ts";
import { printable } from "../printable.ts";
import { lockRequest } from "../requests.ts";
import { table } from "../table.ts";
import type { Command } from "../types.ts";

const OPTIONS = ["providers", "provider", "prefer"];

/** `mach-nix providers show [DIR]`. */
export const command: Command = {
  spec: {
    description: [
      "Shows where packages come from: the list for all, those for single packages, and which of them are built in, in mach-nix.toml or on the command line. Earlier providers win whatever the version, unless --prefer newest or the settings say otherwise. DIR is where the mach-nix.toml is; the current directory if left out.",
      "Setting _default replaces the built-in lists of single packages, too; `built-in-providers = true` in mach-nix.toml keeps them.",
    ],
    operands: [{ name: "DIR", required: false }],
    options: RESOLVE_OPTIONS.filter(({ name }) => OPTIONS.includes(name)),
    examples: [
      { line: "mach-nix providers show", says: "what counts in this directory" },
      {
        line: "mach-nix providers show ./env --provider numpy=conda-forge --json",
        says: "with an option, for a program",
      },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { showProviders } = await import("../../project/index.ts");
    const { rules, prefer } = await showProviders(await session(), {
      ...lockRequest(given),
      directory: given.operands[0] ?? ".",
    });
    if (json) print(JSON.stringify({ prefer, providers: rules }));
    else {
      const rows = rules.map(({ name, providers, from }) => [name, providers.join(","), from]);
      print(table([["package", "providers", "from"], ...rows.map((row) => row.map(printable))]));
      say(
        prefer === "newest"
          ? "The newest version counts; the order only breaks ties."
          : "Earlier providers win, whatever the version.",
      );
    }
    return 0;
  },
};
