import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  markerEnvironment,
  parsePlatform,
  parsePythonVersion,
  type MarkerEnvironment,
} from "../../src/target/index.ts";
import { peerCommand, peerPython } from "../../tools/make-peers.ts";
import { askPython } from "./version-peer.ts";

const PLATFORMS = [
  "linux",
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "riscv64-unknown-linux",
  "x86_64-unknown-linux-musl",
  "aarch64-unknown-linux-musl",
  "x86_64-manylinux2014",
  "aarch64-manylinux_2_36",
  "macos",
  "x86_64-apple-darwin",
  "windows",
  "aarch64-pc-windows-msvc",
  "i686-pc-windows-msvc",
] as const;

const VALUES: Readonly<Partial<Record<keyof MarkerEnvironment, readonly string[]>>> = {
  os_name: ["posix", "nt"],
  sys_platform: ["linux", "darwin", "win32"],
  platform_machine: ["x86_64", "aarch64", "arm64", "AMD64", "ARM64", "x86", "riscv64"],
  platform_system: ["Linux", "Darwin", "Windows"],
  platform_release: [""],
  platform_version: [""],
  platform_python_implementation: ["CPython"],
  implementation_name: ["cpython"],
  implementation_version: ["3.11.0"],
  python_full_version: ["3.11.0", "3.11.1"],
  python_version: ["3.11"],
};

const QUESTIONS = Object.entries(VALUES).flatMap(([variable, values]) =>
  values.map((value) => ({ variable: variable as keyof MarkerEnvironment, value })),
);

// Wheels with nothing in them: one for each question, and `floor`, whose newest version that fits says the floor.
const MAKE_WHEELS = `
import os, zipfile
def wheel(name, version, tag):
    with zipfile.ZipFile(os.path.join(cases["folder"], f"{name}-{version}-py3-none-{tag}.whl"), "w") as z:
        info = f"{name}-{version}.dist-info"
        z.writestr(info + "/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")
        z.writestr(info + "/WHEEL", f"Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-{tag}\\n")
        z.writestr(info + "/RECORD", "")
for i in range(cases["questions"]): wheel(f"q{i}", "1.0", "any")
wheel("floor", "0", "win_amd64.win_arm64.win32")
def each(template, arches): return ".".join(template + "_" + arch for arch in arches)
for minor in range(15, 45): wheel("floor", f"2.{minor}", each(f"manylinux_2_{minor}", ["x86_64", "aarch64", "riscv64"]))
for minor in range(6): wheel("floor", f"1.{minor}", each(f"musllinux_1_{minor}", ["x86_64", "aarch64"]))
for major in range(11, 28): wheel("floor", f"{major}.0", each(f"macosx_{major}_0", ["x86_64", "arm64"]))
answer = True`;

let folder = "";

/** What uv resolves all questions and `floor` to. */
function resolveWithUv(platform: string): string[] {
  const input = join(folder, "questions.in");
  const lines = QUESTIONS.map(({ variable, value }, i) => `q${i} ; ${variable} == '${value}'`);
  writeFileSync(input, ["floor", ...lines].join("\n"));
  const fixed = [
    "--no-index",
    "--no-header",
    "--no-annotate",
    "--no-config",
    "--cache-dir",
    join(folder, "cache"),
  ];
  const target = [
    "--find-links",
    folder,
    "--python-version",
    "3.11",
    "--python-platform",
    platform,
  ];
  const uv = spawnSync(
    peerCommand("uv") as string,
    ["pip", "compile", "-q", ...fixed, ...target, input],
    {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
    },
  );
  if (uv.status !== 0) throw new Error(uv.stderr);
  return uv.stdout.trim().split("\n").sort();
}

describe.skipIf(peerPython() === undefined)("as uv has it", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "target-uv-"));
    askPython(peerPython() as string, MAKE_WHEELS, { folder, questions: QUESTIONS.length });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(PLATFORMS)("markers and floor of %s", (spelling) => {
    const platform = parsePlatform(spelling);
    const environment = markerEnvironment({ platform, python: parsePythonVersion("3.11") });
    const met = QUESTIONS.flatMap(({ variable, value }, i) =>
      environment[variable] === value ? [`q${i}==1.0`] : [],
    );
    const floor = platform.floor?.join(".") ?? "0";
    expect(resolveWithUv(spelling)).toEqual([`floor==${floor}`, ...met].sort());
  });
});
