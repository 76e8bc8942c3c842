import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bufferSource } from "../../src/archive/index.ts";
import { readWheelObject, unpackWheel } from "../../src/build/index.ts";
import { elfRunPaths } from "../../src/build/elf.ts";
import { openStore } from "../../src/store/index.ts";
import { makeElf } from "./make-elf.ts";
import { makeScratch } from "./make-wheel.ts";

const scratch = makeScratch();
const store = openStore(join(scratch.folder, "store"));
afterAll(() => scratch.remove());

const WIDTHS = [
  [true, true],
  [true, false],
  [false, true],
  [false, false],
] as const;

test.each(WIDTHS)("run paths of ELF files, wide %s, little endian %s", (wide, little) => {
  const file = makeElf({ wide, little, rpath: "$ORIGIN/..:/usr/lib", runpath: "${ORIGIN}/x" });
  expect(elfRunPaths(bufferSource(file))).toEqual(["$ORIGIN/..", "/usr/lib", "${ORIGIN}/x"]);
  expect(elfRunPaths(bufferSource(makeElf({ wide, little })))).toEqual([]);
});

test("any damage to an ELF file gives some answer", () => {
  const good = makeElf({ rpath: "$ORIGIN/.." });
  fc.assert(
    fc.property(
      fc.nat(good.length),
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }),
      (length, changes) => {
        const file = Buffer.from(good);
        for (const [at, to] of changes) file[at] = to;
        expect(Array.isArray(elfRunPaths(bufferSource(file.subarray(0, length))))).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test("run paths of this Node are those that readelf shows", (context) => {
  const shown = spawnSync("readelf", ["-d", process.execPath], { encoding: "utf8" });
  if (shown.status !== 0) context.skip("readelf is not installed");
  const expected = [...shown.stdout.matchAll(/R(?:UN)?PATH\).*\[(.*)\]/g)].flatMap(([, paths]) =>
    (paths ?? "").split(":"),
  );
  expect(elfRunPaths(bufferSource(readFileSync(process.execPath)))).toEqual(expected);
});

const TOP = { "torch/__init__.py": "", "torch/lib/__init__.py": "" };

test.each<[string, Record<string, string | Buffer>, string[]]>([
  [
    "another distribution's libraries",
    {
      ...TOP,
      "torch/lib/libtorch.so": makeElf({ rpath: "$ORIGIN:$ORIGIN/../../nvidia/cublas/lib" }),
    },
    ["torch", "torch/lib"],
  ],
  [
    "out of site-packages",
    {
      ...TOP,
      "torch/lib/libtorch.so": makeElf({ runpath: "${ORIGIN}/../../../.." }),
    },
    ["torch", "torch/lib"],
  ],
  [
    "a namespace's other distributions",
    {
      "nvidia/cublas/lib/libcublas.so": makeElf({ rpath: "$ORIGIN/../../nvrtc/lib" }),
    },
    ["nvidia", "nvidia/cublas", "nvidia/cublas/lib"],
  ],
  [
    "its own libraries beside it",
    {
      ...TOP,
      "torch/lib/c.so": makeElf({ rpath: "$ORIGIN/../../torch.libs" }),
      "torch.libs/libgomp.so": makeElf({}),
    },
    [],
  ],
  [
    "its own folder",
    {
      ...TOP,
      "torch/lib/c.so": makeElf({ rpath: "$ORIGIN/../bin:$ORIGIN:$ORIGIN/../..:/opt/../lib" }),
    },
    [],
  ],
  [
    "a Mac's libraries of another distribution",
    {
      ...TOP,
      "torch/lib/libtorch.dylib": makeMachO(["@loader_path", "@loader_path/../../nvidia/lib"]),
    },
    ["torch", "torch/lib"],
  ],
  [
    "a Mac's own libraries",
    {
      ...TOP,
      "torch/lib/libtorch.dylib": makeMachO(["@loader_path/../.dylibs", "@rpath/x"]),
      "torch/.dylibs/libomp.dylib": makeMachO([]),
    },
    [],
  ],
])("%s", async (_, files, expected) => {
  const path = await unpackWheel(scratch.job({ files }), store);
  expect(readWheelObject(path).realFolders).toEqual(expected);
});

/** A Mach-O file of 64 bits with LC_RPATH commands alone. */
function makeMachO(paths: readonly string[]): Buffer {
  const commands = paths.map((path) => {
    const text = Buffer.from(`${path}\0`);
    const size = Math.ceil((12 + text.length) / 8) * 8;
    const command = Buffer.alloc(size);
    command.writeUInt32LE(0x8000001c, 0);
    command.writeUInt32LE(size, 4);
    command.writeUInt32LE(12, 8);
    command.set(text, 12);
    return command;
  });
  const header = Buffer.alloc(32);
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(commands.length, 16);
  return Buffer.concat([header, ...commands]);
}
