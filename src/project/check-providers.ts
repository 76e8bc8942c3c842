import { nearestWord } from "./nearest-word.ts";
import { projectError } from "./errors.ts";
import type { ProviderRule } from "./steer.ts";

/** Those that are no channels. */
const PROVIDERS: readonly string[] = ["wheel", "sdist", "nixpkgs"];

/**
 * Refuses provider lists with a name that means nothing here, and `nixpkgs` where it was named but no
 * list of its packages was. Throws UserError `project-provider`.
 */
export function checkProviders(
  rules: readonly ProviderRule[],
  {
    channels = [],
    meant = [],
    hasNixpkgs = false,
  }: {
    readonly channels?: readonly string[];
    /** Further names of channels that one may have been misspelt for. */
    readonly meant?: readonly string[];
    readonly hasNixpkgs?: boolean;
  } = {},
): void {
  const known = [...PROVIDERS, ...channels];
  for (const { name, providers, from } of rules) {
    const unknown = providers.find((provider) => !known.includes(provider));
    if (unknown !== undefined) {
      throw unknownProvider(unknown, { name, known: unique([...known, ...meant]) });
    }
    const asked = from !== "built-in" && providers.includes("nixpkgs");
    // In a longer list it may be for others who have the list.
    if (asked && !hasNixpkgs && providers.length === 1) throw noNixpkgs(name);
  }
}

function unknownProvider(
  provider: string,
  { name, known }: { readonly name: string; readonly known: readonly string[] },
): Error {
  const meant = nearestWord(provider.toLowerCase().trim(), known);
  const all = `known: ${known.join(", ")}`;
  return projectError("project-provider", `the provider "${provider}" is not known${whose(name)}`, {
    hint:
      meant === undefined
        ? `${all}; a channel of another name is given in mach-nix.toml: [channels] ${provider} = "URL"`
        : `did you mean ${meant}? ${all}`,
  });
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}

/** Whether a word of a provider list is one of those that are no channels. */
export function isProviderWord(word: string): boolean {
  return PROVIDERS.includes(word);
}

function noNixpkgs(name: string): Error {
  const message = `the provider "nixpkgs" has no list of packages${whose(name)}`;
  return projectError("project-provider", message, {
    hint: 'make one with `mach-nix index nixpkgs PATH -o FILE`, and name it in mach-nix.toml: nixpkgs-packages = "FILE"',
  });
}

function whose(name: string): string {
  return name === "_default" ? "" : ` (for ${name})`;
}
