import { join } from "node:path";
import { readZipDirectory, type ZipEntry } from "../archive/index.ts";
import type { BuildWheelOptions, BuiltWheel } from "./build-types.ts";
import { buildWheel } from "./build-wheel.ts";
import { openSource } from "./file-source.ts";
import { sourceName } from "./source-tree.ts";

/** A wheel that was built twice. */
export interface Rebuilt {
  readonly wheel: BuiltWheel;
  /** Files that came out differently, sorted; `(order)` where only the archives differ. */
  readonly differing: readonly string[];
}

/**
 * Builds a wheel two times in different folders and compares: the same sdist in the same environment
 * should give the same bytes. What differs is noted. Throws as `buildWheel` does.
 */
export async function buildTwice(options: BuildWheelOptions): Promise<Rebuilt> {
  const wheel = await buildWheel({ ...options, folder: join(options.folder, "first") });
  const again = await buildWheel({ ...options, folder: join(options.folder, "second") });
  const differing = wheel.sha256 === again.sha256 ? [] : compareWheels(wheel.path, again.path);
  if (differing.length > 0)
    options.report?.({
      kind: "note",
      level: "warning",
      code: "build-not-reproducible",
      message: `${sourceName(options.source)}, built twice, gives different files: ${differing.join(", ")}`,
      facts: { differing },
    });
  return { wheel, differing };
}

/** Names of the files that two wheels do not have alike, sorted, RECORD and its signatures left out. */
export function compareWheels(first: string, second: string): readonly string[] {
  const [left, right] = [facts(first), facts(second)];
  const names = [...new Set([...left.keys(), ...right.keys()])].filter(
    (name) => left.get(name) !== right.get(name) && !/\.dist-info\/RECORD(?:\.\w+)?$/.test(name),
  );
  return names.length > 0 ? names.toSorted() : ["(order)"];
}

function facts(path: string): ReadonlyMap<string, string> {
  const source = openSource(path);
  try {
    return new Map(readZipDirectory(source).map((entry) => [entry.name, factsOf(entry)]));
  } finally {
    source.close();
  }
}

function factsOf({ crc, size, mode }: ZipEntry): string {
  return `${crc} ${size} ${mode}`;
}
