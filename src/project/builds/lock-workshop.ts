import { join } from "node:path";
import { silent } from "../../base/index.ts";
import type { HttpClient } from "../../http/index.ts";
import type { PackageIndex } from "../../index/index.ts";
import type { LockedArtifact, Pin } from "../../lock/index.ts";
import { condaRequirement } from "../../requirement/index.ts";
import { resolve, type ResolveInput } from "../../resolve/index.ts";
import type { Target } from "../../target/index.ts";
import { artifactName, lockArtifact, lockPin } from "../assemble-lock.ts";
import { isNotFound } from "../channel-python.ts";
import { ownInterpreter } from "../conda-pins.ts";
import { conflictError } from "../conflict-error.ts";
import type { IndexSettings } from "../index-settings.ts";
import { installables } from "../installables.ts";
import { installPins } from "../install-pins.ts";
import { pickInterpreter } from "../interpreters.ts";
import { locateConda } from "../locate-conda.ts";
import type { TargetChannels } from "../open-channels.ts";
import { sessionStore } from "../open-store.ts";
import type { Session } from "../session.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

/** A Python of a channel, and all that it needs. */
export interface ChannelPython {
  readonly pins: readonly Pin[];
  readonly artifacts: Readonly<Record<string, LockedArtifact>>;
}

/** Gives the Python, `3.11`, of a channel that counts for it; undefined where there is none. */
export type FindChannelPython = (python: string) => Promise<ChannelPython | undefined>;

export interface LockWorkshopOptions {
  readonly settings: IndexSettings;
  /** The lock's folder. */
  readonly base: string;
  readonly channelPython?: FindChannelPython;
}

/**
 * Where source distributions are built while a lock is made: under a Python of this machine, else one of a channel.
 * Throws the environment stage's error where there is neither, and those of resolving and installing.
 */
export async function openLockWorkshop(
  session: Session,
  python: string,
  { settings, base, channelPython }: LockWorkshopOptions,
): Promise<Workshop> {
  const lockPath = join(base, "mach-nix.lock");
  const common = { session, store: sessionStore(session), settings, lockPath };
  try {
    return openWorkshop({ ...common, interpreter: await pickInterpreter(session, python) });
  } catch (error) {
    const found = isNotFound(error) ? await channelPython?.(python) : undefined;
    if (found === undefined) throw error;
    return openOwn(found, common);
  }
}

async function openOwn(
  { pins, artifacts }: ChannelPython,
  common: Pick<Workshop, "session" | "store" | "settings" | "lockPath">,
): Promise<Workshop> {
  const { store, lockPath } = common;
  const interpreter = ownInterpreter({ pins }, join(lockPath, ".."));
  if (interpreter === undefined) throw new Error("a Python was resolved that is none");
  const place = { store, interpreter, base: join(lockPath, "..") };
  const conda = installables({ artifacts }, { target: { pins }, ...place });
  const workshop = openWorkshop({ ...common, interpreter, conda });
  // Once there is an environment of them, the packages are not collected.
  await store.shared(async () => {
    await installPins(conda, workshop);
    await workshop.place();
  });
  return workshop;
}

export interface ChannelPythonOptions {
  readonly channels: TargetChannels;
  readonly target: Target;
  readonly index: PackageIndex;
  readonly client: HttpClient;
  /** Snapshot date in milliseconds. */
  readonly date: number;
  /** The lock's folder. */
  readonly base: string;
}

/**
 * The Python of a target's channels with all that it needs, resolved by itself: what else the target gets is not known
 * yet. Throws UserError `no-resolution`, and the channels' errors.
 */
export async function resolveChannelPython({
  channels: { conda },
  target,
  index,
  client,
  date,
  base,
}: ChannelPythonOptions): Promise<ChannelPython> {
  const release = target.python.release.slice(0, 2).join(".");
  const input: ResolveInput = {
    requirements: [condaRequirement(`python ${release}.*`)],
    constraints: [],
    conda,
    target,
    index,
    providers: { _default: [...conda.channels.keys()] },
    preferences: new Map(),
    prereleases: false,
    date,
    report: silent,
  };
  const outcome = await resolve(input);
  if (outcome.kind === "conflict") throw conflictError(outcome, { target });
  const { pins } = await locateConda(outcome, client);
  const artifacts = pins.flatMap(({ name, file }) =>
    file === undefined ? [] : [[artifactName(file), lockArtifact(file, { name, base })] as const],
  );
  return { pins: pins.map(lockPin), artifacts: Object.fromEntries(artifacts) };
}
