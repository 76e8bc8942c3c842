import { describe, expect, test } from "vitest";
import { normalizeName, type Sha256, sha256 } from "../../src/base/index.ts";
import type { FileRecord, PackageIndex, ProjectRecord } from "../../src/index/index.ts";
import {
  type CandidateList,
  providerOrder,
  wheelProvider,
  type WheelOptions,
} from "../../src/provider/index.ts";
import { tagRanker } from "../../src/target/index.ts";
import { targetOf } from "../resolve/run-resolve.ts";

const NAME = normalizeName("a");

function file(filename: string, more: Partial<FileRecord> = {}): FileRecord {
  const kind = filename.endsWith(".whl") ? "wheel" : "sdist";
  return { filename, kind, url: `memory:${filename}`, yanked: false, ...more };
}

/** An index of one project with one version. */
function indexOf(files: readonly FileRecord[]): PackageIndex & { looked: number } {
  const index = {
    looked: 0,
    project: (name: string): ProjectRecord | undefined =>
      name === NAME
        ? {
            name: NAME,
            source: "memory:",
            versions: ["1"],
            dated: true,
            files: () => (index.looked++, files),
          }
        : undefined,
    metadata: () => ({ requiresDist: [], extras: [] }),
    prefetch: () => undefined,
    close: () => undefined,
  };
  return index;
}

function listOf(files: readonly FileRecord[], options: Partial<WheelOptions> = {}): CandidateList {
  const provider = wheelProvider({
    index: indexOf(files),
    rankWheel: tagRanker(targetOf("3.12")),
    admitsPython: (specifier) => specifier !== ">=3.13",
    hashes: new Map(),
    noBinary: () => false,
    ...options,
  });
  return provider.candidates(NAME) as CandidateList;
}

test.each<[what: string, files: readonly FileRecord[], chosen: string]>([
  ["the only wheel", [file("a-1-py3-none-any.whl"), file("a-1.tar.gz")], "a-1-py3-none-any.whl"],
  [
    "the best tag",
    [file("a-1-py3-none-any.whl"), file("a-1-cp312-cp312-manylinux_2_17_x86_64.whl")],
    "a-1-cp312-cp312-manylinux_2_17_x86_64.whl",
  ],
  [
    "the same in another order",
    [file("a-1-cp312-cp312-manylinux_2_17_x86_64.whl"), file("a-1-py3-none-any.whl")],
    "a-1-cp312-cp312-manylinux_2_17_x86_64.whl",
  ],
  [
    "the highest build",
    [file("a-1-9-py3-none-any.whl"), file("a-1-10-py3-none-any.whl"), file("a-1-py3-none-any.whl")],
    "a-1-10-py3-none-any.whl",
  ],
  [
    "one that is not yanked",
    [
      file("a-1-cp312-cp312-manylinux_2_17_x86_64.whl", { yanked: "" }),
      file("a-1-py3-none-any.whl"),
    ],
    "a-1-py3-none-any.whl",
  ],
  [
    "one whose Python is admitted",
    [
      file("a-1-cp312-cp312-manylinux_2_17_x86_64.whl", { requiresPython: ">=3.13" }),
      file("a-1-py3-none-any.whl"),
    ],
    "a-1-py3-none-any.whl",
  ],
  [
    "the newest macOS is none of ours",
    [file("a-1-cp312-cp312-macosx_13_0_arm64.whl"), file("a-1-py2.py3-none-any.whl")],
    "a-1-py2.py3-none-any.whl",
  ],
])("%s", (_, files, chosen) => {
  const found = listOf(files).look(0);
  expect(found.kind === "candidate" ? found.file?.filename : found).toBe(chosen);
});

test.each<[reason: string, files: readonly FileRecord[], options: Partial<WheelOptions>]>([
  ["no-files", [], {}],
  ["only-sdist", [file("a-1.tar.gz")], {}],
  ["no-wheel", [file("a-1-cp312-cp312-win_amd64.whl"), file("a-1.tar.gz")], {}],
  ["no-wheel", [file("nonsense.whl")], {}],
  ["requires-python", [file("a-1-py3-none-any.whl", { requiresPython: ">=3.13" })], {}],
  [
    "requires-python",
    [file("a-1-cp313-cp313-manylinux_2_17_x86_64.whl", { requiresPython: ">=3.13" })],
    {},
  ],
  [
    "requires-python",
    [file("a-1-py3-none-any.whl", { requiresPython: ">=3.13" }), file("a-1.tar.gz")],
    {},
  ],
  ["no-binary", [file("a-1-py3-none-any.whl")], { noBinary: (name) => name === "a" }],
  [
    "hash",
    [file("a-1-py3-none-any.whl", { sha256: sha256("this") })],
    { hashes: new Map([[NAME, new Set<Sha256>([sha256("other")])]]) },
  ],
])("refused: %s", (reason, files, options) => {
  const found = listOf(files, options).look(0);
  expect(found.kind === "refusal" ? found.reason.kind : found.file?.filename).toBe(reason);
});

describe("a list", () => {
  test("looks at a version only when asked, and once", () => {
    const index = indexOf([file("a-1-py3-none-any.whl")]);
    const list = listOf([], { index });
    expect(index.looked).toBe(0);
    expect(list.look(0)).toBe(list.look(0));
    expect(index.looked).toBe(1);
  });

  test("has what the index has", () => {
    const list = listOf([file("a-1-py3-none-any.whl"), file("a-1.tar.gz")]);
    expect(list).toMatchObject({
      provider: "wheel",
      name: "a",
      source: "memory:",
      versions: ["1"],
    });
    expect(list.fileNames(0)).toEqual(["a-1-py3-none-any.whl", "a-1.tar.gz"]);
    expect(list.later()).toEqual([]);
    expect(list.metadata(0)).toEqual({ requiresDist: [], extras: [] });
  });

  test("has no metadata for what is no candidate: a bug of the caller", () => {
    expect(() => listOf([file("a-1.tar.gz")]).metadata(0)).toThrow("no candidate");
  });

  test("a file of unknown hash stays in, to be checked when it is downloaded", () => {
    const hashes = new Map([[NAME, new Set<Sha256>([sha256("x")])]]);
    expect(listOf([file("a-1-py3-none-any.whl")], { hashes }).look(0).kind).toBe("candidate");
  });

  test("of an unknown name", () => {
    const provider = wheelProvider({
      index: indexOf([]),
      rankWheel: () => 0,
      admitsPython: () => true,
      hashes: new Map(),
      noBinary: () => false,
    });
    expect(provider.candidates(normalizeName("other"))).toBeUndefined();
  });
});

test.each([
  [{ _default: ["wheel", "sdist"] }, "a", ["wheel", "sdist"]],
  [{ _default: ["wheel"], a: ["nixpkgs"] }, "a", ["nixpkgs"]],
  [{}, "a", ["wheel"]],
  [{ _default: ["sdist"] }, "constructor", ["sdist"]],
])("provider order %j of %s", (providers, name, order) => {
  expect(providerOrder(providers as Record<string, readonly string[]>, name)).toEqual(order);
});
