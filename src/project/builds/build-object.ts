import { join } from "node:path";
import { buildWheel, unpackWheel } from "../../build/index.ts";
import type { StorePath } from "../../store/index.ts";
import type { Built, Installable } from "../installables.ts";
import { makeBuildEnvironment } from "./build-environment.ts";
import { sourceOf } from "./build-source.ts";
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
  const objects = built.closure.map(({ object }) => object);
  const environment = await makeBuildEnvironment(objects, workshop);
  const sandbox = await workshop.sandbox();
  const folder = store.temporary();
  try {
    const wheel = await buildWheel({
      source,
      expected: { name: pin.name, version: pin.version },
      environment,
      sandbox,
      folder: join(folder, "build"),
      tags: workshop.tags(),
      report,
    });
    const { path, filename, sha256, size } = wheel;
    return await unpackWheel(
      { path, filename, sha256, size },
      { add: (_, fill) => store.add(built.key, fill) },
    );
  } finally {
    await sandbox.remove(join(folder, "build"));
    store.discard(folder);
    environment.remove();
    report({ kind: "end", phase: "build", done: 1 });
  }
}
