import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { mapBounded } from "../base/index.ts";
import { openUnpackPool } from "../build/index.ts";
import { fetchArtifacts, forgetArtifact } from "../fetch/index.ts";
import type { Buildable } from "./builds/build-object.ts";
import type { Workshop } from "./builds/workshop.ts";
import type { Installable } from "./installables.ts";
import { openClient } from "./open-client.ts";

/** Builds under way at once; each of them uses several processors where it can. */
export const BUILDS_AT_ONCE: number = Math.max(2, Math.ceil(availableParallelism() / 4));

/**
 * Makes the objects of pins that the store lacks, and of what they are built with: wheels fetched,
 * checked against the lock's hashes, unpacked while others are still under way; then source
 * distributions built, those first that others need. Throws the fetch, build and store stages' errors.
 */
export async function installPins(pins: readonly Installable[], workshop: Workshop): Promise<void> {
  const { wheels, rounds } = missingOf(pins, workshop);
  if (wheels.length > 0) await installWheels(wheels, workshop);
  if (rounds.length === 0) return;
  const { buildObject } = await import("./builds/build-object.ts");
  for (const round of rounds) {
    await mapBounded(round, BUILDS_AT_ONCE, (item) => buildObject(item, workshop));
  }
}

interface Missing {
  readonly wheels: readonly Installable[];
  /** Each needs only what earlier ones have built. */
  readonly rounds: readonly (readonly Buildable[])[];
}

function missingOf(pins: readonly Installable[], { store }: Workshop): Missing {
  const wheels = new Map<string, Installable>();
  const heights = new Map<string, number>();
  const rounds: Buildable[][] = [];
  function heightOf(item: Installable): number {
    const { object, built } = item;
    const known = heights.get(object);
    if (known !== undefined) return known;
    const isMissing = !store.has(object);
    let height = 0;
    if (built === undefined) {
      if (isMissing) wheels.set(object, item);
    } else if (isMissing) {
      height = 1 + Math.max(0, ...built.closure.map(heightOf));
      (rounds[height - 1] ??= []).push({ ...item, built });
    }
    heights.set(object, height);
    return height;
  }
  for (const pin of pins) heightOf(pin);
  return { wheels: [...wheels.values()], rounds };
}

/** A file that cannot be unpacked is forgotten, so that the next run fetches it anew. */
async function installWheels(
  wheels: readonly Installable[],
  { session, store, settings, lockPath }: Workshop,
): Promise<void> {
  const { report, home } = session;
  const client = openClient(session, settings);
  const pool = openUnpackPool({ store, report, total: wheels.length });
  const { extraIndexUrls, indexUrl, findLinks } = settings.configuration;
  const artifacts = wheels.map(({ artifact }) => artifact);
  try {
    await fetchArtifacts(artifacts, {
      client,
      cacheDirectory: home.cache,
      base: dirname(lockPath),
      findLinks,
      indexUrls: [...extraIndexUrls, ...(indexUrl === undefined ? [] : [indexUrl])],
      report,
      onArtifact: async (artifact, path) => {
        try {
          await pool.add({ path, ...artifact });
        } catch (error) {
          forgetArtifact(home.cache, artifact);
          throw error;
        }
      },
    });
  } finally {
    client.close();
    await pool.close();
  }
}
