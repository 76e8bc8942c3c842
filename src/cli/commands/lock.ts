import { PYTHON_OPTION, RESOLVE_OPTIONS, TARGET_OPTIONS } from "../global-options.ts";
import { lockRequest, valueOf } from "../requests.ts";
import { lockSentence, skippedLines } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix lock -r FILE [-o FILE]`. */
export const command: Command = {
  spec: {
    description: [
      "Resolves what the files and names ask for and writes the lock: every package with its version, file, address and hash, for each Python and platform asked for. The same inputs and date give the same bytes, on any machine.",
      "An existing lock keeps its date and its versions as far as they still fit, until --upgrade or --date.",
    ],
    operands: [],
    options: [
      ...RESOLVE_OPTIONS,
      { ...PYTHON_OPTION, repeat: true },
      ...TARGET_OPTIONS,
      { name: "output", short: "o", value: "FILE", brief: "the lock file (mach-nix.lock)" },
    ],
    examples: [
      { line: "mach-nix lock -r requirements.txt", says: "writes mach-nix.lock" },
      {
        line: "mach-nix lock -r requirements.txt --platform linux-x86_64 --platform macos-arm64",
        says: "one lock for several platforms",
      },
      { line: "mach-nix lock -r requirements.txt --upgrade", says: "the newest versions" },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { lockProject } = await import("../../project/index.ts");
    const output = valueOf(given, "output");
    const result = await lockProject(await session(), {
      ...lockRequest(given),
      ...(output === undefined ? {} : { output }),
    });
    const { lock, path, changed, skipped } = result;
    if (json) print(JSON.stringify({ path, changed, skipped, lock }));
    else for (const line of [...skippedLines(result), lockSentence(result)]) say(line);
    return 0;
  },
};
