import { CLI_ERRORS, cliError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import type { Command } from "../types.ts";
import { wrap } from "../wrap.ts";

/** `mach-nix explain CODE`. */
export const command: Command = {
  spec: {
    description: [
      "Says what an error means, how it comes about and what to do. The code is the word in brackets in an error message.",
    ],
    operands: [{ name: "CODE", required: true }],
    options: [],
    examples: [{ line: "mach-nix explain no-resolution", says: "why there is no solution" }],
  },
  run: async ({ given, json, print }) => {
    const { errorCatalogue } = await import("../../project/index.ts");
    const entries = new Map(Object.entries({ ...(await errorCatalogue()), ...CLI_ERRORS }));
    const [code = ""] = given.operands;
    const entry = entries.get(code);
    if (entry === undefined) {
      const meant = nearest(code, [...entries.keys()]);
      throw cliError("explain-unknown-code", `there is no error "${code}"`, {
        hint: meant === undefined ? "see docs/reference/errors.md" : `did you mean ${meant}?`,
      });
    }
    const { title, explain, exit } = entry;
    if (json) print(JSON.stringify({ code, title, exit, explain }));
    else print([`${code}: ${title} (exit code ${exit})`, "", ...wrap(explain, 80)].join("\n"));
    return 0;
  },
};
