// Our exports against those who read them: packaging's pylock, CycloneDX' schema.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { EXPORTS, type Licence } from "../../src/emit/index.ts";
import type { Lock, LockedTarget, Pin } from "../../src/lock/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
import { lockOf, pin, sampleLock } from "../lock/sample-lock.ts";

const PLACES = { absolute: (path: string) => `/place/${path}`, relative: (path: string) => path };
const PYTHON = peerPython();

function severalTargets(): Lock {
  const lock = sampleLock();
  const [first] = lock.targets as [LockedTarget];
  const more: readonly Pin[] = [...first.pins, pin("pywin32", { requestedBy: ["input"] })];
  const windows = { name: "3.12-windows-x86_64", python: "3.12", platform: "windows-x86_64" };
  const { artifacts } = lockOf(more);
  return { ...lock, artifacts, targets: [first, { ...windows, pins: more }] };
}

function withReferences(): Lock {
  const url = pin("url", { provider: "reference", version: "1.0+local.1" });
  const path = pin("path", { provider: "reference" });
  const git = pin("git", { provider: "reference", artifact: "git-1.0.tar.gz" });
  const sdist = pin("sdist", { provider: "sdist", artifact: "sdist-1.0.tar.gz" });
  const lock = lockOf([git, path, sdist, url]);
  const sha256 = lock.inputHash;
  return {
    ...lock,
    artifacts: {
      ...lock.artifacts,
      "path-1.0-py3-none-any.whl": { url: "file:wheels/path-1.0-py3-none-any.whl", sha256 },
      "git-1.0.tar.gz": { url: "git+https://example.org/x.git", sha256, commit: "c".repeat(40) },
    },
  };
}

function withConda(): Lock {
  const { artifact: _, ...nixed } = pin("nixed", { provider: "nixpkgs", attribute: "nixed_4" });
  const source = pin("source", { provider: "sdist", artifact: "source-1.0.tar.gz" });
  const tool = pin("tool", { requestedBy: ["source"] });
  const blas = pin("blas", {
    provider: "conda-forge",
    build: "h0_1",
    artifact: "conda-forge/linux-64/blas-1.0-h0_1.conda",
  });
  const lock = lockOf([pin("app", { dependencies: ["blas", "nixed"] }), blas, nixed, source, tool]);
  const [target] = lock.targets as [LockedTarget];
  const builds = { "source-1.0.tar.gz": { requires: ["tool"], pins: [tool] } };
  const pins = target.pins.filter((pin) => pin !== tool);
  return { ...lock, targets: [{ ...target, pins, builds }] };
}

const LOCKS: readonly (readonly [string, Lock])[] = [
  ["one target, a cycle, extras", sampleLock()],
  ["several targets", severalTargets()],
  ["references", withReferences()],
  ["conda, nixpkgs, and builds", withConda()],
  ["nothing", lockOf([])],
];

function python(code: string, input: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(PYTHON ?? "", ["-c", code], {
    input,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

const READ_PYLOCK = `
import sys, json, tomllib
from packaging.pylock import Pylock
lock = Pylock.from_dict(tomllib.load(sys.stdin.buffer))
lock.validate()
def env(v, s, m): return {"python_version": v, "python_full_version": v + ".4", "sys_platform": s, "platform_machine": m}
def names(e):
    try: return [p.name for p, _ in lock.select(environment=e)]
    except Exception as error: return str(error)
print(json.dumps([names(env("3.11", "linux", "x86_64")), names(env("3.12", "win32", "AMD64")), names(env("3.13", "linux", "x86_64"))]))
`;

const READ_BOM = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
print(JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read()) or "valid")
`;

describe.skipIf(PYTHON === undefined)("packaging reads our pylock.toml", () => {
  test.each(LOCKS)("%s", async (_, lock) => {
    const text = await EXPORTS.pylock({ lock, targets: lock.targets, places: PLACES });
    const { status, output } = python(READ_PYLOCK, text);
    expect({ status, output }).toMatchObject({ status: 0 });
    const pins = lock.targets.map(({ pins }) =>
      pins.filter(({ provider }) => !/conda|nix/.test(provider)).map(({ name }) => name),
    );
    const refused: unknown = expect.stringMatching(/requires-python|environment|requirement/);
    expect(JSON.parse(output)).toEqual([pins[0], pins[1] ?? refused, refused]);
  });
});

const hasCycloneDx =
  PYTHON !== undefined && python("import cyclonedx.validation.json", "").status === 0;

describe.skipIf(!hasCycloneDx)("our bill of materials is valid by its schema, strictly", () => {
  test.each(LOCKS)("%s", async (_, lock) => {
    const licence = (file: string): Licence =>
      file.startsWith("a") ? { expression: "MIT OR Apache-2.0" } : { names: ["BSD License"] };
    const input = { lock, targets: lock.targets, places: PLACES, licence };
    const text = await EXPORTS.cyclonedx(input);
    expect(python(READ_BOM, text)).toEqual({ status: 0, output: "valid\n" });
  });
});
