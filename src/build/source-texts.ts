import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { streamSdist } from "../archive/index.ts";
import type { BuildSource } from "./build-types.ts";
import { openSource } from "./file-source.ts";

/** What is looked for in a source. */
export interface WantedTexts {
  /** By a file's path. */
  readonly wanted: (path: string) => boolean;
  /** Bytes; larger files are left out. */
  readonly largest: number;
}

/** Of a folder, what holds copies of others' files or is made anew. */
const SKIPPED = new Set(["node_modules", "target", "__pycache__"]);
const DEEPEST = 12;
const MOST_FILES = 5000;
/** Bytes of all texts together; what comes after is left out. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Texts of plain files of a source, by their path below its root, in which a sdist's top folder is left out. A sdist
 * is read, not unpacked; of a folder what begins with a dot is passed over, but for `.cargo`. Throws ARCHIVE_ERRORS.
 */
export async function readSourceTexts(
  source: BuildSource,
  options: WantedTexts,
): Promise<ReadonlyMap<string, string>> {
  if (source.kind === "tree") return textsBelow(source.path, options);
  const found = new Map<string, Buffer[]>();
  let bytes = 0;
  const tops = new Set<string>();
  const opened = openSource(source.path);
  try {
    await streamSdist(
      opened,
      {
        entry: ({ path, kind, size }) => {
          tops.add(path.split("/", 1)[0] ?? "");
          if (kind !== "file" || size > options.largest || !options.wanted(path)) return undefined;
          bytes += size;
          if (bytes > MOST_BYTES || found.size >= MOST_FILES) return undefined;
          const pieces: Buffer[] = [];
          found.set(path, pieces);
          return (piece) => pieces.push(Buffer.from(piece));
        },
      },
      { filename: source.filename },
    );
  } finally {
    opened.close();
  }
  const cut = tops.size === 1 ? ([...tops][0] as string).length + 1 : 0;
  return new Map(
    [...found].map(([path, pieces]) => [path.slice(cut), Buffer.concat(pieces).toString("utf8")]),
  );
}

function textsBelow(root: string, { wanted, largest }: WantedTexts): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let bytes = 0;
  const waiting = [{ path: "", depth: 0 }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const item of readdirSync(join(root, at.path), { withFileTypes: true })) {
      const path = at.path === "" ? item.name : `${at.path}/${item.name}`;
      if (item.isDirectory()) {
        if (at.depth < DEEPEST && isLookedInto(join(root, path), item.name))
          waiting.push({ path, depth: at.depth + 1 });
      } else if (item.isFile() && wanted(path) && found.size < MOST_FILES) {
        const file = join(root, path);
        const { size } = lstatSync(file);
        bytes += size <= largest ? size : 0;
        if (size <= largest && bytes <= MOST_BYTES) found.set(path, readFileSync(file, "utf8"));
      }
    }
  }
  return found;
}

function isLookedInto(path: string, name: string): boolean {
  if (SKIPPED.has(name) || (name.startsWith(".") && name !== ".cargo")) return false;
  return lstatSync(join(path, "pyvenv.cfg"), { throwIfNoEntry: false }) === undefined;
}
