import { describe, expect, test } from "vitest";
import {
  evaluateMarker,
  parseRequirements,
  readRequirements,
  type Requirement,
} from "../../src/requirement/index.ts";
import { environmentOf } from "./environment.ts";

function read(line: string): Requirement {
  return parseRequirements(line)[0] as Requirement;
}

describe("conda's spellings among pip's", () => {
  test.each([
    ["tensorflow >=2.3.0 mkl*", "tensorflow", ">=2.3.0", "mkl*"],
    ["blas * mkl*", "blas", "*", "mkl*"],
    ["blas 1.* openblas", "blas", "1.*", "openblas"],
    ["ruamel.yaml >=0.12.4,<0.16|0.16.5.*", "ruamel.yaml", ">=0.12.4,<0.16|0.16.5.*", undefined],
    ["hdf5 >=1.10.5,<1.10.6.0a0 mpi_mpich_*", "hdf5", ">=1.10.5,<1.10.6.0a0", "mpi_mpich_*"],
    ["openjdk =8|11", "openjdk", "=8|11", undefined],
    ["requests 2.24.0", "requests", "2.24.0", undefined],
    ["requests 2.24.*", "requests", "2.24.*", undefined],
    ["requests=2.24", "requests", "2.24*", undefined],
    ["ixmp ==0.1.3 1", "ixmp", "==0.1.3", "1"],
    ["numpy=1.19=py38_0", "numpy", "1.19", "py38_0"],
    ["numpy[version='>=1.2']", "numpy", ">=1.2", undefined],
  ])("%s", (line, name, version, build) => {
    const { conda, name: own, text } = read(line);
    expect([own, text]).toEqual([name, line]);
    expect(conda?.fields.get("version")).toBe(version);
    expect(conda?.fields.get("build")).toBe(build);
  });

  test("a channel", () => {
    expect(read("conda-forge::numpy=1.26").conda?.fields.get("channel")).toBe("conda-forge");
  });

  test("extras, a build and a marker", () => {
    const both = read('requests[socks] ==2.24.* build123* ; python_version < "3.9"');
    expect(both).toMatchObject({ name: "requests", extras: ["socks"], build: "build123*" });
    expect(both.specifiers.text).toBe("==2.24.*");
    expect(evaluateMarker(both.marker as never, environmentOf("3.8"))).toBe(true);
    const conda = read("tensorflow >=2 mkl* ; sys_platform == 'win32'");
    expect(evaluateMarker(conda.marker as never, environmentOf("3.8"))).toBe(false);
    expect(conda.conda?.name).toBe("tensorflow");
  });

  test.each(["numpy", "numpy>=1.2", "numpy >=1.2,<2", "requests[socks]==2.*", "x==1.*"])(
    "%s is pip's",
    (line) => {
      expect(read(line).conda).toBeUndefined();
    },
  );

  test.each(["foo bar", "foo =>1", "foo >=1 ]", "foo >=", "foo >=1;nope", "foo >=1 `x`"])(
    "%s is neither's",
    (line) => {
      expect(() => parseRequirements(line, { path: "r.txt" })).toThrow(
        expect.objectContaining({
          place: expect.objectContaining({ file: "r.txt", line: 1 }) as unknown,
        }),
      );
    },
  );
});

test.each([
  ["linux64", "linux x86_64"],
  ["linux", "linux x86_64, linux aarch64"],
  ["osx", "darwin x86_64, darwin arm64"],
  ["arm64", "darwin arm64"],
  ["osx64 or arm64", "darwin x86_64, darwin arm64"],
  ["osx and arm64", "darwin arm64"],
  ["win or osx64", "darwin x86_64, win32 AMD64"],
  ["not win", "linux x86_64, linux aarch64, darwin x86_64, darwin arm64"],
  ["unix and not aarch64", "linux x86_64, darwin x86_64, darwin arm64"],
])("the selector [%s] holds on %s", async (selector, expected) => {
  const text = `dependencies:\n  - python\n  - numpy >=1  # [${selector}]\n  - b # [why] not\n`;
  const reading = readRequirements("e.yml", { readFile: () => text });
  const { requirements } = await reading;
  const marker = requirements.find(({ name }) => name === "numpy")?.marker;
  expect(requirements.find(({ name }) => name === "b")?.marker).toBeUndefined();
  const systems = [
    ["linux", "x86_64"],
    ["linux", "aarch64"],
    ["darwin", "x86_64"],
    ["darwin", "arm64"],
    ["win32", "AMD64"],
  ] as const;
  const holds = systems.filter(([sys_platform, platform_machine]) =>
    evaluateMarker(marker as never, { ...environmentOf("3.11"), sys_platform, platform_machine }),
  );
  expect(holds.map((system) => system.join(" ")).join(", ")).toBe(expected);
});

test("a selector that nobody knows", async () => {
  const text = "dependencies:\n  - numpy >=1  # [osx-arm64]\n";
  await expect(readRequirements("e.yml", { readFile: () => text })).rejects.toMatchObject({
    code: "environment-yml-invalid",
    place: { line: 2, column: 5 },
  });
});
