import { readFileSync } from "node:fs";
import type { WheelObject } from "../build/index.ts";
import { type Composition, folder, type Folder, OURS, type Text } from "./tree.ts";
import type { InstalledInfo } from "./types.ts";

/** Not taken over: RECORD would let an uninstaller follow links into the store; the rest is ours to say. */
const LEFT_OUT =
  /^(?:RECORD(?:\..*)?|REQUESTED|direct_url\.json|provenance_url\.json|__pycache__\/)$/;

function text(content: string): Text {
  return { kind: "text", owner: OURS, text: content, executable: false };
}

/** First field of a RECORD line (CSV; quoted where it has a comma). */
function recordPath(line: string): string {
  if (!line.startsWith('"')) return line.split(",", 1)[0] as string;
  return /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"') ?? "";
}

/** All paths of RECORD but its own. */
function recorded(path: string, { distInfo }: WheelObject): string[] {
  const lines = readFileSync(`${path}/RECORD`, "utf8").split(/\r?\n/).map(recordPath);
  return lines.filter((file) => file !== "" && !file.startsWith(`${distInfo}/RECORD`));
}

/** The names in the `.dist-info` folder itself; folders end in `/`. */
function entriesOf(files: readonly string[], { distInfo }: WheelObject): Set<string> {
  const inside = files.filter((file) => file.startsWith(`${distInfo}/`));
  return new Set(
    inside.map((file) => /^[^/]+\/?/.exec(file.slice(distInfo.length + 1))?.[0] ?? ""),
  );
}

/** Importable names: top-level folders and modules. */
function topLevel(wheel: WheelObject): string {
  const names = wheel.top
    .map((entry) =>
      entry.endsWith("/") ? entry.slice(0, -1) : /^([^.]+)\.(?:py|so|.*\.so)$/.exec(entry)?.[1],
    )
    .filter((name) => name !== undefined && /^[^.-]+$/.test(name));
  return [...new Set(names)].map((name) => `${name}\n`).join("");
}

/** What the builder prepared, or the same from RECORD: links, and what they lack as texts. */
function entries(
  wheel: WheelObject,
  path: string,
): { linked: Iterable<string>; made: Map<string, Text> } {
  if (wheel.info !== undefined) return { linked: wheel.info, made: new Map() };
  const files = recorded(path, wheel);
  const linked = entriesOf(files, wheel);
  const made = new Map([
    ["INSTALLER", text(`${OURS}\n`)],
    // importlib.metadata reads it where RECORD is missing.
    ["SOURCES.txt", text(files.map((file) => `${file}\n`).join(""))],
  ]);
  if (!linked.has("top_level.txt")) made.set("top_level.txt", text(topLevel(wheel)));
  return { linked, made };
}

/**
 * The `.dist-info` of a distribution ("Recording installed projects"): a real folder, since some tools
 * do not see a link, with links to the object's files. Without RECORD; with INSTALLER, top_level.txt and
 * SOURCES.txt, from the object where the builder prepared them.
 */
export function distInfo(
  wheel: WheelObject,
  object: string,
  { composition, info }: { readonly composition: Composition; readonly info: InstalledInfo },
): Folder {
  const made = folder();
  const inside = `${object}/site/${wheel.distInfo}`;
  const prepared = entries(wheel, `${composition.store}/${inside}`);
  for (const entry of prepared.linked) {
    if (LEFT_OUT.test(entry)) continue;
    const isFolder = entry.endsWith("/");
    const name = isFolder ? entry.slice(0, -1) : entry;
    const link = { kind: "link", owner: wheel.name, path: `${inside}/${name}` } as const;
    made.children.set(name, { ...link, folder: isFolder });
  }
  for (const [name, file] of prepared.made) made.children.set(name, file);
  if (info.requested === true) made.children.set("REQUESTED", text(""));
  if (info.directUrl !== undefined) made.children.set("direct_url.json", text(info.directUrl));
  return made;
}
