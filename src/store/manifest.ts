import { createHash } from "node:crypto";
import { compactJson } from "../base/index.ts";
import type { ObjectKey } from "./types.ts";

/** The file in each object that lists all others. */
export const MANIFEST = ".manifest";

const HEADER = "mach-nix object 1";

/** One thing in an object. Folders have neither hash nor size. */
export type Entry =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly sha256: string;
      readonly size: number;
      readonly executable: boolean;
    }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "folder"; readonly path: string };

export interface Manifest {
  readonly key: ObjectKey;
  /** Sorted by path. */
  readonly entries: readonly Entry[];
}

function escapeText(text: string): string {
  return text.replace(/[%\t\n\r]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function unescapeText(text: string): string {
  return text.replace(/%([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function line(entry: Entry): string {
  const path = escapeText(entry.path);
  if (entry.kind === "folder") return `d\t${path}`;
  if (entry.kind === "link") return `l\t${escapeText(entry.target)}\t${path}`;
  return `${entry.executable ? "x" : "f"}\t${entry.sha256}\t${entry.size}\t${path}`;
}

function closing(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

/**
 * A manifest's text: a header, the key as JSON, a line for each entry (`f` file, `x` executable, `l`
 * link, `d` folder; fields parted by tabs), and the SHA-256 of all that.
 */
export function formatManifest(manifest: Manifest): string {
  const lines = [HEADER, compactJson(manifest.key)];
  for (const entry of manifest.entries) lines.push(line(entry));
  const body = `${lines.join("\n")}\n`;
  return `${body}${closing(body)}\n`;
}

function parseLine(text: string): Entry | undefined {
  const fields = text.split("\t");
  const path = unescapeText(fields.at(-1) ?? "");
  switch (fields[0]) {
    case "d":
      return { kind: "folder", path };
    case "l":
      return { kind: "link", path, target: unescapeText(fields[1] ?? "") };
    case "f":
    case "x":
      return {
        kind: "file",
        path,
        sha256: fields[1] ?? "",
        size: Number(fields[2]),
        executable: fields[0] === "x",
      };
    default:
      return undefined;
  }
}

/** Reads a manifest; undefined where its text is not as it was written. */
export function parseManifest(text: string): Manifest | undefined {
  const end = text.lastIndexOf("\n", text.length - 2) + 1;
  const body = text.slice(0, end);
  if (text.slice(end) !== `${closing(body)}\n`) return undefined;
  const [header, key, ...lines] = body.slice(0, -1).split("\n");
  if (header !== HEADER || key === undefined) return undefined;
  const entries = lines.map(parseLine);
  if (entries.includes(undefined)) return undefined;
  return { key: JSON.parse(key) as ObjectKey, entries: entries as Entry[] };
}
