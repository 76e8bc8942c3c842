import type { ExportFormat } from "../../emit/index.ts";
import { SET_OPTION } from "../global-options.ts";
import { lockPath } from "../lock-place.ts";
import { isGiven, valueOf, valuesOf } from "../requests.ts";
import type { Command } from "../types.ts";

const FORMATS: readonly ExportFormat[] = [
  "requirements",
  "pylock",
  "conda-explicit",
  "environment-yml",
  "cyclonedx",
  "html",
  "svg",
  "dot",
  "mermaid",
];

/** `mach-nix export [PLACE] --format FORMAT [-o FILE]`. */
export const command: Command = {
  spec: {
    description: [
      "Writes what a lock holds in the format of other tools, to standard output or a file. PLACE is a lock, or a directory with a mach-nix.lock; the current directory if left out.",
      "requirements: a requirements file with hashes, for pip and uv. pylock: pylock.toml (PEP 751), for pip 25.1 and uv. conda-explicit: the files of conda's channels with their hashes, for conda create --file and micromamba. environment-yml: a conda environment.yml with every version and build. cyclonedx: a bill of materials, CycloneDX 1.6 as JSON. html: the graph of dependencies as a page for a browser, searchable, in one file. svg, dot and mermaid: the same graph as a picture, for Graphviz, and for Markdown.",
      "Without --format, the name of the file to write says it (graph.html, pylock.toml); requirements otherwise.",
      "A lock of several targets becomes one file, in which markers say what belongs where; where no marker can, choose with --target. Of a lock with sets, html and cyclonedx hold all, the others the one named by --set. The same lock gives the same bytes.",
    ],
    operands: [{ name: "PLACE", required: false }],
    options: [
      {
        name: "format",
        value: "FORMAT",
        choices: FORMATS,
        brief: `${FORMATS.slice(0, -1).join(", ")} or ${FORMATS.at(-1)}`,
      },
      {
        name: "target",
        value: "NAME",
        repeat: true,
        brief: "only this one of the lock's targets (3.11-linux-x86_64)",
      },
      SET_OPTION,
      { name: "output", short: "o", value: "FILE", brief: "the file to write" },
      {
        name: "licenses",
        brief: "in a bill of materials: the licences of the packages that are on this machine",
      },
    ],
    examples: [
      {
        line: "mach-nix export ./env -o requirements.lock.txt",
        says: "for pip install --require-hashes -r",
      },
      { line: "mach-nix export ./env --format pylock -o pylock.toml", says: "for pip and uv" },
      { line: "mach-nix export ./env -o graph.html", says: "the graph, for a browser" },
    ],
  },
  run: async ({ given, cwd, session, json, print, say }) => {
    const { exportLock } = await import("../../project/index.ts");
    const output = valueOf(given, "output");
    const asked = valueOf(given, "set");
    const format = (valueOf(given, "format") as ExportFormat | undefined) ?? formatOfFile(output);
    const { text, targets, set, leftOut, path } = await exportLock(await session(), {
      lock: lockPath(cwd, given.operands[0]),
      format,
      targets: valuesOf(given, "target"),
      ...(asked === undefined ? {} : { set: asked }),
      ...(output === undefined ? {} : { output }),
      licences: isGiven(given, "licenses"),
    });
    if (json)
      print(
        JSON.stringify({
          format,
          targets,
          set,
          leftOut,
          ...(path === undefined ? { text } : { path }),
        }),
      );
    else if (path === undefined) print(text);
    else say(`Wrote ${path} for ${targets.join(", ")}.`);
    return 0;
  },
};

/** What file names say of their format. */
const FILE_NAMES: readonly (readonly [RegExp, ExportFormat])[] = [
  [/\.html?$/, "html"],
  [/\.svg$/, "svg"],
  [/\.(?:dot|gv)$/, "dot"],
  [/\.(?:mmd|mermaid)$/, "mermaid"],
  [/\.cdx\.json$|(?:^|[\\/])bom\.json$/, "cyclonedx"],
  [/(?:^|[\\/])environment\.ya?ml$/, "environment-yml"],
  [/(?:^|[\\/])pylock\.(?:[^.\\/]+\.)?toml$/, "pylock"],
];

function formatOfFile(output: string | undefined): ExportFormat {
  const found = FILE_NAMES.find(([name]) => output !== undefined && name.test(output));
  return found?.[1] ?? "requirements";
}
