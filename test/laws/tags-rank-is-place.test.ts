// The rank of a wheel is the first place in `supportedTags` of any tag that its name stands for.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  parsePlatform,
  parsePythonVersion,
  parseWheelName,
  supportedTags,
  tagRanker,
  type Target,
} from "../../src/target/index.ts";

const pythons = ["2.7", "3.6", "3.7", "3.11", "3.14", "4.0"];
const platforms = [
  "linux-x86_64",
  "linux-aarch64-musl",
  "macos-arm64",
  "macos-x86_64-10.12",
  "windows-x86_64",
];

function targetOf(python: string, platform: string): Target {
  return { python: parsePythonVersion(python), platform: parsePlatform(platform) };
}

const targets = pythons.flatMap((python) =>
  platforms.map((platform) => [python, platform] as const),
);

test.each(targets)("each tag of %s on %s ranks where it stands", (python, platform) => {
  const rank = tagRanker(targetOf(python, platform));
  const tags = supportedTags(platform, python);
  expect(tags.map((tag) => rank(`a-1-${tag}.whl`))).toEqual(tags.map((_, i) => i));
});

const python = fc.constantFrom(
  "py3",
  "py2",
  "py27",
  "py311",
  "py307",
  "py4",
  "cp27",
  "cp36",
  "cp39",
  "cp311",
  "cp312",
  "cp3",
  "cp32",
  "cp31",
  "cp40",
  "pp39",
);
const abi = fc.constantFrom(
  "none",
  "abi3",
  "abi3t",
  "cp27m",
  "cp27mu",
  "cp36m",
  "cp311",
  "cp311d",
  "cp40",
);
const tag = fc.constantFrom(
  "any",
  "linux_x86_64",
  "manylinux1_x86_64",
  "manylinux_2_17_x86_64",
  "manylinux_2_34_x86_64",
  "musllinux_1_1_aarch64",
  "macosx_10_9_x86_64",
  "macosx_11_0_arm64",
  "macosx_10_9_universal2",
  "win_amd64",
);

function compressed(one: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
  return fc.uniqueArray(one, { minLength: 1, maxLength: 3 });
}

test("compressed tags rank as the best of what they stand for", () => {
  const lists = new Map(targets.map(([p, l]) => [`${p} ${l}`, supportedTags(l, p)]));
  const rankers = new Map(targets.map(([p, l]) => [`${p} ${l}`, tagRanker(targetOf(p, l))]));
  fc.assert(
    fc.property(
      fc.constantFrom(...lists.keys()),
      fc.tuple(compressed(python), compressed(abi), compressed(tag)),
      (target, [ps, as, ls]) => {
        const all = ps.flatMap((p) => as.flatMap((a) => ls.map((l) => `${p}-${a}-${l}`)));
        const places = all
          .map((one) => lists.get(target)?.indexOf(one) ?? -1)
          .filter((i) => i >= 0);
        const expected = places.length === 0 ? undefined : Math.min(...places);
        const filename = `a-1-${ps.join(".")}-${as.join(".")}-${ls.join(".")}.whl`;
        const rank = rankers.get(target);
        expect(rank?.(filename)).toBe(expected);
        expect(rank?.(parseWheelName(filename))).toBe(expected);
      },
    ),
    { numRuns: 5000 },
  );
});
