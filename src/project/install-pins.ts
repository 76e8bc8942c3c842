import { dirname } from "node:path";
import { openUnpackPool } from "../build/index.ts";
import { fetchArtifacts, forgetArtifact } from "../fetch/index.ts";
import type { Store } from "../store/index.ts";
import type { IndexSettings } from "./index-settings.ts";
import type { Installable } from "./installables.ts";
import { openClient } from "./open-client.ts";
import type { Session } from "./session.ts";

export interface InstallOptions {
  readonly store: Store;
  readonly settings: IndexSettings;
  /** The lock's path, for relative file references. */
  readonly lockPath: string;
}

/**
 * Makes the objects of pins: each file fetched, checked against the lock's hash, unpacked while others
 * are still under way. A file that cannot be unpacked is forgotten, so that the next run fetches it
 * anew. Throws the fetch, build and store stages' errors.
 */
export async function installPins(
  session: Session,
  pins: readonly Installable[],
  { store, settings, lockPath }: InstallOptions,
): Promise<void> {
  const { report, home } = session;
  const client = openClient(session, settings);
  const pool = openUnpackPool({ store, report, total: pins.length });
  const { extraIndexUrls, indexUrl, findLinks } = settings.configuration;
  const artifacts = pins.map(({ artifact }) => artifact);
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
