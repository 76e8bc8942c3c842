import { CRAWL_OPTIONS, runCrawl, SETUP_OPTIONS } from "../crawl-command.ts";
import type { Command } from "../types.ts";

/** `mach-nix crawl sdists`. */
export const command: Command = {
  spec: {
    description: [
      "Gathers what source distributions need into a checkout of pypi-deps-db's layout, `sdist/XX.json`, and why some gave nothing into `sdist-errors/XX.json`: of each release and Python that the data does not have yet. What the files of a release say for all environments is taken from them; else its setup.py is run under each Python, in a sandbox, up to its call of setup().",
      "The Pythons come from --python or from crawl.toml in the data. One that is added is made up for by the next crawl.",
    ],
    operands: [],
    options: [...CRAWL_OPTIONS, ...SETUP_OPTIONS],
    examples: [
      {
        line: "mach-nix crawl sdists --packages names.txt --data data --python 3.9,3.13",
        says: "under two Pythons",
      },
      {
        line: "mach-nix crawl sdists --changed-since 2026-11-01 --time-limit 60",
        says: "of all that changed, for an hour",
      },
    ],
  },
  run: (invocation) => runCrawl("sdists", invocation),
};
