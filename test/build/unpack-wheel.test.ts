import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256, UserError } from "../../src/base/index.ts";
import {
  BUILD_ERRORS,
  readWheelObject,
  unpackWheel,
  wheelKey,
  type WheelJob,
} from "../../src/build/index.ts";
import { openStore } from "../../src/store/index.ts";
import { makeScratch, type MadeWheel } from "./make-wheel.ts";

const scratch = makeScratch();
const store = openStore(join(scratch.folder, "store"));
afterAll(() => scratch.remove());

/** What unpacking gives: "taken", or the error. */
function outcome(job: WheelJob): Promise<unknown> {
  return unpackWheel(job, store).then(
    () => "taken",
    (error: unknown) => error,
  );
}

/** A change of the line of one file. */
function line(path: string, change: (text: string) => string): (lines: string[]) => string[] {
  return (lines) => lines.map((text) => (text.startsWith(`${path},`) ? change(text) : text));
}

const INIT = "demo/__init__.py";
const SHA512 = createHash("sha512").update("x = 1\n").digest("base64url");
const HASH = /sha256=[^,]*/;

const REFUSED: readonly [string, MadeWheel, string][] = [
  ["another project in METADATA", { metadata: "Name: other\nVersion: 1.0\n" }, "wheel-name"],
  ["another version in METADATA", { metadata: "Name: demo\nVersion: 1.1\n" }, "wheel-name"],
  ["another project in .dist-info", { distInfo: "other-1.0.dist-info" }, "wheel-name"],
  ["another version in .dist-info", { distInfo: "demo-2.dist-info" }, "wheel-name"],
  ["a .dist-info without version", { distInfo: "demo.dist-info" }, "wheel-name"],
  ["no name in METADATA", { metadata: "Version: 1.0\n\nName: demo\n" }, "wheel-metadata"],
  ["no .dist-info", { distInfo: "demo-1.0.info" }, "wheel-metadata"],
  ["two .dist-info", { files: { "b-1.dist-info/x": "" } }, "wheel-metadata"],
  ["no RECORD", { record: () => undefined }, "wheel-metadata"],
  ["no Wheel-Version", { wheel: "Generator: x\n" }, "wheel-metadata"],
  ["Wheel-Version 2", { wheel: "Wheel-Version: 2.0\n" }, "wheel-newer"],
  ["an unknown place in .data", { files: { "demo-1.0.data/etc/x": "" } }, "wheel-layout"],
  ["a file in .data itself", { files: { "demo-1.0.data/x": "" } }, "wheel-layout"],
  ["one place twice", { files: { "a.py": "", "demo-1.0.data/purelib/a.py": "" } }, "wheel-layout"],
  ["a file for a folder", { files: { "a/b": "", "demo-1.0.data/purelib/a": "" } }, "wheel-layout"],
  ["a line of two fields", { record: line(INIT, () => `${INIT},`) }, "wheel-record"],
  ["a line of four fields", { record: line(INIT, (text) => `${text},x`) }, "wheel-record"],
  ["a line with wrong quotes", { record: line(INIT, () => `"${INIT}`) }, "wheel-record"],
  ["no hash", { record: line(INIT, () => `${INIT},,6`) }, "wheel-record"],
  ["a weak hash", { record: line(INIT, (text) => text.replace(HASH, "md5=AAAA")) }, "wheel-record"],
  [
    "a short hash",
    { record: line(INIT, (text) => text.replace(HASH, "sha256=AA")) },
    "wheel-record",
  ],
  ["a size that is none", { record: line(INIT, (text) => `${text}e3`) }, "wheel-record"],
  ["a file twice, with two sizes", { record: (all) => [...all, `${all[0]}0`] }, "wheel-record"],
  [
    "a file that is not there",
    { record: (all) => [...all, (all[0] ?? "").replace("demo/", "gone/")] },
    "wheel-record-files",
  ],
  [
    "a file outside",
    { record: (all) => [...all, (all[0] ?? "").replace("demo/", "../")] },
    "wheel-record-files",
  ],
  [
    "a file not listed",
    { unlisted: [{ name: "evil.pth", data: "import os" }] },
    "wheel-record-files",
  ],
  [
    "a signature not in .dist-info",
    { unlisted: [{ name: "demo/RECORD.jws" }] },
    "wheel-record-files",
  ],
  [
    "another size",
    { record: line(INIT, (text) => text.replace(/,6$/, ",7")) },
    "wheel-record-mismatch",
  ],
  [
    "another hash",
    { record: line(INIT, (text) => text.replace(HASH, `sha256=${"A".repeat(43)}`)) },
    "wheel-record-mismatch",
  ],
  [
    "another hash of METADATA",
    { record: (all) => all.map((text) => text.replace(/(METADATA,sha256=)[^,]{4}/, "$1AAAA")) },
    "wheel-record-mismatch",
  ],
  [
    "an entry point outside",
    { entryPoints: "[console_scripts]\n../x = demo:main\n" },
    "wheel-entry-point",
  ],
  [
    "an entry point twice",
    { entryPoints: "[console_scripts]\nx = a:b\nx = a:c\n" },
    "wheel-entry-point",
  ],
  ["a broken archive", { unlisted: [{ name: "../x" }] }, "zip-unsafe-name"],
  ["a link", { unlisted: [{ name: "demo/x", data: "/etc", mode: 0o120777 }] }, "zip-unsupported"],
  ["an entry that is corrupt", { unlisted: [{ name: "d/", data: "x" }] }, "zip-damaged"],
];

test.each(REFUSED)("refuses %s", async (_, wheel, code) => {
  const job = scratch.job(wheel);
  const error = await outcome(job);
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ code, exit: 4, place: { file: job.filename } });
  expect((error as UserError).message).toContain(job.filename);
  expect(store.has(store.path(wheelKey(job)))).toBe(false);
});

test("a file name that is no wheel's is refused", () => {
  expect(() => wheelKey({ filename: "demo-1.0.tar.gz", sha256: sha256("") })).toThrow(
    /no name of a wheel/,
  );
});

test("every code of wheels is provoked here", () => {
  const isOfWheels = (code: string): boolean => code.startsWith("wheel-");
  const codes = new Set(REFUSED.map(([, , code]) => code).filter(isOfWheels));
  expect([...codes].sort()).toEqual(Object.keys(BUILD_ERRORS).filter(isOfWheels).sort());
});

test("what is refused leaves nothing in the store", () => {
  const left = existsSync(store.root) ? readdirSync(store.root) : [];
  expect(left.filter((name) => !name.startsWith(".lock"))).toEqual([]);
});

test.each<[string, MadeWheel]>([
  ["a line twice", { record: (all) => [...all, all[0] ?? ""] }],
  ["lines of folders", { record: (all) => [...all, "demo/,,"] }],
  ["CRLF and empty lines", { record: (all) => [...all.map((text) => `${text}\r`), "\r", ""] }],
  ["padded hashes", { record: (all) => all.map((text) => text.replace(/(sha256=[^,]+)/, "$1=")) }],
  ["no sizes", { record: (all) => all.map((text) => text.replace(/,\d+$/, ",")) }],
  ["sha512", { record: line(INIT, () => `${INIT},sha512=${SHA512},6`) }],
  [
    "WHEEL without hash",
    { record: (all) => all.map((text) => text.replace(/(WHEEL),.*/, "$1,,")) },
  ],
  ["signatures", { unlisted: [{ name: "demo-1.0.dist-info/RECORD.jws", data: "{}" }] }],
  ["a name with a comma", { files: { "demo/a,b.py": "", 'demo/"q".py': "" } }],
  ["other spellings of the name", { name: "De.mo", filename: "de_mo-1.0-py3-none-any.whl" }],
  ["other spellings of the version", { filename: "demo-1-py3-none-any.whl" }],
  ["a build number", { filename: "demo-1.0-2-py3-none-any.whl" }],
  ["folders", { unlisted: [{ name: "demo/", method: 0, mode: 0o40755 }] }],
])("takes %s", async (_, wheel) => {
  expect(await outcome(scratch.job(wheel))).toBe("taken");
});

test("an object's parts", async () => {
  const job = scratch.job({
    name: "Demo_Pkg",
    files: {
      "demo/__init__.py": "x = 1\n",
      "demo/data.bin": Buffer.from([0, 255]),
      "demo/run.sh": "#!/bin/sh\n",
      "single.py": "y = 2\n",
      "space/part/__init__.py": "",
      "space/deep/er/m.py": "",
      "old/__init__.py": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
      "old/inner/x.py": "",
      "Demo_Pkg-1.0.data/platlib/plat.py": "z",
      "Demo_Pkg-1.0.data/scripts/tool": "#!python\nprint(1)\n",
      "Demo_Pkg-1.0.data/scripts/win": "#!pythonw\n",
      "Demo_Pkg-1.0.data/scripts/shell": "#!/bin/sh\n",
      "Demo_Pkg-1.0.data/scripts/sub/dir": "x",
      "Demo_Pkg-1.0.data/data/share/man/x.1": "man",
      "Demo_Pkg-1.0.data/headers/demo.h": "int x;",
    },
    modes: { "demo/run.sh": 0o100755, "single.py": 0o106644 },
    entryPoints:
      "[console_scripts]\ndemo = demo.cli:main\n[gui_scripts]\nGui=demo:gui.run [x]\n[other]\nx = y\n",
  });
  const path = await unpackWheel(job, store);
  expect(readWheelObject(path)).toEqual({
    name: "Demo_Pkg",
    version: "1.0",
    distInfo: "Demo_Pkg-1.0.dist-info",
    info: ["METADATA", "WHEEL", "entry_points.txt"],
    prepared: ["INSTALLER", "SOURCES.txt", "top_level.txt"],
    top: ["demo/", "old/", "plat.py", "single.py", "space/"],
    realFolders: [],
    namespaces: ["old", "old/inner", "space", "space/deep", "space/deep/er"],
    prefixFiles: ["bin/sub/dir", "share/man/x.1"],
    headers: ["demo.h"],
    scripts: [
      { name: "shell", python: false, gui: false },
      { name: "tool", python: true, gui: false },
      { name: "win", python: true, gui: true },
    ],
    sourceBytes: 6 + 6 + 1 + 65,
    entryPoints: [
      { name: "demo", module: "demo.cli", attribute: "main", gui: false },
      { name: "Gui", module: "demo", attribute: "gui.run", gui: true },
    ],
  });
  const text = (file: string): string => readFileSync(`${path}/${file}`, "utf8");
  expect(text("info/INSTALLER")).toBe("mach-nix\n");
  expect(text("info/top_level.txt")).toBe("demo\nold\nplat\nsingle\nspace\n");
  const sources = text("info/SOURCES.txt").split("\n");
  for (const file of ["demo/__init__.py", "plat.py", "Demo_Pkg-1.0.dist-info/METADATA"])
    expect(sources).toContain(file);
  for (const file of ["bin/tool", "bin/sub/dir", "share/man/x.1", "bin/demo", "bin/Gui"])
    expect(sources).toContain(`../../../${file}`);
  expect(sources.filter((line) => /RECORD|demo\.h/.test(line))).toEqual([]);
  const mode = (file: string): number => statSync(`${path}/${file}`).mode & 0o7777;
  expect(mode("site/demo/run.sh")).toBe(0o555);
  expect(mode("site/single.py")).toBe(0o444);
  expect(mode("scripts/shell")).toBe(0o555);
  expect(readFileSync(`${path}/site/demo/data.bin`)).toEqual(Buffer.from([0, 255]));
  expect(readFileSync(`${path}/headers/demo.h`, "utf8")).toBe("int x;");
  expect(statSync(`${path}/site/demo/__init__.py`).mtimeMs).toBe(315_619_200_000);
  expect((await store.verify({ paths: [path] })).problems).toEqual([]);
});

test("a large file is unpacked in pieces, and checked as others are", async () => {
  const large = Buffer.alloc(33 * 2 ** 20, "data that repeats, but not too often. ".repeat(9));
  for (let at = 0; at < large.length; at += 1000)
    large.writeUInt32LE(Math.imul(at, 0x9e3779b1) >>> 0, at);
  const files = { "demo/large.bin": large };
  const path = await unpackWheel(scratch.job({ name: "large", files }), store);
  expect(readFileSync(`${path}/site/demo/large.bin`).equals(large)).toBe(true);
  expect((await store.verify({ paths: [path] })).problems).toEqual([]);
  const record = line("demo/large.bin", (text) => text.replace(HASH, `sha512=${SHA512}`));
  const error = await outcome(scratch.job({ name: "large", files, record }));
  expect(error).toMatchObject({ code: "wheel-record-mismatch" });
});

test("the same wheel gives the same object", async () => {
  const other = openStore(join(scratch.folder, "other"));
  mkdirSync(other.root);
  const job = scratch.job({});
  const [a, b] = [await unpackWheel(job, store), await unpackWheel(job, other)];
  expect(basename(a)).toBe(basename(b));
  expect(readFileSync(`${a}/wheel.json`)).toEqual(readFileSync(`${b}/wheel.json`));
});

const GENERATED = join(import.meta.dirname, "../../../shared/data/bad-input/generated/wheels");
const missing = !existsSync(GENERATED);
if (missing) console.warn("wheels made to do harm are not tested: ../shared/data is missing");

test.skipIf(missing)("of the wheels made to do harm only the control is taken", async () => {
  const taken: string[] = [];
  for (const path of globSync(join(GENERATED, "*.whl")).sort()) {
    const job = { path, filename: basename(path), sha256: sha256(path) };
    const result = await outcome(job);
    const code = result instanceof UserError ? result.code : String(result);
    if (code === "taken") taken.push(job.filename);
    expect(code).toMatch(/^(?:taken|wheel-|zip-)/);
  }
  expect(taken).toEqual(["r_ok-1.0-py3-none-any.whl"]);
});
