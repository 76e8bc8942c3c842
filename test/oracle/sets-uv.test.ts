// Extras with `[tool.uv] conflicts`, all asked for at once: uv locks them where we do.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { peerCommand, peerPython } from "../../tools/make-peers.ts";
import { silent, UserError } from "../../src/base/index.ts";
import { createLock, openSession } from "../../src/project/library.ts";
import { makeWheel } from "../build/make-wheel.ts";

const CASES = 25;
const NAMES = ["alpha", "beta"] as const;
const VERSIONS = ["1.0", "2.0", "3.0"] as const;
const EXTRAS = ["cpu", "gpu", "tpu", "docs"] as const;

const line = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom("==", ">=", "<"),
    fc.constantFrom("1.0", "2.0", "3.0"),
  )
  .map((parts) => parts.join(""));

/** A project with extras of which some exclude each other. */
interface Project {
  /** What version 2.0 of alpha needs. */
  readonly needs: string;
  readonly shared: readonly string[];
  readonly extras: Readonly<Record<string, readonly string[]>>;
  readonly conflicts: readonly (readonly string[])[];
}

const projects: fc.Arbitrary<Project> = fc.record({
  needs: line.filter((text) => text.startsWith("beta")),
  shared: fc.array(line, { maxLength: 1 }),
  extras: fc.record({
    cpu: fc.array(line, { minLength: 1, maxLength: 1 }),
    gpu: fc.array(line, { minLength: 1, maxLength: 1 }),
    tpu: fc.array(line, { minLength: 1, maxLength: 1 }),
    docs: fc.array(line, { maxLength: 1 }),
  }),
  conflicts: fc.uniqueArray(fc.subarray([...EXTRAS], { minLength: 2, maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
    selector: (list) => list.join(),
  }),
});

const root = mkdtempSync(join(tmpdir(), "sets-uv-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const wheels = join(root, "wheels");

/** The same files for all projects but for what alpha 2.0 needs. */
function writeWheels(folder: string, needs: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of NAMES) {
    for (const version of VERSIONS) {
      const need = name === "alpha" && version === "2.0" ? `Requires-Dist: ${needs}\n` : "";
      const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${need}\n`;
      const wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
      const file = join(folder, `${name}-${version}-py3-none-any.whl`);
      writeFileSync(file, makeWheel({ name, version, metadata, wheel }));
    }
  }
}

function pyproject({ shared, extras, conflicts }: Project): string {
  const tables = Object.entries(extras).map(([name, list]) => `${name} = ${JSON.stringify(list)}`);
  const lists = conflicts.map((list) => `[${list.map((name) => `{ extra = "${name}" }`).join()}]`);
  return `[project]
name = "shop"
version = "1.0"
requires-python = ">=3.8"
dependencies = ${JSON.stringify(shared)}
[project.optional-dependencies]
${tables.join("\n")}
[tool.uv]
conflicts = [${lists.join()}]
`;
}

function uvLocks(folder: string, from: string): boolean {
  const words = ["lock", "-q", "--python", peerPython() as string, "--no-index", "--find-links"];
  const result = spawnSync(peerCommand("uv") as string, [...words, from, "--project", folder], {
    encoding: "utf8",
    env: { ...process.env, UV_PYTHON_DOWNLOADS: "never", UV_CACHE_DIR: join(root, "cache") },
  });
  if (result.status === 0) return true;
  if (result.stderr.includes("No solution found")) return false;
  throw new Error(`uv: ${result.stderr}`);
}

/** How many sets there are; 0 where they cannot be locked. */
async function weLock(folder: string, from: string): Promise<number> {
  const session = openSession({
    env: { HOME: folder, MACH_NIX_HOME: join(folder, "home"), PIP_CONFIG_FILE: "/dev/null" },
    cwd: folder,
    report: silent,
    options: { noIndex: true, findLinks: [from] },
    now: () => Date.parse("2026-11-01T00:00:00Z"),
  });
  try {
    const { lock } = await createLock(session, {
      inputs: ["pyproject.toml"],
      extras: EXTRAS,
      pythons: ["3.12"],
      platforms: ["linux-x86_64"],
    });
    return Object.keys(lock.sets ?? {}).length;
  } catch (error) {
    if (error instanceof UserError && error.code === "no-resolution") return 0;
    throw error;
  }
}

test.skipIf(peerPython() === undefined)(
  "uv locks conflicting extras where we lock them as sets",
  { timeout: 120_000 },
  async () => {
    const counts = [0, 0, 0, 0, 0, 0];
    for (const [i, project] of fc.sample(projects, { numRuns: CASES, seed: 20261122 }).entries()) {
      const folder = join(root, `project-${i}`);
      const from = join(wheels, project.needs);
      writeWheels(from, project.needs);
      mkdirSync(folder);
      writeFileSync(join(folder, "pyproject.toml"), pyproject(project));
      const sets = await weLock(folder, from);
      expect([pyproject(project), sets > 0]).toEqual([pyproject(project), uvLocks(folder, from)]);
      counts[sets] = (counts[sets] ?? 0) + 1;
    }
    const [none = 0, , two = 0, three = 0] = counts;
    expect([none > 2, two > 1, three > 1], counts.join()).toEqual([true, true, true]);
  },
);
