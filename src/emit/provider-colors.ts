/** How a provider looks, on light and on dark ground. */
export interface ProviderColor {
  readonly light: string;
  readonly dark: string;
}

const KNOWN: ReadonlyMap<string, ProviderColor> = new Map([
  ["wheel", { light: "#2f6bde", dark: "#7aa7ff" }],
  ["sdist", { light: "#b86e00", dark: "#f0b45c" }],
  ["nixpkgs", { light: "#7b4fd6", dark: "#b79bff" }],
  ["reference", { light: "#c2407a", dark: "#f48ab6" }],
]);

/** For conda's channels, in the order of their names. */
const CHANNELS: readonly ProviderColor[] = [
  { light: "#3c8a1e", dark: "#8fd26a" },
  { light: "#0a84a8", dark: "#4fc3e8" },
  { light: "#a8482f", dark: "#ff9d80" },
  { light: "#6b6f2a", dark: "#c9cd6a" },
];

/** A colour for each provider, the same ones for the same names. */
export function providerColors(providers: readonly string[]): ReadonlyMap<string, ProviderColor> {
  const names = [...new Set(providers)].toSorted();
  const channels = names.filter((name) => !KNOWN.has(name));
  return new Map(
    names.map((name) => {
      const at = channels.indexOf(name) % CHANNELS.length;
      return [name, KNOWN.get(name) ?? (CHANNELS[at] as ProviderColor)];
    }),
  );
}
