import { readdirSync, readFileSync } from "node:fs";
import type { WheelObject } from "../build/index.ts";
import { type Composition, folder, type Folder, OURS, type Text } from "./tree.ts";
import type { InstalledInfo } from "./types.ts";

/** Not taken over: RECORD would let an uninstaller follow links into the store; the rest is ours to say. */
const LEFT_OUT =
  /^(?:RECORD(?:\..*)?|REQUESTED|direct_url\.json|provenance_url\.json|__pycache__)$/;
const PREPARED = ["INSTALLER", "SOURCES.txt", "top_level.txt"] as const;

function text(content: string): Text {
  return { kind: "text", owner: OURS, text: content, executable: false };
}

/** First field of a RECORD line (CSV; quoted where it has a comma). */
function recordPath(line: string): string {
  if (!line.startsWith('"')) return line.split(",", 1)[0] as string;
  return /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"') ?? "";
}

/** The files of a distribution for importlib.metadata, which reads SOURCES.txt where RECORD is missing. */
function sources(path: string): string {
  const lines = readFileSync(`${path}/RECORD`, "utf8").split(/\r?\n/).map(recordPath);
  return lines
    .filter((file) => file !== "" && !/\.dist-info\/RECORD(?:\.|$)/.test(file))
    .map((file) => `${file}\n`)
    .join("");
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

function prepare(name: (typeof PREPARED)[number], path: string, wheel: WheelObject): string {
  if (name === "INSTALLER") return `${OURS}\n`;
  return name === "SOURCES.txt" ? sources(path) : topLevel(wheel);
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
  const path = `${composition.store}/${inside}`;
  for (const item of readdirSync(path, { withFileTypes: true })) {
    if (LEFT_OUT.test(item.name)) continue;
    const link = { kind: "link", owner: wheel.name, path: `${inside}/${item.name}` } as const;
    made.children.set(item.name, { ...link, folder: item.isDirectory() });
  }
  for (const name of PREPARED)
    if (!made.children.has(name)) made.children.set(name, text(prepare(name, path, wheel)));
  if (info.requested === true) made.children.set("REQUESTED", text(""));
  if (info.directUrl !== undefined) made.children.set("direct_url.json", text(info.directUrl));
  return made;
}
