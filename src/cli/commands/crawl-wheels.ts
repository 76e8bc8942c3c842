import { CRAWL_OPTIONS, runCrawl } from "../crawl-command.ts";
import type { Command } from "../types.ts";

/** `mach-nix crawl wheels`. */
export const command: Command = {
  spec: {
    description: [
      "Gathers what wheels need into a checkout of pypi-deps-db's layout, `wheel/XX.json`: of each wheel that the data does not have yet, its METADATA. What is there is never asked for again.",
      "A crawl may be killed at any moment and goes on where it was.",
    ],
    operands: [],
    options: CRAWL_OPTIONS,
    examples: [
      { line: "mach-nix crawl wheels --packages names.txt --data data", says: "of some projects" },
      {
        line: "mach-nix crawl wheels --changed-since 2026-11-01 --time-limit 60",
        says: "of all that changed, for an hour",
      },
    ],
  },
  run: (invocation) => runCrawl("wheels", invocation),
};
