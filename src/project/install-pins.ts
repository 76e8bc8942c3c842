import { dirname } from "node:path";
import type { FetchArtifact } from "../fetch/index.ts";
import { wheelKey } from "../build/index.ts";
import type { Lock, LockedTarget, Pin } from "../lock/index.ts";
import type { Store, StorePath } from "../store/index.ts";
import { projectError } from "./errors.ts";
import type { IndexSettings } from "./index-settings.ts";
import type { Session } from "./session.ts";

/** A pin, the file it is made from, and the object that this gives. */
export interface Installable {
  readonly pin: Pin;
  readonly artifact: FetchArtifact;
  readonly object: StorePath;
}

/** What each pin of a target is made from. Throws UserError `project-incomplete-lock`. */
export function installables(
  lock: Lock,
  { target, store }: { readonly target: LockedTarget; readonly store: Store },
): readonly Installable[] {
  return target.pins.map((pin) => {
    const filename = pin.artifact;
    const locked = filename === undefined ? undefined : lock.artifacts[filename];
    if (filename === undefined || locked === undefined) throw noArtifact(pin);
    if (!filename.endsWith(".whl")) throw needsBuild(pin, filename);
    const artifact = { filename, ...locked };
    return { pin, artifact, object: store.path(wheelKey(artifact)) };
  });
}

function noArtifact({ name, version, provider }: Pin): Error {
  return projectError(
    "project-incomplete-lock",
    `${name} ${version} (${provider}) has no artifact`,
    {
      place: { package: name },
      hint: "lock again",
    },
  );
}

function needsBuild({ name, version }: Pin, filename: string): Error {
  return projectError(
    "project-needs-build",
    `${name} ${version} is locked as ${filename}, no wheel`,
    {
      place: { package: name },
      hint: "ask for a release that has a wheel for this target",
    },
  );
}

export interface InstallOptions {
  readonly store: Store;
  readonly settings: IndexSettings;
  /** The lock's path, for relative file references. */
  readonly lockPath: string;
}

/**
 * Makes every missing object: fetched, checked against the lock's hash, unpacked while others are
 * still under way. Gives how many were missing. Throws the fetch, build and store stages' errors.
 */
export async function installPins(
  session: Session,
  pins: readonly Installable[],
  { store, settings, lockPath }: InstallOptions,
): Promise<number> {
  const missing = pins.filter(({ object }) => !store.has(object));
  if (missing.length === 0) return 0;
  const [{ fetchArtifacts }, { openUnpackPool }, { openClient }] = await Promise.all([
    import("../fetch/index.ts"),
    import("../build/index.ts"),
    import("./open-client.ts"),
  ]);
  const client = openClient(session, settings);
  const pool = openUnpackPool({ store, report: session.report, total: missing.length });
  const unpacked: Promise<StorePath>[] = [];
  try {
    const { extraIndexUrls, indexUrl, findLinks } = settings.configuration;
    await fetchArtifacts(
      missing.map(({ artifact }) => artifact),
      {
        client,
        cacheDirectory: session.home.cache,
        base: dirname(lockPath),
        findLinks,
        indexUrls: [...extraIndexUrls, ...(indexUrl === undefined ? [] : [indexUrl])],
        report: session.report,
        onArtifact: (artifact, path) => {
          unpacked.push(pool.add({ path, ...artifact }));
        },
      },
    );
    await Promise.all(unpacked);
  } finally {
    client.close();
    await pool.close();
  }
  return missing.length;
}
