import { expect, test } from "vitest";
import { checkProviders } from "../../src/project/check-providers.ts";

test("the provider that there is may be named, for all and for one", () => {
  expect(() => checkProviders({ _default: ["wheel"], numpy: ["wheel"] })).not.toThrow();
});

test.each([
  [{ _default: ["wheel", "sdist"] }, 'the provider "sdist" is not available yet'],
  [{ numpy: ["conda/main"] }, 'the provider "conda/main" is not available yet (for numpy)'],
  [{ numpy: ["weel"] }, 'the provider "weel" is not known (for numpy)'],
])("%j is refused", (providers, message) => {
  expect(() => checkProviders(providers)).toThrow(
    expect.objectContaining({ code: "project-provider", message }),
  );
});
