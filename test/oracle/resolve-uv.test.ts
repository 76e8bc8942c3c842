import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { peerCommand, peerPython } from "../../tools/make-peers.ts";
import { run, versionsOf } from "../resolve/run-resolve.ts";
import { type World, worlds } from "../resolve/universes.ts";

const WORLDS = 100;

// Worlds as folders of real wheels: one start of Python for all of them.
const WRITE_WHEELS = `
import json, os, sys, zipfile
for folder, world in json.load(sys.stdin):
    os.makedirs(folder)
    for name, releases in world["releases"].items():
        for version, release in releases.items():
            tags = release["wheels"][0]
            lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "Requires-Python: " + release["requiresPython"], "Provides-Extra: x"]
            lines += ["Requires-Dist: " + line for line in release["requires"]]
            for line in release["extras"]["x"]:
                head, _, marker = line.partition(";")
                marker = f"({marker.strip()}) and " if marker else ""
                lines.append(f"Requires-Dist: {head.strip()} ; {marker}extra == 'x'")
            info = f"{name}-{version}.dist-info"
            with zipfile.ZipFile(os.path.join(folder, f"{name}-{version}-{tags}.whl"), "w") as wheel:
                wheel.writestr(f"{info}/METADATA", "\\n".join(lines) + "\\n")
                wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: {tags}\\n")
                wheel.writestr(f"{info}/RECORD", "")
    for kind in ("requirements", "constraints"):
        with open(os.path.join(folder, kind + ".txt"), "w") as file:
            file.write("\\n".join(world[kind]) + "\\n")
`;

const root = mkdtempSync(join(tmpdir(), "resolve-uv-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Without what a folder of wheels cannot say. */
function withoutYanks(world: World): World {
  const releases = Object.entries(world.releases).map(
    ([name, versions]) =>
      [
        name,
        Object.fromEntries(
          Object.entries(versions).map(([version, release]) => [
            version,
            { ...release, yanked: false as const },
          ]),
        ),
      ] as const,
  );
  return { ...world, releases: Object.fromEntries(releases) };
}

/** The pins that uv finds, or undefined for no solution. */
function uvAnswer(folder: string): Record<string, string> | undefined {
  const result = spawnSync(
    peerCommand("uv") as string,
    `pip compile -q --python ${peerPython()} --no-header --no-annotate --no-index --only-binary :all: --find-links ${folder} --python-version 3.12 --python-platform x86_64-manylinux_2_28 --cache-dir ${join(root, "cache")} -c ${folder}/constraints.txt ${folder}/requirements.txt`.split(
      " ",
    ),
    { encoding: "utf8", env: { ...process.env, UV_PYTHON_DOWNLOADS: "never" } },
  );
  if (result.status !== 0) {
    if (result.stderr.includes("No solution found")) return undefined;
    throw new Error(`uv: ${result.stderr}`);
  }
  const lines = result.stdout.split("\n").filter((line) => line.includes("=="));
  return Object.fromEntries(
    lines.map((line) => line.replace(/\[.*\]/, "").split("==") as [string, string]),
  );
}

test.skipIf(peerPython() === undefined)(
  "uv finds a solution where we do, and the same one",
  { timeout: 120_000 },
  async () => {
    const sample = fc.sample(worlds(), { numRuns: WORLDS, seed: 20261101 }).map(withoutYanks);
    const folders = sample.map((world, i) => [join(root, `${i}`), world] as const);
    execFileSync(peerPython() as string, ["-c", WRITE_WHEELS], { input: JSON.stringify(folders) });
    const different: unknown[] = [];
    for (const [folder, world] of folders) {
      const ours = await run(world);
      const theirs = uvAnswer(folder);
      const pins = ours.kind === "conflict" ? undefined : versionsOf(ours);
      expect({ world, solved: pins !== undefined }).toEqual({
        world,
        solved: theirs !== undefined,
      });
      if (JSON.stringify(pins) !== JSON.stringify(theirs)) different.push({ world, pins, theirs });
    }
    expect(different).toEqual([]);
  },
);
