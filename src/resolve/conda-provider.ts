import type { PackageName } from "../base/index.ts";
import {
  chainInOrder,
  CondaLayer,
  condaNameOf,
  condaNode,
  type CondaOptions,
  condaProvider,
  NotReadYet,
  type Provider,
  standInProvider,
  systemProvider,
} from "../provider/index.ts";
import type { ResolveInput } from "./types.ts";

const NO_CHANNELS: CondaOptions = { channels: new Map(), virtual: [] };

/** What the resolution knows of conda. */
export function condaLayer(input: ResolveInput): CondaLayer {
  const { target, providers, date, preferences, conda = NO_CHANNELS } = input;
  const python = target.python.release;
  const layer = new CondaLayer({ ...conda, order: providers, python, date });
  for (const name of keptProjects(preferences)) layer.play(name);
  return layer;
}

/** What is kept that no channel had. It may stand for a conda package, which is to stay so. */
function keptProjects(preferences: ReadonlyMap<PackageName, string>): readonly PackageName[] {
  return [...preferences.keys()].filter(
    (name) => condaNameOf(name) === undefined && !preferences.has(condaNode(name)),
  );
}

/** Channels among the other providers, each in its place; what the target has of itself comes last. */
export function withChannels(
  providers: readonly Provider[],
  layer: CondaLayer,
  prefer: "provider" | "newest" = "provider",
): Provider {
  const all = [
    ...providers.map((provider) => standInProvider(provider, layer)),
    ...layer.words.map((word) => condaProvider(word, layer)),
    systemProvider(layer),
  ];
  const chain = chainInOrder(
    all,
    (node) => {
      const order = layer.order(node);
      return condaNameOf(node) === undefined ? order : [...order, "system"];
    },
    prefer,
  );
  return { ...chain, prefetch: (node) => prefetchIfKnown(chain, node) };
}

/** Which providers a name has may hang on records that are still being fetched. */
function prefetchIfKnown(chain: Provider, node: PackageName): void {
  try {
    chain.prefetch(node);
  } catch (error) {
    if (!(error instanceof NotReadYet)) throw error;
  }
}
