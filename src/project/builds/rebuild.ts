import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../base/index.ts";
import { unpackWheel } from "../../build/index.ts";
import type { StorePath } from "../../store/index.ts";
import type { Installable } from "../installables.ts";
import { installPins } from "../install-pins.ts";
import { type Buildable, withWheel } from "./build-object.ts";
import type { Workshop } from "./workshop.ts";

/** A source distribution that was built again. */
export interface Rebuilt {
  readonly name: string;
  readonly version: string;
  /** Files that came out differently, sorted: `site/NAME` for what lies in site-packages. */
  readonly differing: readonly string[];
}

/**
 * Builds every source distribution among pins again, those that others are built with first, and
 * compares with what the store has: the same files should come out. Throws as `installPins` does.
 */
export async function rebuildPins(
  pins: readonly Installable[],
  workshop: Workshop,
): Promise<readonly Rebuilt[]> {
  const rebuilt: Rebuilt[] = [];
  for (const item of builtOf(pins)) {
    await installPins([item, ...item.built.closure], workshop);
    const differing = await withWheel(item, workshop, async (wheel) => {
      const folder = workshop.store.temporary();
      try {
        const add = async (_: unknown, fill: (into: string) => unknown): Promise<StorePath> => {
          await fill(folder);
          return folder as StorePath;
        };
        await unpackWheel(wheel, { add });
        return differences(item.object, folder);
      } finally {
        workshop.store.discard(folder);
      }
    });
    rebuilt.push({ name: item.pin.name, version: item.pin.version, differing });
  }
  return rebuilt;
}

/** Those that are built, each once, after those that it needs; editable ones are their folder. */
function builtOf(pins: readonly Installable[]): readonly Buildable[] {
  const found = new Map<StorePath, Buildable>();
  function visit(item: Installable): void {
    const { artifact, built, object } = item;
    if (built === undefined || found.has(object) || artifact.editable === true) return;
    for (const needed of built.closure) visit(needed);
    found.set(object, { ...item, built });
  }
  for (const item of pins) visit(item);
  return [...found.values()];
}

/** Paths of files that two folders do not have alike; what an object gets later is passed over. */
function differences(one: string, other: string): readonly string[] {
  const [left, right] = [filesOf(one), filesOf(other)];
  const paths = new Set([...left.keys(), ...right.keys()]);
  const differing = [...paths].filter((path) => left.get(path) !== right.get(path)).toSorted();
  const causes = differing.filter((path) => !HASHES.test(path));
  return causes.length > 0 ? causes : differing;
}

/** They differ wherever another file does. */
const HASHES = /\.dist-info\/RECORD(?:\.\w+)?$/;

const LATER = /^\.manifest$|(?:^|\/)__pycache__\/[^/]+\.pyc$/;

function filesOf(root: string): ReadonlyMap<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));
  const kept = paths.filter((path) => !LATER.test(path));
  return new Map(kept.map((path) => [path, contentOf(join(root, path))]));
}

function contentOf(path: string): string {
  const info = lstatSync(path);
  if (info.isSymbolicLink()) return `link ${readlinkSync(path)}`;
  return `${(info.mode & 0o100) === 0 ? "" : "executable "}${sha256(readFileSync(path))}`;
}
