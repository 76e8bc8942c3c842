import { EXIT } from "../../base/index.ts";
import type { LockDifference } from "../../project/index.ts";
import { PYTHON_OPTION, RESOLVE_OPTIONS, TARGET_OPTIONS } from "../global-options.ts";
import { printable } from "../printable.ts";
import { isGiven, lockRequest, valueOf } from "../requests.ts";
import { lockSentence, skippedLines } from "../sentences.ts";
import type { Command, Invocation } from "../types.ts";

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
      {
        name: "check",
        brief: "only say whether the lock fits its inputs, without the network; exit code 1 if not",
      },
      { name: "output", short: "o", value: "FILE", brief: "the lock file (mach-nix.lock)" },
    ],
    examples: [
      { line: "mach-nix lock -r requirements.txt", says: "writes mach-nix.lock" },
      {
        line: "mach-nix lock -r requirements.txt --platform linux-x86_64 --platform macos-arm64",
        says: "one lock for several platforms",
      },
      { line: "mach-nix lock -r requirements.txt --upgrade", says: "the newest versions" },
      { line: "mach-nix lock -r requirements.txt --check", says: "is the lock up to date?" },
    ],
  },
  run: async (invocation) => {
    const { given, session, json, print, say } = invocation;
    if (isGiven(given, "check")) return check(invocation);
    const { lockProject } = await import("../../project/index.ts");
    const output = valueOf(given, "output");
    const result = await lockProject(await session(), {
      ...lockRequest(given),
      ...(output === undefined ? {} : { output }),
    });
    const { lock, path, changed, skipped, heldBack } = result;
    if (json) print(JSON.stringify({ path, changed, skipped, heldBack, lock }));
    else for (const line of [...skippedLines(result), lockSentence(result)]) say(line);
    return 0;
  },
};

async function check({ given, session, json, print, say }: Invocation): Promise<number> {
  const { checkLock } = await import("../../project/index.ts");
  const output = valueOf(given, "output");
  const { path, fits, differences } = await checkLock(await session(), {
    ...lockRequest(given),
    ...(output === undefined ? {} : { output }),
  });
  if (json) print(JSON.stringify({ path, fits, differences }));
  else if (fits) say(`${path} fits its inputs.`);
  else print([`${path} does not fit its inputs:`, ...differences.map(differenceLine)].join("\n"));
  return fits ? EXIT.done : EXIT.failed;
}

function differenceLine({ what, locked, asked }: LockDifference): string {
  const lines = [
    ...locked.map((item) => `    - ${printable(item)}`),
    ...asked.map((item) => `    + ${printable(item)}`),
  ];
  return [`  ${what}`, ...lines].join("\n");
}
