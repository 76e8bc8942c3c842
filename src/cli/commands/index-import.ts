import { printable } from "../printable.ts";
import { valueOf, valuesOf } from "../requests.ts";
import { byteCount, plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix index import PATH`. */
export const command: Command = {
  spec: {
    description: [
      "Makes one file of the dependency data of all of PyPI: PATH is a checkout of pypi-deps-db, or a tar archive of one, as it is or compressed with zstd. The file is read in place afterwards: only what is asked for, in milliseconds, without the network.",
      "Records that cannot be used are counted and left out. The file appears when it is whole.",
    ],
    operands: [{ name: "PATH", required: true }],
    options: [
      { name: "output", short: "o", value: "FILE", brief: "the index file (pypi.index)" },
      {
        name: "with",
        value: "PATH",
        repeat: true,
        brief: "more data of the same kind, such as an archive of sdist-errors",
      },
      { name: "date", value: "DATE", brief: "what the data is as of; by default its time stamp" },
    ],
    examples: [
      { line: "mach-nix index import pypi-deps-db -o pypi.index", says: "of a checkout" },
      {
        line: "mach-nix index import pypi-deps-db.tar.zst --date 2023-09-07",
        says: "of an archive",
      },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { importIndexFile } = await import("../../project/index.ts");
    const date = valueOf(given, "date");
    const [source = ""] = given.operands;
    const result = await importIndexFile(await session(), {
      source,
      more: valuesOf(given, "with"),
      output: valueOf(given, "output") ?? "pypi.index",
      ...(date === undefined ? {} : { date }),
    });
    if (json) print(JSON.stringify(result));
    else {
      const { counts, malformed, faults, bytes, path } = result;
      for (const { place, message } of faults.slice(0, 10)) {
        say(`Left out: ${printable(`${place} ${message}`)}`);
      }
      if (malformed > 0) say(`${plural(malformed, "record")} could not be used.`);
      say(
        `${path}: ${plural(counts["projects"] ?? 0, "project")}, ${plural(counts["sdists"] ?? 0, "sdist")}, ${plural(counts["wheels"] ?? 0, "wheel")}, ${byteCount(bytes)}.`,
      );
    }
    return 0;
  },
};
