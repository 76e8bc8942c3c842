import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  artifactKey,
  BUILD_ERRORS,
  compileBytecode,
  condaKey,
  readCondaObject,
  splitCondaName,
  unpackCondaPackage,
} from "../../src/build/index.ts";
import { retime } from "../../src/build/conda-bytecode.ts";
import { FIXED_TIME, openStore, type StorePath } from "../../src/store/index.ts";
import { makeTar } from "../archive/make-tar.ts";
import { makeZip } from "../archive/make-zip.ts";
import { somePython } from "../environment/fixture.ts";
import { DERIVED, removeForced, temporaryFolder } from "../store/fixture.ts";
import { condaJob, jobOf, type MadeConda, makeConda } from "./make-conda.ts";

const scratch = mkdtempSync(join(tmpdir(), "mach-nix-conda-"));
const store = openStore(join(scratch, "store"), { derived: DERIVED });
afterAll(() => removeForced(scratch));
const PLACEHOLDER = "/opt/anaconda1anaconda2anaconda3";

function unpack(given: MadeConda): Promise<StorePath> {
  return unpackCondaPackage(condaJob(given), store);
}

async function codeOf(given: MadeConda | ReturnType<typeof condaJob>): Promise<string> {
  try {
    await unpackCondaPackage("path" in given ? given : condaJob(given as MadeConda), store);
    return "taken";
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

test("names: from the right, so that a package's own may have dashes", () => {
  expect(splitCondaName("conda-forge/linux-64/my-pkg_x-1.0.post1-py37_0.tar.bz2")).toEqual({
    name: "my-pkg_x",
    version: "1.0.post1",
    build: "py37_0",
  });
  const sha256 = "0".repeat(64) as never;
  const key = condaKey({ filename: "a/linux-64/x-1-0.conda", sha256 });
  expect(key).toEqual({
    name: "x",
    version: "1-0",
    inputs: { recipe: "conda-1", package: sha256 },
  });
  expect(artifactKey({ filename: "x-1-0.conda", sha256 })).toEqual(key);
});

test("an object: files as they are, and what an environment must know", async () => {
  const path = await unpack({
    name: "whole",
    files: {
      "bin/run": { data: "#!/bin/sh\n", executable: true },
      "bin/also": { target: "run" },
      "lib/libx.so.1": "x",
      "lib/libx.so": { target: "libx.so.1" },
      "lib/other.so": { target: "../lib/of-another.so" },
      "lib/pkgconfig/x.pc": { data: `prefix=${PLACEHOLDER}`, placeholder: PLACEHOLDER },
      "etc/own.conf": { data: "mine", noLink: true },
      "share/x/data": "data",
      "lib/python3.7/site-packages/x-1.dist-info/METADATA": "Name: x",
      "bin/.whole-post-link.sh": "echo",
      "Menu/whole.json": "{}",
    },
  });
  const { index, ...conda } = readCondaObject(path);
  expect(index).toMatchObject({ name: "whole", subdir: "linux-64" });
  expect(conda).toEqual({
    name: "whole",
    version: "1.0",
    build: "0",
    top: ["Menu/", "bin/", "etc/", "lib/", "share/"],
    prefixFiles: [
      { path: "lib/pkgconfig/x.pc", placeholder: PLACEHOLDER, mode: "text", executable: false },
    ],
    ownFiles: [
      { path: "bin/.whole-post-link.sh", executable: false, copied: false },
      { path: "bin/run", executable: true, copied: false },
      { path: "etc/own.conf", executable: false, copied: true },
    ],
    ownLinks: [
      { path: "bin/also", target: "run" },
      { path: "lib/other.so", target: "../lib/of-another.so" },
    ],
    realFolders: ["bin", "etc", "lib", "lib/pkgconfig"],
    infoFolders: ["lib/python3.7/site-packages/x-1.dist-info"],
    entryPoints: [],
    linkScripts: ["bin/.whole-post-link.sh"],
    menus: ["Menu/whole.json"],
    sourceBytes: 0,
  });
  expect(readlinkSync(`${path}/files/lib/libx.so`)).toBe("libx.so.1");
  expect(statSync(`${path}/files/bin/run`).mode & 0o777).toBe(0o555);
  expect(statSync(`${path}/files/bin/run`).mtimeMs).toBe(FIXED_TIME * 1000);
  expect(readFileSync(`${path}/files/lib/pkgconfig/x.pc`, "utf8")).toBe(`prefix=${PLACEHOLDER}`);
  expect((await store.verify({ paths: [path] })).problems).toEqual([]);
});

test("packages for any Python: their commands, and how much there is to compile", async () => {
  const path = await unpack({
    name: "pure",
    noarch: "python",
    entryPoints: ["pure = pure.cli:main", "other=pure:run"],
    files: { "site-packages/pure/cli.py": "x = 1\n", "python-scripts/tool": "#!python" },
  });
  expect(readCondaObject(path)).toMatchObject({
    noarch: "python",
    sourceBytes: 6,
    entryPoints: [
      { name: "pure", module: "pure.cli", attribute: "main" },
      { name: "other", module: "pure", attribute: "run" },
    ],
  });
  const interpreter = await somePython();
  await compileBytecode([path], { store, interpreter, mode: "now" });
  const names = readdirSync(`${path}/files/site-packages/pure/__pycache__`);
  expect(names).toEqual([`cli.${interpreter.cacheTag}.pyc`]);
  const generic = await unpack({ name: "generic", noarch: true });
  expect(readCondaObject(generic).noarch).toBe("generic");
  await compileBytecode([generic], { store, interpreter, mode: "now" });
});

test("packages of before paths.json", async () => {
  const files = { "bin/a": `#!${PLACEHOLDER}/bin/sh`, "lib/b b": "/build/x", "lib/c": "c" };
  const path = await unpack({
    name: "old",
    files,
    info: {
      "paths.json": undefined,
      files: `${Object.keys(files).join("\n")}\n`,
      has_prefix: `bin/a\n"/build/x" binary "lib/b b"\n`,
      no_link: "lib/c\n",
    },
  });
  expect(readCondaObject(path)).toMatchObject({
    prefixFiles: [
      { path: "bin/a", placeholder: PLACEHOLDER, mode: "text" },
      { path: "lib/b b", placeholder: "/build/x", mode: "binary" },
    ],
    ownFiles: [{ path: "lib/c", copied: true }],
  });
});

test("what a package does not list is not installed", async () => {
  const paths: MadeConda["paths"] = (all) => all.filter(({ _path: path }) => path !== "lib/b");
  const path = await unpack({ name: "listed", files: { "lib/a": "a", "lib/b": "b" }, paths });
  expect(readdirSync(`${path}/files/lib`)).toEqual(["a"]);
});

test("empty folders are made, where they are listed", async () => {
  const paths: MadeConda["paths"] = (all) => [
    ...all,
    { _path: "var/empty", path_type: "directory" },
  ];
  const path = await unpack({ name: "folders", paths });
  expect(readdirSync(`${path}/files/var`)).toEqual(["empty"]);
});

test("hard links are files with the same bytes; what is large is written in pieces", async () => {
  const large = Buffer.alloc(3 * 2 ** 20, "large ");
  const info = zstdCompressSync(
    makeTar([
      { name: "info/index.json", data: '{"name":"links","version":"1","build":"0"}' },
      { name: "info/files", data: "lib/a\nlib/b\nlib/c\n" },
    ]),
  );
  const tar = makeTar([
    { name: "lib/a", data: large, mode: 0o755 },
    { name: "lib/b", type: "1", target: "lib/a" },
    { name: "lib/c", data: "" },
  ]);
  const zip = makeZip([
    { name: "pkg-x.tar.zst", data: zstdCompressSync(tar), method: 8 },
    { name: "info-x.tar.zst", data: info, method: 0 },
  ]);
  const path = await unpackCondaPackage(jobOf("links-1-0.conda", zip), store);
  expect(readFileSync(`${path}/files/lib/b`).equals(large)).toBe(true);
  expect(statSync(`${path}/files/lib/b`).mode & 0o777).toBe(0o555);
  expect((await store.verify({ paths: [path] })).problems).toEqual([]);
});

describe("bytecode that came with its source", () => {
  function pyc(at: number, time: number, flags = 0): Buffer {
    const data = Buffer.alloc(20, 1);
    data.writeUInt16LE(0x0a0d, 2);
    data.writeUInt32LE(flags, 4);
    data.writeUInt32LE(time, at);
    return data;
  }

  test.each([
    ["x/__pycache__/m.cpython-37.pyc", 8],
    ["x/__pycache__/m.cpython-312.opt-1.pyc", 8],
    ["x/__pycache__/m.cpython-36.pyc", 4],
    ["x/m.pyc", 4],
  ])("%s gets its source's time, if it had it", (path, at) => {
    const times = new Map([["x/m.py", 77.9]]);
    expect(retime({ path, data: pyc(at, 77) }, times)?.readUInt32LE(at)).toBe(FIXED_TIME);
    const stale = pyc(at, 78);
    expect(retime({ path, data: stale }, times)).toBe(undefined);
    expect(retime({ path, data: stale }, new Map())).toBe(stale);
  });

  test("what goes by its source's hash stays as it is", () => {
    const path = "x/__pycache__/m.cpython-37.pyc";
    const data = pyc(8, 77, 1);
    expect(retime({ path, data }, new Map([["x/m.py", 77]]))).toBe(data);
  });

  test("Python takes it: nothing is compiled again", async () => {
    const { path: python, cacheTag } = await somePython();
    const folder = temporaryFolder();
    const code =
      "import os,sys,py_compile; os.chdir(sys.argv[1]); open('m.py','w').write('x = 1\\n'); os.utime('m.py',(9,9)); print(py_compile.compile('m.py'))";
    const made = execFileSync(python, ["-c", code, folder], { encoding: "utf8" }).trim();
    const data = readFileSync(`${folder}/${made}`);
    const pycPath = `lib/__pycache__/m.${cacheTag}.pyc`;
    const object = await unpack({
      name: "pyc",
      files: { "lib/m.py": { data: "x = 1\n", mtime: 9 }, [pycPath]: { data, mtime: 9 } },
    });
    const loader = `import sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True; import importlib._bootstrap_external as b; seen = []; real = b._compile_bytecode; b._compile_bytecode = lambda *a, **k: (seen.append(1), real(*a, **k))[1]; import m; print(len(seen))`;
    const loaded = execFileSync(python, ["-c", loader, `${object}/files/lib`], {
      encoding: "utf8",
    });
    expect(loaded.trim()).toBe("1");
    expect((await store.verify({ paths: [object] })).problems).toEqual([]);
  });
});

const ONE = { "lib/a": "a" };
const SHORT = { data: "/", placeholder: "/" };
const REFUSED: readonly (readonly [string, string, MadeConda])[] = [
  ["conda-name", "characters that no version has", { filename: "demo-1.0\n-0.conda" }],
  ["conda-damaged", "a prefix that is everywhere", { files: { "lib/a": SHORT } }],
  ["conda-name", "no build", { filename: "demo-1.0.conda" }],
  ["conda-name", "another version", { filename: "demo-1.1-0.conda" }],
  ["conda-name", "another build", { filename: "demo-1.0-1.conda" }],
  ["conda-damaged", "no index.json", { info: { "index.json": undefined } }],
  ["conda-damaged", "index.json is a list", { info: { "index.json": "[]" } }],
  ["conda-damaged", "paths.json is no JSON", { info: { "paths.json": "{" } }],
  ["conda-damaged", "paths.json without paths", { info: { "paths.json": "{}" } }],
  ["conda-damaged", "neither paths.json nor files", { info: { "paths.json": undefined } }],
  [
    "conda-damaged",
    "newer paths.json",
    { info: { "paths.json": '{"paths_version": 2, "paths": []}' } },
  ],
  ["conda-damaged", "newer format", { metadata: '{"conda_pkg_format_version": 3}' }],
  [
    "conda-damaged",
    "unknown kind",
    { paths: (all) => all.map((one) => ({ ...one, path_type: "x" })) },
  ],
  ["conda-damaged", "no path", { paths: () => [{ path_type: "hardlink" }] }],
  [
    "conda-damaged",
    "prefix of no kind",
    { paths: (all) => all.map((one) => ({ ...one, prefix_placeholder: "/x", file_mode: "y" })) },
  ],
  [
    "conda-damaged",
    "broken has_prefix",
    { info: { "paths.json": undefined, files: "share/demo.txt", has_prefix: "a b" } },
  ],
  [
    "conda-damaged",
    "broken entry points",
    { noarch: "python", info: { "link.json": '{"noarch":{"type":"python","entry_points":[1]}}' } },
  ],
  [
    "wheel-entry-point",
    "an entry point that leaves",
    { noarch: "python", entryPoints: ["../x = a:b"] },
  ],
  [
    "conda-mismatch",
    "size",
    { files: ONE, paths: (all) => all.map((one) => ({ ...one, size_in_bytes: 2 })) },
  ],
  [
    "conda-mismatch",
    "hash",
    { files: ONE, paths: (all) => all.map((one) => ({ ...one, sha256: "0".repeat(64) })) },
  ],
  [
    "conda-mismatch",
    "missing",
    { paths: (all) => [...all, { _path: "x", path_type: "hardlink" }] },
  ],
  [
    "conda-mismatch",
    "upwards",
    { paths: (all) => [...all, { _path: "../x", path_type: "directory" }] },
  ],
  ["conda-mismatch", "twice", { paths: (all) => [...all, ...all] }],
  ["tar-unsafe-name", "absolute", { files: { "/etc/x": "" } }],
  ["tar-unsafe-link", "out of the package", { files: { "lib/x": { target: "../../x" } } }],
];

describe("refused", () => {
  test.each(REFUSED)("%s: %s", async (code, _, given) => {
    expect(await codeOf(given)).toBe(code);
  });

  test("every code of conda packages is provoked", () => {
    const codes = Object.keys(BUILD_ERRORS).filter((code) => code.startsWith("conda-"));
    for (const code of codes) expect(REFUSED.map(([one]) => one)).toContain(code);
  });

  test("what is no conda package at all", async () => {
    expect(await codeOf(jobOf("a-1-0.conda", gzipSync("x")))).toBe("zip-damaged");
    expect(await codeOf(jobOf("a-1-0.tar.bz2", gzipSync("x")))).toBe("compressed-damaged");
    expect(await codeOf(jobOf("a-1-0.conda", makeZip([])))).toBe("conda-damaged");
    const cut = makeConda().subarray(0, 300);
    expect(await codeOf(jobOf("demo-1.0-0.conda", cut))).toBe("zip-damaged");
  });

  test("nothing is left of it", () => {
    const names = existsSync(store.root) ? readdirSync(store.root) : [];
    expect(names.filter((name) => name.startsWith(".tmp"))).toEqual([]);
  });
});
