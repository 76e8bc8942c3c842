import { expect, test } from "vitest";
import { condaSubdir, parsePlatform, virtualPackages } from "../../src/target/index.ts";

test.each([
  ["linux-x86_64", "linux-64", "__archspec 1 x86_64, __glibc 2.28 0, __linux 5.10 0, __unix 0 0"],
  [
    "linux-aarch64-glibc2.35",
    "linux-aarch64",
    "__archspec 1 aarch64, __glibc 2.35 0, __linux 5.10 0, __unix 0 0",
  ],
  [
    "linux-x86_64-musl",
    "linux-64",
    "__archspec 1 x86_64, __linux 5.10 0, __musl 1.2 0, __unix 0 0",
  ],
  ["linux-i686", "linux-32", "__archspec 1 x86, __glibc 2.28 0, __linux 5.10 0, __unix 0 0"],
  ["macos-arm64-14.2", "osx-arm64", "__archspec 1 m1, __osx 14.2 0, __unix 0 0"],
  ["macos-x86_64", "osx-64", "__archspec 1 x86_64, __osx 13.0 0, __unix 0 0"],
  ["windows-x86_64", "win-64", "__archspec 1 x86_64, __win 10.0 0"],
  ["windows-arm64", "win-arm64", "__archspec 1 aarch64, __win 10.0 0"],
])("conda's subdir and virtual packages of %s", (name, subdir, expected) => {
  const platform = parsePlatform(name);
  expect(condaSubdir(platform)).toBe(subdir);
  const texts = virtualPackages(platform).map(
    ({ name, version, build }) => `${name} ${version} ${build}`,
  );
  expect(texts.join(", ")).toBe(expected);
});

test("what is given comes before what the platform says", () => {
  const platform = parsePlatform("linux-x86_64");
  const overrides = { cuda: "12.4", __glibc: "2.17", linux: "", archspec: "x86_64_v3" };
  expect(virtualPackages(platform, overrides)).toEqual([
    { name: "__archspec", version: "1", build: "x86_64_v3" },
    { name: "__cuda", version: "12.4", build: "0" },
    { name: "__glibc", version: "2.17", build: "0" },
    { name: "__unix", version: "0", build: "0" },
  ]);
});

test("a virtual package that there is not", () => {
  expect(() => virtualPackages(parsePlatform("linux-x86_64"), { libc: "2" })).toThrow(
    expect.objectContaining({ code: "virtual-package-unknown" }),
  );
});
