import { expect, test } from "vitest";
import { EXPORTS, leftOutOf, targetsOf, whyOf, whyText } from "../../src/emit/index.ts";
import type { Lock, Pin } from "../../src/lock/index.ts";
import { parseEnvironmentYml } from "../../src/requirement/index.ts";
import { lockOf, pin } from "../lock/sample-lock.ts";

const PLACES = {
  absolute: (path: string): string => `/place/${path}`,
  relative: (path: string): string => path,
};
const HASH = "ab".repeat(32);

function condaPin(key: string, own: Partial<Pin> = {}): Pin {
  const [, name = "", version = "", build = ""] =
    /\/([^/]+)-([^-]+)-([^-]+)\.(?:conda|tar\.bz2)$/.exec(key) ?? [];
  const provider = key.split("/").slice(0, -2).join("/");
  return { ...pin(name), version, build, provider, artifact: key, ...own };
}

function condaLock(files: Readonly<Record<string, string>>, others: readonly Pin[] = []): Lock {
  const made = Object.keys(files).map((key) => condaPin(key));
  const named = made.map((one) =>
    one.name === "ruamel.yaml"
      ? { ...one, name: "ruamel-yaml" as Pin["name"], condaName: "ruamel.yaml" }
      : one,
  );
  const lock = lockOf([...named, ...others]);
  const artifacts = Object.fromEntries(
    Object.entries(files).map(([key, url]) => [key, { url, sha256: HASH as never }]),
  );
  return { ...lock, artifacts: { ...lock.artifacts, ...artifacts } };
}

const FILES = {
  "conda-forge/linux-64/numpy-2.0-py311_0.conda":
    "https://mirror.example/conda-forge/linux-64/numpy-2.0-py311_0.conda",
  "conda/main/noarch/tzdata-2024a-h1_0.tar.bz2":
    "https://mirror.example/pkgs/main/noarch/tzdata-2024a-h1_0.tar.bz2",
  "mine/noarch/ruamel.yaml-0.18-py_0.conda": "file:channel/noarch/ruamel.yaml-0.18-py_0.conda",
};

test("an explicit list has every file of a channel, with its hash", () => {
  const lock = condaLock(FILES, [pin("requests")]);
  const input = { lock, targets: targetsOf(lock, []), places: PLACES };
  expect(EXPORTS["conda-explicit"](input)).toBe(
    [
      "# mach-nix export --format conda-explicit: 3.11-linux-x86_64 as of 2026-11-01T00:00:00Z",
      "# left out: requests 1.0 (wheel)",
      "@EXPLICIT",
      `https://mirror.example/conda-forge/linux-64/numpy-2.0-py311_0.conda#${HASH}`,
      `https://mirror.example/pkgs/main/noarch/tzdata-2024a-h1_0.tar.bz2#${HASH}`,
      `file:///place/channel/noarch/ruamel.yaml-0.18-py_0.conda#${HASH}`,
      "",
    ].join("\n"),
  );
  expect(leftOutOf("conda-explicit", input)).toEqual(["requests 1.0 (wheel)"]);
});

test("an environment.yml has every version and build, and reads back", () => {
  const lock = condaLock(FILES, [pin("requests")]);
  const text = EXPORTS["environment-yml"]({
    lock,
    targets: targetsOf(lock, []),
    places: PLACES,
  }) as string;
  const { channels, dependencies, pip } = parseEnvironmentYml(text);
  expect(channels).toEqual(["conda-forge", "pkgs/main", "file:///place/channel", "nodefaults"]);
  expect(dependencies.map((one) => one.text)).toEqual([
    "python=3.11",
    "numpy=2.0=py311_0",
    "tzdata=2024a=h1_0",
    "ruamel.yaml=0.18=py_0",
    "pip",
  ]);
  expect(pip).toMatchObject([{ requirement: { text: "requests==1.0" } }]);
});

test("several targets are several files", () => {
  const lock = condaLock(FILES);
  const [first] = lock.targets;
  const two = { ...lock, targets: [first, { ...first, name: "3.12-linux-x86_64" }] } as Lock;
  for (const format of ["conda-explicit", "environment-yml"] as const) {
    expect(() => EXPORTS[format]({ lock: two, targets: two.targets, places: PLACES })).toThrow(
      expect.objectContaining({ code: "export-one-target" }),
    );
  }
});

test("why knows conda's names, and says them", () => {
  const lock = condaLock(FILES);
  for (const asked of ["ruamel.yaml", "ruamel-yaml"]) {
    const answers = whyOf(lock, targetsOf(lock, []), asked);
    expect(whyText(answers)).toContain("ruamel-yaml 0.18 (mine, where it is ruamel.yaml) on");
  }
});
