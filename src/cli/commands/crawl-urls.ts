import { CRAWL_OPTIONS, runCrawl } from "../crawl-command.ts";
import type { Command } from "../types.ts";

/** `mach-nix crawl urls`. */
export const command: Command = {
  spec: {
    description: [
      "Gathers the hashes of files into the layout of nix-pypi-fetcher, `pypi/XX.json`, with which its fetchers find any file of PyPI. It takes a page of the index for each project, and no file.",
    ],
    operands: [],
    options: CRAWL_OPTIONS,
    examples: [
      { line: "mach-nix crawl urls --packages names.txt --data data", says: "of some projects" },
      {
        line: "mach-nix crawl urls --changed-since 2026-11-01 --time-limit 60",
        says: "of all that changed, for an hour",
      },
    ],
  },
  run: (invocation) => runCrawl("urls", invocation),
};
