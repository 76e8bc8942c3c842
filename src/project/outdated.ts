import { dirname, resolve } from "node:path";
import { mapBounded, type PackageName, UserError } from "../base/index.ts";
import { targetsOf } from "../emit/index.ts";
import type { ProjectRecord } from "../index/index.ts";
import {
  type Lock,
  type LockedTarget,
  type Pin,
  readLockFile,
  requirementsOfSet,
} from "../lock/index.ts";
import { comparePep440, isPrerelease, tryParsePep440 } from "../version/index.ts";
import { type FileLock, readFileLock } from "./file-lock.ts";
import { readIndexSettings } from "./index-settings.ts";
import { resolveRequest } from "./lock-project.ts";
import { openClient } from "./open-client.ts";
import { openIndex } from "./open-index.ts";
import { readSettings } from "./read-settings.ts";
import type { Session } from "./session.ts";
import { withoutSets } from "./set-settings.ts";
import type { Settings } from "./settings.ts";
import { formatSnapshotDate, parseSnapshotDate } from "./snapshot-date.ts";

export interface OutdatedRequest {
  /** The lock's file, relative to the session's folder. */
  readonly lock: string;
  /** Names of targets; all of the lock's where there are none. */
  readonly targets: readonly string[];
  /** Of a lock with sets only this one; all where it is left out. */
  readonly set?: string;
  /** Releases up to this date count; where it is left out, those up to now, or up to what the index file in use is as of. */
  readonly date?: string;
}

/** A pin that a newer final release exists of. */
export interface OutdatedPin {
  readonly name: PackageName;
  readonly version: string;
  /** The newest final release that is not yanked. */
  readonly latest: string;
  /** What locking with `--upgrade` would choose; absent where that could not be found out. */
  readonly fits?: string;
  /** Whether the input itself asks for it. */
  readonly requested: boolean;
  readonly target: string;
  readonly set?: string;
}

export interface Outdated {
  readonly date: string;
  /** How many pins were looked up. */
  readonly pins: number;
  /** By target, then name. */
  readonly outdated: readonly OutdatedPin[];
}

const AT_ONCE = 20;

/**
 * The pins of a lock that have newer final releases, as the index has them now or at a date, and what
 * the lock's requirements would admit of those. An index file in use is the index. Throws the errors of
 * the lock, emit and index stages.
 */
export async function findOutdated(session: Session, request: OutdatedRequest): Promise<Outdated> {
  const path = resolve(session.cwd, request.lock);
  const { lock } = readLockFile(path);
  const targets = targetsOf(lock, request.targets, request.set);
  const settings = await readSettings(dirname(path));
  const indexFile = await readFileLock(session);
  const date =
    request.date === undefined
      ? (indexFile?.date ?? session.now())
      : parseSnapshotDate(request.date);
  const latest = await latestReleases(session, { targets, settings, date, indexFile });
  const isOld = ({ name, version }: Pin): boolean => isNewer(latest.get(name), version);
  const some = targets.some(({ pins }) => pins.some(isOld));
  const sets = [...new Set(targets.map(({ set }) => set))];
  const fitting = new Map<string | undefined, Fitting>();
  for (const set of some ? sets : []) {
    fitting.set(set, await upgraded(session, { lock, set, settings, date }));
  }
  return {
    date: formatSnapshotDate(date),
    pins: targets.reduce((sum, { pins }) => sum + pins.length, 0),
    outdated: targets.flatMap((target) =>
      target.pins.filter(isOld).map((pin) => {
        const fits = fitting.get(target.set)?.get(target.name)?.get(pin.name);
        return {
          name: pin.name,
          version: pin.version,
          latest: latest.get(pin.name) as string,
          ...(fits === undefined ? {} : { fits }),
          requested: pin.requestedBy.includes("input"),
          target: target.name,
          ...(target.set === undefined ? {} : { set: target.set }),
        };
      }),
    ),
  };
}

/** Version by name, by target. */
type Fitting = ReadonlyMap<string, ReadonlyMap<PackageName, string>>;

interface Around {
  readonly settings: Settings;
  readonly date: number;
}

async function latestReleases(
  session: Session,
  {
    targets,
    settings,
    date,
    indexFile,
  }: Around & {
    readonly targets: readonly LockedTarget[];
    readonly indexFile: FileLock | undefined;
  },
): Promise<ReadonlyMap<PackageName, string>> {
  const pins = targets.flatMap((target) => target.pins);
  const fromIndex = pins.filter(({ provider }) => provider === "wheel" || provider === "sdist");
  const names = [...new Set(fromIndex.map(({ name }) => name))];
  const indexes = readIndexSettings(session, { settings });
  const client = openClient(session, indexes);
  const live = openIndex(session, { settings: indexes, client, date });
  const index = indexFile?.open({ live, date }) ?? live;
  try {
    for (const name of names) index.prefetch(name);
    const found = await mapBounded(names, AT_ONCE, async (name) => {
      const record = await index.project(name);
      const version = record === undefined ? undefined : latestOf(record);
      return version === undefined ? [] : [[name, version] as const];
    });
    return new Map(found.flat());
  } finally {
    index.close();
    live.close();
    client.close();
  }
}

/** The newest final release with a file that is not yanked (PEP 592). */
function latestOf(record: ProjectRecord): string | undefined {
  return record.versions.find((text, i) => {
    const version = tryParsePep440(text);
    if (version === undefined || isPrerelease(version)) return false;
    return record.files(i).some(({ yanked }) => yanked === false);
  });
}

function isNewer(latest: string | undefined, locked: string): boolean {
  const [a, b] = [tryParsePep440(latest ?? ""), tryParsePep440(locked)];
  return a !== undefined && b !== undefined && comparePep440(a, b) > 0;
}

/** Nothing is locked: what would be noted of that lock is not told. */
function withoutNotes(session: Session): Session {
  const { report } = session;
  return {
    ...session,
    report: (event) => {
      if (event.kind !== "note") report(event);
    },
  };
}

/** What the lock's requirements alone, of one set, would give now; empty where they have no solution. */
async function upgraded(
  session: Session,
  { lock, set, settings, date }: Around & { readonly lock: Lock; readonly set: string | undefined },
): Promise<Fitting> {
  const request = {
    inputs: [],
    packages: requirementsOfSet(lock, set),
    pythons: [...new Set(lock.targets.map(({ python }) => python))],
    platforms: [...new Set(lock.targets.map(({ platform }) => platform))],
    providers: lock.providers,
    date: formatSnapshotDate(date),
  };
  try {
    const outcomes = await resolveRequest(withoutNotes(session), request, withoutSets(settings));
    const names = [...new Set(lock.targets.map(({ name }) => name))].toSorted();
    return new Map(
      outcomes.flatMap((outcome, i) => {
        const name = names[i];
        if (outcome.kind === "conflict" || name === undefined) return [];
        return [[name, new Map(outcome.pins.map(({ name, version }) => [name, version]))]];
      }),
    );
  } catch (error) {
    // Such as a requirement on a local file that is not here: the newest releases are told anyhow.
    if (error instanceof UserError) return new Map();
    throw error;
  }
}
