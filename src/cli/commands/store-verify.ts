import { EXIT } from "../../base/index.ts";
import type { VerifyResult } from "../../store/index.ts";
import { printable } from "../printable.ts";
import { isGiven } from "../requests.ts";
import { byteCount, plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix store verify`. */
export const command: Command = {
  spec: {
    description: [
      "Reads every file of every object in the store and compares it with the hash that was recorded when the object was made. Exit code 4 where something differs.",
    ],
    operands: [],
    options: [
      { name: "repair", brief: "delete damaged objects, so that the next sync makes them anew" },
    ],
    examples: [{ line: "mach-nix store verify", says: "is anything damaged?" }],
  },
  run: async ({ given, session, json, print, say }) => {
    const { verifyStore } = await import("../../project/index.ts");
    const repair = isGiven(given, "repair");
    const result = await verifyStore(await session(), { repair });
    const { objects, files, bytes, problems } = result;
    if (json) print(JSON.stringify({ ...result, repaired: repair && problems.length > 0 }));
    else {
      for (const problem of problems) print(problemLine(problem));
      const seen = `${plural(objects, "object")}, ${plural(files, "file")}, ${byteCount(bytes)}`;
      say(problems.length === 0 ? `The store is sound: ${seen}.` : damage(problems.length, repair));
    }
    return problems.length === 0 || repair ? EXIT.done : EXIT.integrity;
  },
};

function problemLine(problem: VerifyResult["problems"][number]): string {
  return printable(Object.values(problem).join("  "));
}

function damage(count: number, repair: boolean): string {
  const found = `${plural(count, "problem")} found`;
  if (repair)
    return `${found}; the damaged objects are removed, \`mach-nix sync\` makes them anew.`;
  return `${found}. \`mach-nix store verify --repair\` removes the damaged objects.`;
}
