import type { ObjectKey, Store, StorePath } from "../store/index.ts";
import { condaKey, isCondaFilename } from "./conda-key.ts";
import type { WheelJob } from "./types.ts";
import { unpackWheel } from "./unpack-wheel.ts";
import { wheelKey } from "./wheel-key.ts";

/** What the object of a wheel or a conda package is made from. Throws `wheel-name`, `conda-name`. */
export function artifactKey(file: Pick<WheelJob, "filename" | "sha256">): ObjectKey {
  return isCondaFilename(file.filename) ? condaKey(file) : wheelKey(file);
}

/** Unpacks a wheel or a conda package into the store, unless it is there. */
export async function unpackArtifact(job: WheelJob, store: Pick<Store, "add">): Promise<StorePath> {
  if (!isCondaFilename(job.filename)) return unpackWheel(job, store);
  const { unpackCondaPackage } = await import("./conda-package.ts");
  return unpackCondaPackage(job, store);
}
