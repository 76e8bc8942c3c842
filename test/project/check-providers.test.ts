import { expect, test } from "vitest";
import { checkProviders } from "../../src/project/check-providers.ts";
import type { ProviderRule } from "../../src/project/steer.ts";

function rule(name: string, ...providers: string[]): ProviderRule {
  return { name, providers, from: "settings" };
}

test("providers and channels that there are may be named, for all and for one", () => {
  const rules = [rule("_default", "wheel", "sdist", "nixpkgs"), rule("numpy", "conda-forge")];
  expect(() => checkProviders(rules, { channels: ["conda-forge"] })).not.toThrow();
});

test.each([
  [rule("_default", "wheel", "sdit"), 'the provider "sdit" is not known', "did you mean sdist?"],
  [
    rule("numpy", "condaforge"),
    'the provider "condaforge" is not known (for numpy)',
    "did you mean conda-forge?",
  ],
  [rule("numpy", "main"), 'the provider "main" is not known (for numpy)', "conda/main?"],
  [rule("numpy", "xyz"), 'the provider "xyz" is not known (for numpy)', "known: wheel, sdist"],
  [rule("gdal", "nixpkgs"), 'the provider "nixpkgs" has no list of packages (for gdal)', "index"],
])("%j is refused", (one, message, hint) => {
  expect(() => checkProviders([one], { channels: ["conda-forge", "conda/main"] })).toThrow(
    expect.objectContaining({
      code: "project-provider",
      message,
      hint: expect.stringContaining(hint) as string,
    }),
  );
});
