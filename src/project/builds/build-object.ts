import { dirname } from "node:path";
import {
  type BuildSource,
  buildWheel,
  unpackWheel,
  type VendoredCrate,
  type WheelJob,
} from "../../build/index.ts";
import type { StorePath } from "../../store/index.ts";
import type { Built, Installable } from "../installables.ts";
import { openClient } from "../open-client.ts";
import { inBuildFolder } from "./build-folder.ts";
import { makeBuildEnvironment } from "./build-environment.ts";
import { type LockedSourceFile, openSource } from "./build-source.ts";
import { failureOfBuild } from "./tried-builds.ts";
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
  const failed = failureOfBuild(session, item.object);
  if (failed !== undefined) throw failed;
  return withWheel(item, workshop, (wheel) =>
    unpackWheel(wheel, { add: (_, fill) => store.add(item.built.key, fill) }),
  );
}

/** Builds a wheel and does work with it, which is not there any more afterwards. Throws as `buildObject` does. */
export async function withWheel<T>(
  { pin, artifact, built }: Buildable,
  workshop: Workshop,
  work: (wheel: WheelJob) => Promise<T>,
): Promise<T> {
  const { report } = workshop.session;
  report({ kind: "start", phase: "build", unit: "items" });
  report({ kind: "progress", phase: "build", done: 0, item: `${pin.name} ${pin.version}` });
  const source = await sourceOf(artifact, workshop);
  const crates = await cratesFor(built, workshop);
  const objects = built.closure.map(({ object }) => object);
  const environment = await makeBuildEnvironment(objects, workshop);
  try {
    return await inBuildFolder(workshop, artifact.filename, async (folder) => {
      const { path, filename, sha256, size } = await buildWheel({
        source,
        expected: { name: pin.name, version: pin.version },
        environment: { ...environment, crates },
        sandbox: await workshop.sandbox(),
        folder,
        tags: workshop.tags(),
        editable: artifact.editable === true,
        env: built.env,
        report,
      });
      return work({ path, filename, sha256, size });
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
