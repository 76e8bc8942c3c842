import { dirname } from "node:path";
import {
  type BuildSource,
  buildWheel,
  unpackWheel,
  type VendoredCrate,
} from "../../build/index.ts";
import type { StorePath } from "../../store/index.ts";
import type { Built, Installable } from "../installables.ts";
import { openClient } from "../open-client.ts";
import { inBuildFolder } from "./build-folder.ts";
import { makeBuildEnvironment } from "./build-environment.ts";
import { type LockedSourceFile, openSource } from "./build-source.ts";
import type { Workshop } from "./workshop.ts";

/** An installable that is built, its closure's objects being in the store. */
export type Buildable = Installable & { readonly built: Built };

/**
 * Builds a source distribution in the sandbox, from its verified file and the closure that the lock
 * names, and keeps the wheel's contents as the object that the lock's facts give. Throws the fetch,
 * build and store stages' errors.
 */
export async function buildObject(item: Buildable, workshop: Workshop): Promise<StorePath> {
  const { session, store } = workshop;
  const { pin, artifact, built } = item;
  const { report } = session;
  report({ kind: "start", phase: "build", unit: "items" });
  report({ kind: "progress", phase: "build", done: 0, item: `${pin.name} ${pin.version}` });
  const source = await sourceOf(artifact, workshop);
  const crates = await cratesFor(built, workshop);
  const editable = artifact.editable === true;
  const objects = built.closure.map(({ object }) => object);
  const environment = await makeBuildEnvironment(objects, workshop);
  try {
    return await inBuildFolder(workshop, artifact.filename, async (folder) => {
      const wheel = await buildWheel({
        source,
        expected: { name: pin.name, version: pin.version },
        environment: { ...environment, crates },
        sandbox: await workshop.sandbox(),
        folder,
        tags: workshop.tags(),
        editable,
        env: built.env,
        report,
      });
      const { path, filename, sha256, size } = wheel;
      return unpackWheel(
        { path, filename, sha256, size },
        { add: (_, fill) => store.add(built.key, fill) },
      );
    });
  } finally {
    environment.remove();
    report({ kind: "end", phase: "build", done: 1 });
  }
}

/** Most builds have none: what fetches them is not loaded then. */
async function cratesFor({ crates }: Built, workshop: Workshop): Promise<readonly VendoredCrate[]> {
  if (crates.length === 0) return [];
  const { fetchCrates } = await import("./crates.ts");
  return fetchCrates(crates, workshop);
}

async function sourceOf(
  artifact: LockedSourceFile,
  { session, settings, lockPath }: Workshop,
): Promise<BuildSource> {
  const client = openClient(session, settings);
  try {
    return await openSource(artifact, { session, settings, client, base: dirname(lockPath) });
  } finally {
    client.close();
  }
}
