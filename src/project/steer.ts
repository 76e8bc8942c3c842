import { type Json, normalizeName, type PackageName } from "../base/index.ts";
import { BUILT_IN_ORDER } from "../provider/index.ts";
import type { MinimumAge, Steering } from "../resolve/index.ts";
import { parseAge } from "./parse-age.ts";
import type { Settings } from "./settings.ts";
import type { LockRequest } from "./types.ts";

/** Provider order by name, `_default` among them. */
export type ProviderOrder = Readonly<Record<string, readonly string[]>>;

/** One list of the order, and who wrote it. */
export interface ProviderRule {
  /** A package, or `_default`. */
  readonly name: string;
  readonly providers: readonly string[];
  readonly from: "built-in" | "settings" | "command line";
}

/**
 * The provider order in effect, rule by rule, `_default` first: the request's lists win over those of
 * mach-nix.toml, these over the built-in ones. Who sets `_default` replaces the built-in lists of
 * single packages, too; so does `built-in-providers = false`.
 */
export function providerRules(
  settings: Settings,
  request: Pick<LockRequest, "providers">,
): readonly ProviderRule[] {
  const rules = new Map<string, ProviderRule>();
  function add(order: ProviderOrder, from: ProviderRule["from"]): void {
    for (const [written, providers] of Object.entries(order)) {
      const name = written === "_default" ? written : normalizeName(written);
      rules.set(name, { name, providers, from });
    }
  }
  const { _default, ...single } = BUILT_IN_ORDER;
  const isOwn = [settings.providers, request.providers].some((own) => own?.["_default"]);
  add({ _default: _default as readonly string[] }, "built-in");
  if (settings.builtInProviders ?? !isOwn) add(single, "built-in");
  add(settings.providers ?? {}, "settings");
  add(request.providers ?? {}, "command line");
  return [...rules.values()].toSorted(byName);
}

function byName(a: ProviderRule, b: ProviderRule): number {
  if (a.name === b.name) return 0;
  if (a.name === "_default" || b.name === "_default") return a.name === "_default" ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** Rules as the record that a resolution takes. */
export function orderOf(rules: readonly ProviderRule[]): ProviderOrder {
  return Object.fromEntries(rules.map(({ name, providers }) => [name, providers]));
}

/** The rules that a lock tells: without the built-in ones of single packages. */
export function toldRules(rules: readonly ProviderRule[]): readonly ProviderRule[] {
  return rules.filter(({ name, from }) => name === "_default" || from !== "built-in");
}

/** How a resolution is steered: as mach-nix.toml says, where the request says nothing else. */
export function steeringOf(
  { steering = {} }: Settings,
  { steering: asked = {} }: Pick<LockRequest, "steering">,
): Steering {
  const minimumAge = minimumAgeOf(steering.minimumAge, asked.minimumAge);
  return {
    ...steering,
    ...(asked.prefer === undefined ? {} : { prefer: asked.prefer }),
    ...(asked.order === undefined ? {} : { order: asked.order }),
    ...(asked.prereleases === undefined
      ? {}
      : {
          prereleases: unique([
            ...(steering.prereleases ?? []),
            ...asked.prereleases.map(normalizeName),
          ]),
        }),
    ...(minimumAge === undefined ? {} : { minimumAge }),
  };
}

function unique(names: readonly PackageName[]): readonly PackageName[] {
  return [...new Set(names)].toSorted();
}

/** `7d` for all packages, `numpy=0` for one; the request's words come on top of the settings'. */
function minimumAgeOf(
  settings: MinimumAge | undefined,
  words: readonly string[] = [],
): MinimumAge | undefined {
  if (words.length === 0) return settings;
  let all = settings?.all ?? 0;
  const byName = new Map(settings?.byName);
  for (const word of words) {
    const equals = word.indexOf("=");
    const age = parseAge(word.slice(equals + 1));
    if (equals < 0) all = age;
    else byName.set(normalizeName(word.slice(0, equals)), age);
  }
  return { all, byName };
}

/** What of the steering can change a resolution, as data for a hash; undefined where nothing is. */
export function steeringIdentity(steering: Steering): Json | undefined {
  const { minimumAge, overrides = [], excluded = [], prefer, order, prereleases = [] } = steering;
  const told = {
    ...(prefer === undefined || prefer === "provider" ? {} : { prefer }),
    ...(order === undefined || order === "highest" ? {} : { order }),
    ...(prereleases.length === 0 ? {} : { pre: prereleases.toSorted() }),
    ...(minimumAge === undefined ? {} : { age: ageIdentity(minimumAge) }),
    ...(overrides.length === 0
      ? {}
      : {
          overrides: overrides.map(({ name, versions, drop, replace, add, requiresPython }) => ({
            name,
            versions: versions.text,
            drop: [...drop],
            replace: [...replace.values()],
            add: [...add],
            python: requiresPython ?? null,
          })),
        }),
    ...(excluded.length === 0
      ? {}
      : { excluded: excluded.map(({ name, versions }) => `${name} ${versions.text}`).toSorted() }),
  };
  return Object.keys(told).length === 0 ? undefined : told;
}

function ageIdentity({ all, byName }: MinimumAge): Json {
  return { all, byName: Object.fromEntries([...byName].toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}
