import { expect, test } from "vitest";
import type { FileRecord } from "../../src/index/index.ts";
import { nearestWheel } from "../../src/provider/nearest-wheel.ts";

function file(filename: string): FileRecord {
  const kind = filename.endsWith(".whl") ? "wheel" : "sdist";
  return { filename, kind, url: `memory:${filename}`, yanked: false };
}

test.each([
  ["no wheel", ["a-1.tar.gz"], undefined],
  [
    "the target's system before its Python",
    ["cp39-cp39-manylinux2014_x86_64", "cp312-cp312-win32"],
    0,
  ],
  [
    "the nearest Python",
    ["cp37-none-any", "cp311-cp311-musllinux_1_1_x86_64", "cp314-none-any"],
    1,
  ],
  ["one major version before others", ["py2-none-any", "cp38-cp38-linux_x86_64"], 1],
  ["for all Pythons before one", ["cp311-none-any", "py3-none-any"], 1],
  ["of two alike the same one", ["cp311-cp311-win_arm64", "cp311-cp311-win32"], 1],
] as const)("%s", (_, tags, at) => {
  const files = tags.map((tag) => file(tag.endsWith(".gz") ? tag : `a-1-${tag}.whl`));
  const expected = at === undefined ? undefined : files[at];
  for (const order of [files, files.toReversed()]) {
    expect(nearestWheel(order, { python: [3, 12], system: "linux" })).toBe(expected);
  }
});

test("names that are none are passed over", () => {
  const files = [file("nonsense.whl"), file("a-1-py3-none-any.whl")];
  expect(nearestWheel(files, { python: [3, 12], system: "win" })).toBe(files[1]);
});
