import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "vitest";
import {
  collectGenerations,
  createEnvironment,
  currentGeneration,
  formerGenerations,
  environmentState,
  ENVIRONMENT_ERRORS,
  type EnvironmentInput,
  listGenerations,
  relinkEnvironment,
} from "../../src/environment/index.ts";
import { openStore, type StorePath } from "../../src/store/index.ts";
import { DERIVED, temporaryFolder, writeFiles } from "../store/fixture.ts";
import { addWheel, APP, makeEnvironment, output, python, testStore } from "./fixture.ts";

function exitOf(command: string, ...args: string[]): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", cwd: "/" });
  return { status, stdout: stdout.trim() };
}

test("has what a virtual environment has", async () => {
  const made = await makeEnvironment([APP]);
  const { directory } = made;
  expect(made.links).toEqual(["bin", "etc", "include", "lib", "lib64", "pyvenv.cfg", "share"]);
  expect(python(made, "import sys; print(sys.prefix, sys.base_prefix != sys.prefix)")).toBe(
    `${directory} True`,
  );
  expect(python(made, "import app.cli, single; print(app.cli.__file__)")).toMatch(
    new RegExp(`^${directory}/lib/python3\\.\\d+/site-packages/app/cli\\.py$`),
  );
  expect(readFileSync(`${directory}/share/app/data.txt`, "utf8")).toBe("data");
  expect(readFileSync(`${directory}/etc/app.conf`, "utf8")).toBe("conf");
  const [python3] = readdirSync(`${directory}/include/site`);
  expect(readdirSync(`${directory}/include/site/${python3}/my-app`)).toEqual(["app.h"]);
  expect(readFileSync(`${directory}/pyvenv.cfg`, "utf8")).toContain("home = ");
  expect(readFileSync(`${directory}/.mach-nix/.gitignore`, "utf8")).toBe("*\n");
  expect(made.store.roots()).toEqual([`${directory}/.mach-nix/generations`]);
  expect((await made.store.verify()).problems).toEqual([]);
});

test("scripts run in place, through links, by any name of their path, and after a move", async () => {
  const made = await makeEnvironment([APP]);
  const elsewhere = temporaryFolder();
  symlinkSync(`${made.directory}/bin/my-app`, `${elsewhere}/first`);
  symlinkSync("first", `${elsewhere}/second link`);
  // A Python of another environment beside the link must not be taken.
  symlinkSync("/bin/false", `${elsewhere}/python`);
  for (const path of [
    `${made.directory}/bin/my-app`,
    `${elsewhere}/second link`,
    realpathSync(`${made.directory}/bin/my-app`),
  ]) {
    const { status, stdout } = exitOf(path, "a b", "$c");
    expect(status).toBe(7);
    expect(stdout).toContain(`['${path}', 'a b', '$c']`);
  }
  const relative = spawnSync("sh", ["my-app"], { cwd: `${made.directory}/bin`, encoding: "utf8" });
  expect(relative.status).toBe(7);
  expect(exitOf(`${made.directory}/bin/raw.py`).stdout).toBe("raw 1");
  expect(exitOf(`${made.directory}/bin/shell.sh`).stdout).toBe("shell");
  const deep = `${elsewhere}/${"long/".repeat(30)}`;
  mkdirSync(deep, { recursive: true });
  renameSync(made.directory, `${deep}/moved`);
  const moved = exitOf(`${deep}moved/bin/my-app`);
  expect(moved.status).toBe(7);
  expect(moved.stdout).toContain(`${deep}moved`);
});

test("namespace packages are merged, and stay open for more", async () => {
  const made = await makeEnvironment([
    { name: "ns.a", files: { "ns/a/__init__.py": "x='a'", "ns/deep/one.py": "x=1" } },
    { name: "ns.b", files: { "ns/b/__init__.py": "x='b'", "ns/deep/two.py": "x=2" } },
    { name: "alone", files: { "solo/mod.py": "" } },
  ]);
  expect(python(made, "import ns.a, ns.b, ns.deep.one, ns.deep.two; print(ns.a.x, ns.b.x)")).toBe(
    "a b",
  );
  const site = `${made.directory}/${made.interpreter.sitePackages}`;
  expect(lstatSync(`${site}/ns`).isDirectory()).toBe(true);
  expect(lstatSync(`${site}/ns/a`).isSymbolicLink()).toBe(true);
  expect(lstatSync(`${site}/solo`).isDirectory()).toBe(true);
});

test("the same file twice is one if its bytes are, else an error naming both", async () => {
  const same = { "shared/__init__.py": "x=1", "shared/extra.py": "" };
  const a = { name: "aa", files: { ...same, "shared/a.py": "" } };
  const b = { name: "bb", files: { ...same, "shared/b.py": "" } };
  const made = await makeEnvironment([a, b]);
  expect(python(made, "import shared.a, shared.b; print('ok')")).toBe("ok");
  const c = { name: "cc", files: { "shared/__init__.py": "x=2" } };
  const failing = makeEnvironment([a, b, c]);
  await expect(failing).rejects.toMatchObject({
    code: "environment-collision",
    message: expect.stringMatching(/shared\/__init__\.py: aa and cc/) as string,
  });
  const ignored = await makeEnvironment([a, b, c], { ignoreCollisions: true });
  expect(ignored.collisions).toEqual([
    { path: expect.stringContaining("shared/__init__.py") as string, kept: "aa", dropped: "cc" },
  ]);
  expect(python(ignored, "import shared; print(shared.x)")).toBe("1");
});

test.each([
  ["a script of ours", { ".data/scripts/python": "#!/bin/sh\n" }, "bin/python: mach-nix and evil"],
  ["our record", { ".data/data/environment.json": "{}" }, "environment.json: mach-nix and evil"],
  ["a folder's place", { ".data/data/bin": "file" }, "bin: mach-nix and evil"],
])("a wheel that brings %s is refused", async (_, files, message) => {
  await expect(makeEnvironment([{ name: "evil", files }])).rejects.toMatchObject({
    code: "environment-collision",
    message: expect.stringContaining(message) as string,
  });
});

test("two versions of a name are refused", async () => {
  const wheel = { name: "twice", files: { "twice.py": "" } };
  const failing = makeEnvironment([wheel, { ...wheel, version: "2.0" }]);
  await expect(failing).rejects.toMatchObject({ code: "environment-collision" });
});

test("a folder with other files is refused and left alone; one of ours is not", async () => {
  const directory = temporaryFolder();
  writeFileSync(`${directory}/thesis.txt`, "");
  expect(environmentState(directory)).toEqual({ kind: "foreign", file: "thesis.txt" });
  const failing = makeEnvironment([APP], { directory });
  await expect(failing).rejects.toMatchObject({ code: "environment-foreign" });
  expect(readdirSync(directory)).toEqual(["thesis.txt"]);
  writeFileSync(`${directory}/mach-nix.lock`, "{}");
  expect(environmentState(directory)).toEqual({ kind: "unmade" });
  writeFileSync(`${directory}/share`, "the user's own");
  const made = await makeEnvironment([APP], { directory });
  expect(made.links).not.toContain("share");
  expect(readFileSync(`${directory}/share`, "utf8")).toBe("the user's own");
});

test("state tells what was made, and what happened to it since", async () => {
  const made = await makeEnvironment([APP], { source: "hash of a lock" });
  const { directory } = made;
  const fault = (): unknown => (environmentState(directory) as { fault?: unknown }).fault;
  expect(environmentState(`${directory}/none`)).toEqual({ kind: "absent" });
  expect(environmentState(directory)).toMatchObject({
    kind: "made",
    generation: 1,
    source: "hash of a lock",
    store: made.store.root,
    fault: undefined,
  });
  python(made, "import app.cli, single");
  expect(fault()).toBeUndefined();
  writeFileSync(`${directory}/${made.interpreter.sitePackages}/new.py`, "");
  expect(fault()).toBe("changed");
  const again = await createEnvironment({ ...made, source: "2" });
  expect(again.generation).toBe(2);
  expect(fault()).toBeUndefined();
  expect(existsSync(`${directory}/${made.interpreter.sitePackages}/new.py`)).toBe(false);
  await made.store.repair(made.objects);
  expect(fault()).toBe("object");
  rmSync(`${directory}/bin/python`);
  await addWheel(made.store, APP);
  expect(fault()).toBe("interpreter");
});

test("a new generation replaces the old in one step; old ones stay until collected", async () => {
  const made = await makeEnvironment([APP]);
  const other = await addWheel(made.store, { name: "other", files: { "other.py": "" } });
  const next = await createEnvironment({ ...made, objects: [other], source: "2" });
  expect(next.links).toEqual(["bin", "include", "lib", "lib64", "pyvenv.cfg"]);
  expect(existsSync(`${made.directory}/share`)).toBe(false);
  expect(listGenerations(made.directory)).toEqual([1, 2]);
  expect((await made.store.collect()).removed).toEqual([]);
  const unfinished = `${made.directory}/.mach-nix/generations/.new-left`;
  mkdirSync(unfinished);
  expect(formerGenerations(made.directory)).toEqual([`${made.directory}/.mach-nix/generations/1`]);
  expect(collectGenerations(made.directory)).toEqual([1]);
  expect(existsSync(unfinished)).toBe(false);
  expect((await made.store.collect()).removed).toHaveLength(1);
  expect(python(next, "import other; print('ok')")).toBe("ok");
});

test("what fails leaves the old environment working and nothing half-made", async () => {
  const made = await makeEnvironment([APP]);
  const object = await addWheel(made.store, { name: "lost", files: { "lost.py": "" } });
  await made.store.repair([object]);
  const failing = createEnvironment({ ...made, objects: [...made.objects, object], source: "2" });
  await expect(failing).rejects.toMatchObject({ code: "environment-object" });
  expect(currentGeneration(made.directory)).toBe(1);
  expect(readdirSync(`${made.directory}/.mach-nix/generations`)).toEqual(["1"]);
  expect(exitOf(`${made.directory}/bin/my-app`).status).toBe(7);
});

test("a store that was moved is linked anew by one link", async () => {
  const made = await makeEnvironment([APP]);
  const moved = `${temporaryFolder()}/elsewhere`;
  renameSync(made.store.root, moved);
  expect(environmentState(made.directory)).toMatchObject({ fault: "store" });
  const store = openStore(moved, { derived: DERIVED });
  expect(relinkEnvironment(made.directory, store)).toBe(true);
  expect(environmentState(made.directory)).toMatchObject({ fault: undefined, store: moved });
  expect(exitOf(`${made.directory}/bin/my-app`).status).toBe(7);
  expect((await store.collect()).removed).toEqual([]);
  expect(relinkEnvironment(made.directory, testStore())).toBe(false);
});

test("bytecode that is there is linked where folders are real", async () => {
  const store = testStore();
  const wheel = { name: "mods", files: { "alone.py": "x=1\n", "ns/mod.py": "x=1\n" } };
  const object = await addWheel(store, wheel);
  const from = store.temporary();
  const { interpreter } = await makeEnvironment([]);
  const tag = interpreter.cacheTag;
  writeFiles(from, {
    [`site/__pycache__/alone.${tag}.pyc`]: "",
    [`site/ns/__pycache__/mod.${tag}.pyc`]: "",
    [`site/ns/__pycache__/mod.other-1.pyc`]: "",
  });
  await store.addDerived([{ object, from }]);
  const made = await makeEnvironment([wheel], { store });
  const site = `${made.directory}/${interpreter.sitePackages}`;
  expect(readlinkSync(`${site}/__pycache__/alone.${tag}.pyc`)).toContain("/site/__pycache__/");
  expect(readdirSync(`${site}/ns/__pycache__`)).toEqual([`mod.${tag}.pyc`]);
  expect(python(made, "import alone, ns.mod; print(alone.x)")).toBe("1");
  expect((await store.verify()).problems).toEqual([]);
});

const hasCompiler = spawnSync("gcc", ["--version"]).status === 0;

test.runIf(hasCompiler)("a library finds another distribution's by $ORIGIN/../..", async () => {
  const folder = temporaryFolder();
  const build = (name: string, code: string, ...args: string[]): Buffer => {
    writeFileSync(`${folder}/${name}.c`, code);
    const out = `${folder}/lib${name}.so`;
    execFileSync("gcc", ["-shared", "-fPIC", "-o", out, `${folder}/${name}.c`, ...args]);
    return readFileSync(out);
  };
  const low = build("low", "int low(void) { return 42; }", "-Wl,-soname,liblow.so");
  const rpath = "-Wl,-rpath,$ORIGIN/../../nvidia/low/lib";
  const high = build(
    "high",
    "int low(void); int high(void) { return low(); }",
    `-L${folder}`,
    "-llow",
    rpath,
  );
  const made = await makeEnvironment([
    { name: "torchlike", files: { "torchlike/__init__.py": "", "torchlike/lib/libhigh.so": high } },
    { name: "nvidia-low", files: { "nvidia/low/lib/liblow.so": low } },
  ]);
  const load =
    "import ctypes, os, torchlike; print(ctypes.CDLL(os.path.dirname(torchlike.__file__) + '/lib/libhigh.so').high())";
  expect(python(made, load)).toBe("42");
});

test.each([
  [{ version: "2.7.18" }, "python-too-old"],
  [{ version: "3.10.14", implementation: "pypy" }, "python-implementation"],
  [{ version: "3.13.1", abiflags: "t" }, "python-implementation"],
])("an interpreter that cannot have environments (%o) is refused", async (facts, code) => {
  const { interpreter, store } = await makeEnvironment([]);
  const input: EnvironmentInput = {
    directory: `${temporaryFolder()}/x`,
    interpreter: { ...interpreter, ...facts },
    store,
    objects: [],
    source: "",
  };
  await expect(createEnvironment(input)).rejects.toMatchObject({ code });
});

test("what the disk refuses is named", async () => {
  const { interpreter, store, objects } = await makeEnvironment([APP]);
  const failing = (cause: string): Promise<unknown> =>
    createEnvironment({
      directory: `${temporaryFolder()}/x`,
      interpreter,
      store: {
        ...store,
        registerRoot: () => {
          throw Object.assign(new Error(cause), { code: cause, syscall: "write" });
        },
      },
      objects,
      source: "",
    });
  await expect(failing("ENOSPC")).rejects.toMatchObject({ code: "environment-full" });
  await expect(failing("EROFS")).rejects.toMatchObject({ code: "environment-not-writable" });
});

test("direct references and wishes are recorded as the specifications say", async () => {
  const store = testStore();
  const object: StorePath = await addWheel(store, APP);
  const directUrl = '{"url": "file:///x", "dir_info": {}}';
  const info = new Map([[object, { requested: true, directUrl }]]);
  const made = await makeEnvironment([APP], { store, info });
  const folder = `${made.directory}/${made.interpreter.sitePackages}/my_app-1.0.dist-info`;
  expect(readFileSync(`${folder}/direct_url.json`, "utf8")).toBe(directUrl);
  expect(readdirSync(folder).sort()).toEqual([
    "INSTALLER",
    "METADATA",
    "REQUESTED",
    "SOURCES.txt",
    "WHEEL",
    "direct_url.json",
    "entry_points.txt",
    "licenses",
    "top_level.txt",
  ]);
});

test("an entry point cannot bring code, nor leave bin", async () => {
  const store = testStore();
  const path = await addWheel(store, { name: "fine", files: { "fine.py": "" } });
  const evil = await store.add({ name: "evil", version: "1", inputs: {} }, (folder) => {
    mkdirSync(`${folder}/site/evil-1.dist-info`, { recursive: true });
    const wheel = JSON.parse(readFileSync(`${path}/wheel.json`, "utf8")) as object;
    const point = { module: "os", attribute: "x\nimport pwn", gui: false, name: "pwn" };
    writeFiles(folder, {
      "site/evil-1.dist-info/RECORD": "",
      "wheel.json": JSON.stringify({
        ...wheel,
        name: "evil",
        distInfo: "evil-1.dist-info",
        info: [],
        prepared: [],
        top: [],
        entryPoints: [point, { ...point, attribute: "é.x", name: "ok" }],
      }),
    });
    chmodSync(`${folder}/wheel.json`, 0o644);
  });
  const { interpreter } = await makeEnvironment([]);
  const directory = `${temporaryFolder()}/x`;
  await createEnvironment({ directory, interpreter, store, objects: [evil], source: "" });
  expect(existsSync(`${directory}/bin/pwn`)).toBe(false);
  expect(readFileSync(`${directory}/bin/ok`, "utf8")).toContain("from os import é");
});

test("every error has its page", () => {
  for (const { title, explain } of Object.values(ENVIRONMENT_ERRORS))
    expect(title.length > 10 && explain.length > 50).toBe(true);
  expect(output("true")).toBe("");
});
