// The runnable channel of conda packages beside the repository: Python 3.7.3 and what it needs.
import { hash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Sha256 } from "../../src/base/index.ts";
import { isCondaFilename, openUnpackPool } from "../../src/build/index.ts";
import type { CondaRecord } from "../../src/environment/index.ts";
import type { Store, StorePath } from "../../src/store/index.ts";

export const CONDA_DATA: string = join(import.meta.dirname, "../../../shared/data/conda/packages");
const CHANNEL = join(CONDA_DATA, "e2e-2019");
const CAN_RUN = process.platform === "linux" && process.arch === "x64";

/** Whether its packages are there and run on this machine; says so where not. */
export const channelMissing: boolean = !existsSync(CHANNEL) || !CAN_RUN;
if (channelMissing)
  console.warn(
    "conda packages are not installed: ../shared/data/conda is missing, or not Linux on x86-64",
  );

/** A file of the channel. */
export interface ChannelFile {
  readonly path: string;
  /** `linux-64/NAME-VERSION-BUILD.conda`. */
  readonly place: string;
  readonly filename: string;
  readonly sha256: Sha256;
  readonly size: number;
}

/** All packages of the channel, or of another folder with subdirs. */
export function channelFiles(folder: string = CHANNEL): ChannelFile[] {
  const places = globSync("*/*", { cwd: folder }).filter(isCondaFilename).sort();
  return places.map((place) => fileAt(folder, place));
}

/** The packages' objects, and what an environment is told of them. */
export async function unpackChannel(
  store: Store,
  files: readonly ChannelFile[] = channelFiles(),
): Promise<{ objects: StorePath[]; records: Map<StorePath, CondaRecord> }> {
  const pool = openUnpackPool({ store });
  try {
    const objects = await Promise.all(files.map((file) => pool.add(file)));
    const records = new Map<StorePath, CondaRecord>();
    files.forEach(({ place, filename, sha256, size }, i) => {
      const url = `https://channel.example/e2e/${place}`;
      records.set(objects[i] as StorePath, { url, filename, sha256, size });
    });
    return { objects, records };
  } finally {
    await pool.close();
  }
}

/** The packages of a folder whose file names begin so, in this order. */
export function filesNamed(folder: string, names: readonly string[]): ChannelFile[] {
  const all = globSync("*", { cwd: folder }).filter(isCondaFilename).sort();
  return names.map((name) => {
    const filename = all.find((one) => one.startsWith(name));
    if (filename === undefined) throw new Error(`there is no ${name} in ${folder}`);
    return fileAt(folder, filename);
  });
}

function fileAt(folder: string, place: string): ChannelFile {
  const path = join(folder, place);
  const bytes = readFileSync(path);
  const sha256 = hash("sha256", bytes, "hex") as Sha256;
  return { path, place, filename: basename(place), sha256, size: bytes.length };
}
