// Writes nix/fixes.json, the table of src/build/fixes-data.ts for the Nix library; --check only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FIXES } from "../src/build/fixes-data.ts";

const PATH = join(import.meta.dirname, "..", "nix", "fixes.json");

/** The table as the file has it. */
export function fixesText(): string {
  return `${JSON.stringify(FIXES, undefined, 2)}\n`;
}

if (process.argv[1] === import.meta.filename) {
  if (!process.argv.includes("--check")) writeFileSync(PATH, fixesText());
  else if (readFileSync(PATH, "utf8") !== fixesText()) {
    console.error(
      "nix/fixes.json is not what src/build/fixes-data.ts says: node tools/nix-fixes.ts",
    );
    process.exitCode = 1;
  }
}
