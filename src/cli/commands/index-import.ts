import type { ImportResult } from "../../project/index.ts";
import { printable } from "../printable.ts";
import { isGiven, valueOf, valuesOf } from "../requests.ts";
import { byteCount, plural } from "../sentences.ts";
import type { Command } from "../types.ts";

/** `mach-nix index import PATH`. */
export const command: Command = {
  spec: {
    description: [
      "Makes one file of the dependency data of all of PyPI: PATH is a checkout of pypi-deps-db, or a tar archive of one, as it is or compressed with zstd. The file is read in place afterwards: only what is asked for, in milliseconds, without the network.",
      "Records that cannot be used are counted and left out. The file appears when it is whole.",
      "With --files, PATH is nix-pypi-fetcher's data, in either of its formats: the addresses and hashes of files. They are used where their file stands beside an index file, under its name with .files behind it.",
    ],
    operands: [{ name: "PATH", required: true }],
    options: [
      {
        name: "output",
        short: "o",
        value: "FILE",
        brief: "the index file (pypi.index; with --files, pypi.index.files)",
      },
      { name: "files", brief: "PATH holds addresses and hashes: nix-pypi-fetcher's data" },
      {
        name: "files-url",
        value: "URL",
        brief: "with --files: what stands before source/r/requests/…; the index is asked otherwise",
      },
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
      {
        line: "mach-nix index import nix-pypi-fetcher-2 --files -o pypi.index.files",
        says: "addresses and hashes",
      },
    ],
  },
  run: async ({ given, session, json, print, say }) => {
    const { importAddresses, importIndexFile } = await import("../../project/index.ts");
    const date = valueOf(given, "date");
    const [source = ""] = given.operands;
    if (isGiven(given, "files")) {
      const result = await importAddresses(await session(), {
        source,
        output: valueOf(given, "output") ?? "pypi.index.files",
        date,
        filesUrl: valueOf(given, "files-url"),
      });
      if (json) print(JSON.stringify(result));
      else {
        sayFaults(result, say);
        const { path, bytes, counts } = result;
        say(
          `${path}: ${plural(counts["files"] ?? 0, "file")} of ${plural(counts["projects"] ?? 0, "project")}, ${byteCount(bytes)}.`,
        );
      }
      return 0;
    }
    const result = await importIndexFile(await session(), {
      source,
      more: valuesOf(given, "with"),
      output: valueOf(given, "output") ?? "pypi.index",
      ...(date === undefined ? {} : { date }),
    });
    if (json) print(JSON.stringify(result));
    else {
      sayFaults(result, say);
      const { counts, bytes, path } = result;
      say(
        `${path}: ${plural(counts["projects"] ?? 0, "project")}, ${plural(counts["sdists"] ?? 0, "sdist")}, ${plural(counts["wheels"] ?? 0, "wheel")}, ${byteCount(bytes)}.`,
      );
    }
    return 0;
  },
};

function sayFaults({ faults, malformed }: ImportResult, say: (line: string) => void): void {
  for (const { place, message } of faults.slice(0, 10)) {
    say(`Left out: ${printable(`${place} ${message}`)}`);
  }
  if (malformed > 0) say(`${plural(malformed, "record")} could not be used.`);
}
