import { printable } from "../printable.ts";
import { valueOf, valuesOf } from "../requests.ts";
import { plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix index nixpkgs SOURCE`. */
export const command: Command = {
  spec: {
    description: [
      'Lists the Python packages of a nixpkgs by evaluating it with Nix; nothing is built. SOURCE is its folder, or a flake reference. With `nixpkgs-packages = "FILE"` in mach-nix.toml, or --nixpkgs-packages FILE, the provider `nixpkgs` then has them.',
      "What is pinned to nixpkgs can be used by the Nix outputs of a lock only.",
    ],
    operands: [{ name: "SOURCE", required: true }],
    options: [
      {
        name: "python",
        value: "VERSION",
        repeat: true,
        brief: "for this Python (3.11); nixpkgs' own python3 if left out",
      },
      { name: "output", short: "o", value: "FILE", brief: "the file (nixpkgs-packages.json)" },
    ],
    examples: [
      {
        line: "mach-nix index nixpkgs github:NixOS/nixpkgs/nixos-unstable --python 3.12",
        says: "of a flake",
      },
      { line: "mach-nix index nixpkgs ./nixpkgs -o env/nixpkgs.json", says: "of a checkout" },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { indexNixpkgs } = await import("../../project/index.ts");
    const result = await indexNixpkgs(await session(), {
      source: given.operands[0] as string,
      pythons: valuesOf(given, "python"),
      output: valueOf(given, "output") ?? "nixpkgs-packages.json",
    });
    if (json) print(JSON.stringify(result));
    else {
      for (const [python, count] of Object.entries(result.pythons)) {
        say(printable(`${result.path}: ${plural(count, "package")} for Python ${python}.`));
      }
    }
    return 0;
  },
};
