import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bufferSource, readZipDirectory, readZipEntry } from "../../src/archive/index.ts";
import { elfRunPaths } from "../../src/build/elf.ts";
import { makeZip } from "../archive/make-zip.ts";
import { makeElf } from "./make-elf.ts";
import { python } from "./make-sdist.ts";

const PREFIX = "/home/someone/.cache/mach-nix/builds/conda/0123456789abcdef0123";
const SCRIPTS = join(import.meta.dirname, "../../python/build");

const folder = mkdtempSync(join(tmpdir(), "run-paths-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A library's place in the wheel, what it is, and where it then looks. */
const LIBRARIES: readonly (readonly [string, Buffer, readonly string[]])[] = [
  ["top.so", makeElf({ runpath: `${PREFIX}/lib` }), ["$ORIGIN/../.."]],
  ["a/b/deep.cpython-37m.so", makeElf({ rpath: `${PREFIX}/lib` }), ["$ORIGIN/../../../.."]],
  ["demo-1.0.data/platlib/a/x.so", makeElf({ runpath: `${PREFIX}/lib` }), ["$ORIGIN/../../.."]],
  ["a/big.so", makeElf({ little: false, runpath: `${PREFIX}/lib/sub` }), ["$ORIGIN/../../../sub"]],
  [
    "a/two.so",
    makeElf({ rpath: `/opt/x:${PREFIX}/lib:/usr/lib`, runpath: "$ORIGIN" }),
    ["/opt/x", "$ORIGIN/../../..", "/usr/lib", "$ORIGIN"],
  ],
  ["a/other.so", makeElf({ runpath: `${PREFIX}-other/lib` }), [`${PREFIX}-other/lib`]],
  ["a/none.so", makeElf({}), []],
  ["a/narrow.so", makeElf({ wide: false, runpath: `${PREFIX}/lib` }), [`${PREFIX}/lib`]],
];
const BROKEN = Buffer.concat([makeElf({ runpath: `${PREFIX}/lib` }).subarray(0, 80)]);

test("libraries of a wheel look beside themselves for what was in a build's prefix", () => {
  const files = [
    ...LIBRARIES.map(([name, data]) => [name, data] as const),
    ["a/broken.so", BROKEN] as const,
    ["a/text.py", Buffer.from(`"${PREFIX}/lib"\n`)] as const,
  ];
  const lines = [...files.map(([name]) => `${name},sha256=old,1`), "demo-1.0.dist-info/RECORD,,"];
  const record = Buffer.from(`${lines.join("\n")}\n`);
  const all = [...files, ["demo-1.0.dist-info/RECORD", record] as const];
  const path = join(folder, "demo-1.0-py3-none-any.whl");
  writeFileSync(path, makeZip(all.map(([name, data]) => ({ name, data }))));
  const code = "import run_paths, sys; run_paths.relocate(sys.argv[1], sys.argv[2])";
  const ran = spawnSync(python, ["-B", "-c", code, path, PREFIX], {
    encoding: "utf8",
    env: { PYTHONPATH: SCRIPTS },
  });
  expect(ran).toMatchObject({ status: 0, stderr: "" });

  const source = bufferSource(readFileSync(path));
  const made = new Map(
    readZipDirectory(source).map((entry) => [entry.name, Buffer.from(readZipEntry(source, entry))]),
  );
  const sums = new Map(
    String(made.get("demo-1.0.dist-info/RECORD"))
      .trimEnd()
      .split("\n")
      .map((line) => line.split(",") as [string, string]),
  );
  for (const [name, before, paths] of LIBRARIES) {
    const after = made.get(name) as Buffer;
    expect([name, elfRunPaths(bufferSource(after))]).toEqual([name, paths]);
    const sum = `sha256=${hash("sha256", after, "base64url")}`;
    expect([name, sums.get(name)]).toEqual([name, after.equals(before) ? "sha256=old" : sum]);
  }
  expect(made.get("a/broken.so")?.equals(BROKEN)).toBe(true);
  expect(String(made.get("a/text.py"))).toContain(PREFIX);
});
