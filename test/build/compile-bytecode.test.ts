import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { compileBytecode, DERIVED_FILES, isCompiled, unpackWheel } from "../../src/build/index.ts";
import { openStore, type Store, type StorePath } from "../../src/store/index.ts";
import { makeScratch } from "./make-wheel.ts";

const scratch = makeScratch();
afterAll(() => scratch.remove());

const ASK = "import sys; print(sys.implementation.cache_tag); print(sys.executable)";
const [cacheTag = "", path = ""] = spawnSync("python3", ["-c", ASK], { encoding: "utf8" })
  .stdout.trim()
  .split("\n");
const interpreter = { path, cacheTag };

/** Ends the compiler itself, by nesting that its parser does not survive, where it does not catch that. */
const HOSTILE = `x = ${"(".repeat(200_000)}${")".repeat(200_000)}\n`;
const FILES = {
  "demo/__init__.py": "x = 1\n",
  "demo/sub/mod.py": "import inspect\ndef f():\n    return inspect.currentframe().f_code\n",
  "demo/python2.py": "print 'old'\n",
  "demo/nul.py": "x = 1\0\n",
  "demo/deep.py": HOSTILE,
  "demo/after.py": "y = 2\n",
  "single.py": "z = 3\n",
};

let count = 0;
async function filledStore(): Promise<{ store: Store; objects: StorePath[] }> {
  const store = openStore(join(scratch.folder, `store${(count += 1)}`), { derived: DERIVED_FILES });
  const objects = [
    await unpackWheel(scratch.job({ files: FILES }), store),
    await unpackWheel(scratch.job({ name: "empty", files: { "empty/data": "" } }), store),
  ];
  return { store, objects };
}

function bytecode(object: StorePath): string[] {
  return readdirSync(object, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".pyc"))
    .map((file) => file.replace(`.${cacheTag}`, ""))
    .sort();
}

const EXPECTED = [
  "__pycache__/compiled.pyc",
  "site/__pycache__/single.pyc",
  "site/demo/__pycache__/__init__.pyc",
  "site/demo/__pycache__/after.pyc",
  "site/demo/sub/__pycache__/mod.pyc",
];

test("what compiles is compiled once, the store stays whole", async () => {
  const { store, objects } = await filledStore();
  const [demo] = objects as [StorePath];
  await compileBytecode(objects, { store, interpreter, mode: "now" });
  expect(bytecode(demo)).toEqual(EXPECTED);
  expect(objects.map((object) => isCompiled(object, cacheTag))).toEqual([true, true]);
  expect((await store.verify()).problems).toEqual([]);
  expect(readdirSync(store.root).filter((name) => name.startsWith(".tmp"))).toEqual([]);
  const events: unknown[] = [];
  const report = (event: unknown): void => void events.push(event);
  await compileBytecode(objects, { store, interpreter, mode: "now", report });
  expect(events).toEqual([]);
});

test("Python uses it, and a changed time does not make it stale", async () => {
  const { store, objects } = await filledStore();
  const [demo] = objects as [StorePath];
  await compileBytecode(objects, { store, interpreter, mode: "now" });
  const code =
    "import os, sys; sys.path.insert(0, sys.argv[1])\n" +
    // A file that is protected for good cannot be touched at all.
    "try: os.utime(sys.argv[1] + '/demo/sub/mod.py')\nexcept PermissionError: pass\n" +
    "import demo.sub.mod as m; print(m.f().co_filename); print(m.__cached__)";
  const { stdout, stderr } = spawnSync(path, ["-v", "-c", code, `${demo}/site`], {
    encoding: "utf8",
  });
  expect(stdout.split("\n")[0]).toBe(`${demo}/site/demo/sub/mod.py`);
  expect(stderr).toMatch(/matches .*demo\/sub\/mod\.py|code object from .*mod\.cpython.*\.pyc/);
});

test("never and an unknown kind of Python do nothing", async () => {
  const { store, objects } = await filledStore();
  await compileBytecode(objects, { store, interpreter, mode: "never" });
  await compileBytecode(objects, { store, interpreter: { path, cacheTag: "" }, mode: "now" });
  expect(bytecode(objects[0] as StorePath)).toEqual([]);
});

test("a Python that cannot be started is told", async () => {
  const { store, objects } = await filledStore();
  const gone = { path: join(scratch.folder, "no-python"), cacheTag };
  await expect(
    compileBytecode(objects, { store, interpreter: gone, mode: "now" }),
  ).rejects.toMatchObject({ code: "compile-no-python", exit: 1 });
  expect(readdirSync(store.root).filter((name) => name.startsWith(".tmp"))).toEqual([]);
});

/** A Python that does what a shell script says. */
function fakePython(script: string): { path: string; cacheTag: string } {
  const fake = join(scratch.folder, `python${(count += 1)}`);
  writeFileSync(fake, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { path: fake, cacheTag };
}

test("a Python that ends at once is told", async () => {
  const { store, objects } = await filledStore();
  const broken = fakePython("exit 127");
  await expect(
    compileBytecode(objects, { store, interpreter: broken, mode: "now" }),
  ).rejects.toMatchObject({ code: "compile-no-python" });
});

test("a source that crashes Python is passed over", async () => {
  const { store, objects } = await filledStore();
  // Answers for the first file of each request and is gone at the second.
  const crashing = fakePython(
    'while read request; do echo 1; case "$request" in *compile*) kill -9 $$;; esac; done',
  );
  await compileBytecode(objects, { store, interpreter: crashing, mode: "now" });
  expect(objects.map((object) => isCompiled(object, cacheTag))).toEqual([true, true]);
});

test("the background goes on alone, several share the work", async () => {
  const { store, objects } = await filledStore();
  const begin = performance.now();
  await compileBytecode(objects, { store, interpreter, mode: "background" });
  await compileBytecode(objects, { store, interpreter, mode: "background" });
  expect(performance.now() - begin).toBeLessThan(1000);
  await compileBytecode(objects, { store, interpreter, mode: "now" });
  for (let i = 0; i < 100 && readdirSync(store.root).some((name) => name.startsWith(".tmp")); i++) {
    await sleep(100);
  }
  expect(bytecode(objects[0] as StorePath)).toEqual(EXPECTED);
  expect((await store.verify()).problems).toEqual([]);
});

test("objects that are gone are passed over", async () => {
  const { store, objects } = await filledStore();
  const gone = `${store.root}/${"0".repeat(32)}-gone-1` as StorePath;
  await compileBytecode([gone, ...objects], { store, interpreter, mode: "now" });
  expect(existsSync(gone)).toBe(false);
});
