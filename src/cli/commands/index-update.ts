import { cliError } from "../errors.ts";
import { valueOf, valuesOf } from "../requests.ts";
import { byteCount, plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix index update [FILE]`. */
export const command: Command = {
  spec: {
    description: [
      "Asks the live index what changed since an index file was made, and writes that beside it as a delta: FILE.1, then FILE.2 and so on. A delta counts wherever FILE is named. It also has upload times, yanks, addresses and hashes.",
      "Without --packages or --package, the index's own page says which projects have changed, by their serials; an index that gives no serials is asked only for packages that are named. No more requests are made than --max-requests says (1000 by default): what is left comes with the next update. For imported data, which has a date and no serials, the pages of a few dozen projects tell up to which serial nothing has changed since.",
    ],
    operands: [{ name: "FILE", required: false }],
    options: [
      { name: "output", short: "o", value: "DELTA", brief: "where to write the delta" },
      {
        name: "packages",
        value: "NAMES",
        brief: "ask for the packages in this file, a name on each line",
      },
      { name: "package", short: "p", value: "NAME", repeat: true, brief: "ask for this package" },
      { name: "max-requests", value: "N", brief: "make at most so many requests (1000)" },
    ],
    examples: [
      { line: "mach-nix index update pypi.index", says: "whatever has changed" },
      {
        line: "mach-nix index update pypi.index -p numpy --max-requests 50",
        says: "one package",
      },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { updateIndexFile } = await import("../../project/index.ts");
    const result = await updateIndexFile(await session(), {
      file: given.operands[0],
      output: valueOf(given, "output"),
      packages: valueOf(given, "packages"),
      names: valuesOf(given, "package"),
      maxRequests: wholeNumber(valueOf(given, "max-requests")),
    });
    if (json) print(JSON.stringify(result));
    else {
      const { path, bytes, requests, asked, changed, removed, left, unread, failed } = result;
      const made = `${plural(requests, "request")}, ${plural(asked, "project")} asked for`;
      say(
        path === undefined
          ? `Nothing has changed: ${made}.`
          : `${path}: ${changed} changed, ${removed} gone; ${made}; ${byteCount(bytes)}.`,
      );
      if (left > 0) {
        say(
          `No request was left for ${plural(left, "project")}: update again, or name those that matter with --packages.`,
        );
      }
      if (failed > 0) say(`${plural(failed, "question")} had no usable answer.`);
      if (unread > 0) say(`The metadata of ${plural(unread, "wheel")} was not read: update again.`);
    }
    return 0;
  },
};

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw cliError("usage-choice", `--max-requests cannot be "${text}"`, {
    hint: "give a number, such as 200",
  });
}
