import { resolve } from "node:path";
import type { Json } from "../base/index.ts";
import { type AskedChannel, condaChannels } from "../index/index.ts";
import type { RequirementInput } from "../requirement/index.ts";
import type { VirtualOverrides } from "../target/index.ts";
import { isProviderWord } from "./check-providers.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import type { ProviderRule } from "./steer.ts";

/** The channels among the providers, and where they are. */
export interface ChannelPlan {
  /** Provider rules in which every channel goes by the name that a lock takes. */
  readonly rules: readonly ProviderRule[];
  /** By the word in the rules. */
  readonly words: ReadonlyMap<string, readonly AskedChannel[]>;
  /** Names of channels that a word may have been meant to be. */
  readonly known: readonly string[];
  readonly virtual: VirtualOverrides;
  /** What of it can change a resolution; undefined where conda has no part in it. */
  readonly identity: Json | undefined;
}

export interface ChannelSources {
  readonly rules: readonly ProviderRule[];
  readonly input: Pick<RequirementInput, "requirements" | "channels">;
  readonly settings: Settings;
  /** Relative paths begin here. */
  readonly base: string;
}

/**
 * Which channels count: those of an environment.yml before all other providers, those that only
 * mach-nix.toml names behind them, unless `_default` says otherwise; and those of single
 * requirements (`channel::name`). Throws `channel-invalid`.
 */
export async function planChannels(
  session: Session,
  sources: ChannelSources,
): Promise<ChannelPlan> {
  const { rules, input, settings, base } = sources;
  const virtual = virtualOverrides(session, settings);
  const asked = askedChannels(input);
  const extra = Object.keys(settings.channels ?? {});
  const inRules = rules
    .flatMap(({ providers }) => providers)
    .filter((word) => !isProviderWord(word));
  if (asked.all.length + extra.length + inRules.length === 0) {
    return { rules, words: new Map(), known: [], virtual, identity: undefined };
  }
  const { channelPlaces, WELL_KNOWN_CHANNELS } = await condaChannels();
  const own = extra.filter((name) => !WELL_KNOWN_CHANNELS.includes(name));
  const known = [...new Set([...WELL_KNOWN_CHANNELS, ...extra, ...asked.all])];
  const words = new Map<string, readonly AskedChannel[]>();
  const options = { addresses: settings.channels ?? {}, folder: resolve(session.cwd, base) };
  function nameOf(word: string): string {
    if (isProviderWord(word)) return word;
    if (!known.includes(word) && !/[/:]/.test(word)) return word;
    const places = channelPlaces(word, options);
    const name =
      word === "defaults" ? "conda" : /:|^[.~/]/.test(word) ? (places[0]?.name ?? word) : word;
    words.set(name, places);
    return name;
  }
  const ordered = rules.flatMap((rule) =>
    rule.name === "_default"
      ? [defaultRule(rule, { asked, own }), ...pipRules(rule, { rules, input, asked })]
      : [rule],
  );
  const named = ordered.map((rule) => ({ ...rule, providers: unique(rule.providers.map(nameOf)) }));
  return { rules: named, words, known, virtual, identity: identityOf(words, settings, virtual) };
}

/** Words of an environment.yml and of `channel::name`. */
function askedChannels({ channels = [], requirements }: ChannelSources["input"]): {
  readonly first: readonly string[];
  readonly last: readonly string[];
  readonly all: readonly string[];
} {
  const last = requirements.flatMap(({ conda }) => conda?.fields.get("channel") ?? []);
  return { first: channels, last, all: [...channels, ...last] };
}

function defaultRule(
  rule: ProviderRule,
  {
    asked,
    own,
  }: { readonly asked: ReturnType<typeof askedChannels>; readonly own: readonly string[] },
): ProviderRule {
  const { providers, from } = rule;
  const all =
    from === "built-in"
      ? [...asked.first, ...providers, ...own, ...asked.last]
      : [...providers, ...asked.last];
  return { ...rule, providers: all };
}

/**
 * What stands under `pip:` comes from PyPI before it comes from the channels of the environment.yml: of
 * each name that is not asked for in conda's words, too, and that nobody has a list for.
 */
function pipRules(
  { providers, from }: ProviderRule,
  {
    rules,
    input: { requirements },
    asked,
  }: {
    readonly rules: readonly ProviderRule[];
    readonly input: ChannelSources["input"];
    readonly asked: ReturnType<typeof askedChannels>;
  },
): readonly ProviderRule[] {
  if (from !== "built-in" || asked.first.length === 0) return [];
  const others = new Set([
    ...rules.map(({ name }) => name),
    ...requirements.flatMap(({ name, conda }) => (conda === undefined ? [] : [name as string])),
  ]);
  const names = requirements
    .map(({ name }) => name as string)
    .filter((name) => name !== "" && !others.has(name));
  const order = [...providers, ...asked.first];
  return unique(names).map((name) => ({ name, providers: order, from }));
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}

const OVERRIDE = /^CONDA_OVERRIDE_(ARCHSPEC|CUDA|GLIBC|LINUX|OSX|WIN)$/;

/** mach-nix.toml's `[virtual-packages]`, before that conda's own variables. */
function virtualOverrides({ env }: Session, { virtualPackages }: Settings): VirtualOverrides {
  const given = Object.entries(env).flatMap(([name, value]) => {
    const key = OVERRIDE.exec(name)?.[1];
    return key === undefined || value === undefined ? [] : [[key.toLowerCase(), value] as const];
  });
  return { ...virtualPackages, ...Object.fromEntries(given) };
}

function identityOf(
  words: ChannelPlan["words"],
  { mapping = {}, mappingFiles = {}, channelPriority = "flexible" }: Settings,
  virtual: VirtualOverrides,
): Json | undefined {
  if (words.size === 0) return undefined;
  return {
    channels: [...words].map(([word, places]) => [word, ...places.map(({ url }) => url)]),
    mapping: Object.fromEntries(Object.entries(mapping).map(([name, to]) => [name, [...to]])),
    mappingFiles: { ...mappingFiles },
    priority: channelPriority,
    virtual: { ...virtual },
  };
}
