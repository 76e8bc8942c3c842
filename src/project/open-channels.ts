import { resolve } from "node:path";
import { normalizeName } from "../base/index.ts";
import type { HttpClient } from "../http/index.ts";
import { type CondaFolder, condaChannels } from "../index/index.ts";
import { type CondaOptions, NameMapping } from "../provider/index.ts";
import { condaRequirement, type Requirement } from "../requirement/index.ts";
import { condaSubdir, type Target, virtualPackages } from "../target/index.ts";
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
  { plan, settings, client, base, renew, names }: OpenChannelsOptions,
): Promise<TargetChannels | undefined> {
  if (plan.words.size === 0) return undefined;
  const { openChannel, readMapping } = await condaChannels();
  const now = session.now();
  const options = {
    client,
    cacheDirectory: session.home.cache,
    offline: session.options.offline === true,
    isFresh: (checkedAt: number) => !renew && now - checkedAt < FRESH,
    now: session.now,
    sharded: settings.shardedRepodata === true,
  };
  const subdir = condaSubdir(target.platform);
  const opened = await Promise.all(
    [...plan.words].map(async ([word, places]) => {
      const folders = await Promise.all(
        places.map(async (place) => openChannel(place, subdir, options)),
      );
      return [word, folders.flat()] as const;
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
    python: await channelPython(channels, { plan, target }),
    close() {
      for (const folder of [...channels.values()].flat()) folder.close();
    },
  };
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

/** Where a channel is the first provider of `python` and has the target's, it is taken from there. */
async function channelPython(
  channels: ReadonlyMap<string, readonly CondaFolder[]>,
  { plan, target }: { readonly plan: ChannelPlan; readonly target: Target },
): Promise<readonly Requirement[]> {
  const rule =
    plan.rules.find(({ name }) => name === "python") ??
    plan.rules.find(({ name }) => name === "_default");
  const folders = channels.get(rule?.providers[0] ?? "") ?? [];
  const release = target.python.release.join(".");
  for (const folder of folders) {
    const builds = await folder.records("python");
    if (builds.some(({ version }) => `${version}.`.startsWith(`${release}.`))) {
      return [condaRequirement(`python ${release}.*`)];
    }
  }
  return [];
}
