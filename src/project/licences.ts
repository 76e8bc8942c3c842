import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  artifactKey,
  condaFilename,
  isCondaFilename,
  readCondaObject,
  readWheelObject,
} from "../build/index.ts";
import { type Licence, licenceOf } from "../emit/index.ts";
import type { Lock, LockedTarget } from "../lock/index.ts";
import type { Store, StorePath } from "../store/index.ts";

/** Licences by the key of the artifact; undefined for files that are not in the store. */
export type Licences = ReadonlyMap<string, Licence | undefined>;

/** What the packages of targets say of their licences, as far as they are unpacked on this machine. */
export function readLicences(
  store: Store,
  { artifacts }: Lock,
  targets: readonly LockedTarget[],
): Licences {
  const keys = targets.flatMap(({ pins }) => pins.map(({ artifact }) => artifact));
  const found = new Map<string, Licence | undefined>();
  for (const key of keys) {
    const artifact = key === undefined ? undefined : artifacts[key];
    if (key === undefined || artifact === undefined || found.has(key)) continue;
    found.set(key, readLicence(store, { filename: condaFilename(key), sha256: artifact.sha256 }));
  }
  return found;
}

function readLicence(store: Store, file: Parameters<typeof artifactKey>[0]): Licence | undefined {
  const isConda = isCondaFilename(file.filename);
  // An object that is built from source goes by more than its file.
  if (!isConda && !file.filename.endsWith(".whl")) return undefined;
  const path = store.path(artifactKey(file));
  if (!store.has(path)) return undefined;
  return isConda ? ofConda(path) : licenceOf(metadataText(path));
}

function metadataText(path: StorePath): string {
  return readFileSync(join(path, "site", readWheelObject(path).distInfo, "METADATA"), "utf8");
}

/** Conda's `license` is an SPDX expression by convention, and anything by practice. */
function ofConda(path: StorePath): Licence | undefined {
  const { license } = readCondaObject(path).index as { readonly license?: unknown };
  return typeof license === "string" && license !== "" ? { names: [license] } : undefined;
}
