import { resolve } from "node:path";
import { normalizeName } from "../base/index.ts";
import type { HttpClient } from "../http/index.ts";
import { type AskedChannel, type CondaFolder, condaChannels } from "../index/index.ts";
import type { CondaOptions } from "../provider/index.ts";
import { condaRequirement, type Requirement } from "../requirement/index.ts";
import { condaSubdir, type Target, virtualPackages } from "../target/index.ts";
import { firstPythonChannels, pythonChannels } from "./channel-order.ts";
import type { ChannelPlan } from "./channels.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";

/** How long, in milliseconds, a channel is not asked again. */
const FRESH = 600_000;

export interface OpenChannelsOptions {
  readonly plan: ChannelPlan;
  readonly settings: Settings;
  readonly client: HttpClient;
  readonly base: string;
  /** Ask again for what was asked a short while ago. */
  readonly renew: boolean;
  /** Pythons that this machine does not have, and that a channel may give. */
  readonly lacking: readonly string[];
  /** Names that are asked for: what they may need is fetched at once, where that takes asking. */
  readonly names: readonly string[];
}

/** Conda's part in the resolution of one target. */
export interface TargetChannels {
  readonly conda: CondaOptions;
  /** A Python from a channel, where it is to come from there though nobody asked for it. */
  readonly python: readonly Requirement[];
  close(): void;
}

/** Opens the channels of a target; undefined where there are none. */
export async function openChannels(
  session: Session,
  target: Target,
  { plan, settings, client, base, renew, names, lacking }: OpenChannelsOptions,
): Promise<TargetChannels | undefined> {
  if (plan.words.size === 0) return undefined;
  session.expectWork?.();
  const { readMapping } = await condaChannels();
  const { NameMapping } = await import("../provider/index.ts");
  const subdir = condaSubdir(target.platform);
  const opened = await Promise.all(
    [...plan.words].map(async ([word, places]) => {
      const folders = await openFolders(session, places, { client, settings, subdir, renew });
      return [word, folders] as const;
    }),
  );
  const channels = new Map(opened);
  await preload([...channels.values()].flat(), names);
  const snapshots = new Map(
    Object.entries(settings.mappingFiles ?? {}).map(([channel, file]) => [
      channel,
      readMapping(resolve(session.cwd, base, file)),
    ]),
  );
  return {
    conda: {
      channels,
      virtual: virtualPackages(target.platform, plan.virtual),
      mapping: new NameMapping({ own: settings.mapping ?? {}, snapshots }),
      strict: settings.channelPriority === "strict",
    },
    python: await channelPython(channels, { plan, target, lacking, session }),
    close() {
      for (const folder of [...channels.values()].flat()) folder.close();
    },
  };
}

export interface OpenFoldersOptions extends Pick<
  OpenChannelsOptions,
  "client" | "settings" | "renew"
> {
  readonly subdir: string;
}

/** Opens the folders of channels for a subdir; they are to be closed. */
export async function openFolders(
  session: Session,
  places: readonly AskedChannel[],
  { client, settings, subdir, renew }: OpenFoldersOptions,
): Promise<readonly CondaFolder[]> {
  const { openChannel } = await condaChannels();
  const now = session.now();
  const options = {
    client,
    cacheDirectory: session.home.cache,
    offline: session.options.offline === true,
    isFresh: (checkedAt: number) => !renew && now - checkedAt < FRESH,
    now: session.now,
    sharded: settings.shardedRepodata === true,
  };
  const folders = await Promise.all(
    places.map(async (place) => openChannel(place, subdir, options)),
  );
  return folders.flat();
}

/** Loads what names may need in all folders together, where records have to be fetched one by one. */
async function preload(folders: readonly CondaFolder[], names: readonly string[]): Promise<void> {
  const sharded = folders.filter((folder) => folder.preload !== undefined);
  if (sharded.length === 0) return;
  const known = new Set<string>();
  let wave = new Set(["python", ...names]);
  while (wave.size > known.size) {
    for (const name of wave) known.add(name);
    const found = await Promise.all(
      sharded.map(async (folder) => {
        const like = [...known].flatMap((name) => folder.namesLike(normalizeName(name)));
        return (await folder.preload?.([...known, ...like])) ?? [];
      }),
    );
    wave = new Set([...known, ...found.flat()]);
  }
}

/**
 * Where channels are the first providers of `python` and one has the target's, it is taken from there;
 * where this machine lacks it, from any channel among the providers.
 */
async function channelPython(
  channels: ReadonlyMap<string, readonly CondaFolder[]>,
  {
    plan,
    target,
    lacking,
    session,
  }: {
    readonly plan: ChannelPlan;
    readonly target: Target;
    readonly lacking: readonly string[];
    readonly session: Session;
  },
): Promise<readonly Requirement[]> {
  const isLacking = lacking.includes(target.python.text);
  const words = isLacking ? pythonChannels(plan) : firstPythonChannels(plan);
  const release = target.python.release.join(".");
  for (const word of words) {
    for (const folder of channels.get(word) ?? []) {
      const builds = await folder.records("python");
      if (!builds.some(({ version }) => `${version}.`.startsWith(`${release}.`))) continue;
      if (isLacking) noteChannelPython(session, { release, word });
      return [condaRequirement(`python ${release}.*`)];
    }
  }
  return [];
}

function noteChannelPython(
  { report }: Session,
  { release, word }: { readonly release: string; readonly word: string },
): void {
  const message = `Python ${release} is not on this machine: it is taken from ${word}`;
  report({ kind: "note", level: "warning", code: "conda-python", message });
}
