import type { FileFacts, ProjectData } from "../../project/index.ts";
import { printable } from "../printable.ts";
import type { Command } from "../types.ts";

/** `mach-nix index show NAME`. */
export const command: Command = {
  spec: {
    description: [
      "Shows what an index file knows of a project: its versions, the Pythons for which a source distribution's dependencies are known, or why they are not, and its wheels. With --json, everything.",
    ],
    operands: [{ name: "NAME", required: true }],
    options: [],
    examples: [
      { line: "mach-nix index show numpy --index pypi.index", says: "versions and files" },
      { line: "mach-nix index show numpy --index pypi.index --json", says: "requirements too" },
    ],
  },
  run: async ({ given, session, json, print }) => {
    const { showIndexed } = await import("../../project/index.ts");
    const [name = ""] = given.operands;
    const found = await showIndexed(await session(), { name });
    if (json) print(JSON.stringify(found));
    else print(found.flatMap(projectLines).join("\n"));
    return 0;
  },
};

function projectLines({ name, sdists, wheels, failures }: ProjectData): readonly string[] {
  return [
    printable(name),
    ...sdists.map(
      ({ version, pythons, facts }) => releaseLine("sdist", version, pythons) + factsText(facts),
    ),
    ...wheels.flatMap(({ files }) =>
      files.map(({ filename, facts }) => printable(`  wheel  ${filename}`) + factsText(facts)),
    ),
    ...failures.flatMap(failureLines),
  ];
}

/** A line for each reason. */
function failureLines({ version, pythons }: ProjectData["failures"][number]): readonly string[] {
  const reasons = Map.groupBy(pythons, ([, text]) => lastLine(text));
  return [...reasons].map(([reason, own]) =>
    printable(`${releaseLine("failed", version, own)}: ${reason}`),
  );
}

const LONGEST_REASON = 200;

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)?.trim().slice(0, LONGEST_REASON) ?? "";
}

function factsText(facts: FileFacts | undefined): string {
  if (facts === undefined) return "";
  const { uploadTime, yanked, isUnread } = facts;
  const time =
    uploadTime === undefined ? "" : `  ${new Date(uploadTime).toISOString().slice(0, 10)}`;
  const reason = yanked === undefined ? "" : printable(`  yanked${yanked && `: ${yanked}`}`);
  return `${time}${reason}${isUnread === true ? "  (needs unknown)" : ""}`;
}

function releaseLine(
  kind: string,
  version: string,
  pythons: readonly (readonly [string, unknown])[],
): string {
  const names = pythons.map(([python]) => `${python[0]}.${python.slice(1)}`);
  const known = names.length === 0 ? "needs unknown" : `Python ${names.join(" ")}`;
  return printable(`  ${kind}  ${version}  (${known})`);
}
