import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../../src/base/index.ts";
import {
  FIXED_TIME,
  formatObjectList,
  isObjectName,
  objectName,
  openStore,
  STORE_ERRORS,
  type Store,
  type StorePath,
} from "../../src/store/index.ts";
import { DERIVED, key, temporaryFolder, temporaryStore, writeFiles } from "./fixture.ts";

const isRoot = process.geteuid?.() === 0;
const FILES = { "site/pkg/__init__.py": "x = 1\n", "site/pkg/data.txt": "data", "bin/tool": "#!" };

function addSample(store: Store, name = "pkg"): Promise<StorePath> {
  return store.add(key(name), (folder) => {
    writeFiles(folder, FILES);
    chmodSync(`${folder}/bin/tool`, 0o700);
    symlinkSync("pkg/data.txt", `${folder}/site/link`);
  });
}

async function code(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: { code?: string }) => error.code ?? "no code",
  );
}

test("names are the same everywhere and change with every input", () => {
  expect(objectName({ name: "numpy", version: "2.1.0", inputs: { b: "2", a: "1" } })).toBe(
    objectName({ name: "numpy", version: "2.1.0", inputs: { a: "1", b: "2" } }),
  );
  expect(
    objectName({ name: "numpy", version: "2.1.0", inputs: { artifact: "aa", recipe: "1" } }),
  ).toMatchInlineSnapshot(`"vpb04ma600gxypsz65h350vxfnx5p8m3-numpy-2.1.0"`);
  expect(objectName(key("a"))).not.toBe(objectName(key("a", { x: "1" })));
  expect(isObjectName(objectName({ name: "a", version: "1!2.0+l/../x", inputs: {} }))).toBe(true);
  expect(isObjectName("../etc")).toBe(false);
});

test("an object is read-only, with one time, and links stay", async () => {
  const store = temporaryStore();
  const path = await addSample(store);
  expect(store.path(key("pkg"))).toBe(path);
  expect(store.has(path)).toBe(true);
  const modes = ["", "/site/pkg", "/site/pkg/data.txt", "/bin/tool"].map(
    (file) => statSync(path + file).mode & 0o777,
  );
  expect(modes).toEqual([0o555, 0o555, 0o444, 0o555]);
  for (const file of ["", "/site", "/site/pkg/data.txt", "/site/link", "/.manifest"])
    expect(lstatSync(path + file).mtimeMs).toBe(FIXED_TIME * 1000);
  expect(await store.verify()).toMatchObject({ objects: 1, problems: [] });
  expect(readdirSync(store.root).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
});

test("hashes that the filler hands in are recorded as they are", async () => {
  const store = temporaryStore();
  const path = await store.add(key("x"), (folder) => {
    writeFiles(folder, { a: "hello" });
    return [{ path: "a", sha256: sha256("hello"), size: 5, executable: false }];
  });
  expect(readFileSync(`${path}/.manifest`, "utf8")).toContain(`f\t${sha256("hello")}\t5\ta\n`);
  expect((await store.verify()).problems).toEqual([]);
});

test("a filler that fails leaves nothing", async () => {
  const store = temporaryStore();
  const failing = store.add(key("x"), (folder) => {
    writeFiles(folder, { a: "1" });
    throw new Error("broken wheel");
  });
  await expect(failing).rejects.toThrow("broken wheel");
  expect(readdirSync(store.root)).toEqual([]);
});

test.each(["/etc/passwd", "../../outside", "a/../../../b"])(
  "a link that leaves the object (%s) is refused",
  async (target) => {
    const store = temporaryStore();
    const adding = store.add(key("x"), (folder) => symlinkSync(target, `${folder}/l`));
    await expect(adding).rejects.toThrow("leaves the object");
  },
);

test("two that add the same object at once both have it", async () => {
  const store = temporaryStore();
  const other = openStore(store.root);
  const [a, b] = await Promise.all([addSample(store), addSample(other)]);
  expect(a).toBe(b);
  expect(readdirSync(store.root)).toEqual([basename(a)]);
});

const DAMAGE: readonly [string, string, (path: string) => void, object][] = [
  [
    "a changed byte",
    "site/pkg/data.txt",
    (path) => {
      chmodSync(path, 0o644);
      writeFileSync(path, "dat0");
      chmodSync(path, 0o444);
    },
    { kind: "changed", file: "site/pkg/data.txt" },
  ],
  ["a truncated file", "site/pkg/data.txt", truncate, { kind: "changed" }],
  ["a missing file", "site/pkg/data.txt", (path) => rmSync(path), { kind: "missing" }],
  ["an extra file", "site/new.txt", (path) => writeFileSync(path, ""), { kind: "extra" }],
  ["an extra folder", "site/new", (path) => mkdirSync(path), { kind: "extra" }],
  ["a wrong mode", "site/pkg", (path) => chmodSync(path, 0o700), { kind: "mode" }],
  ["a redirected link", "site/link", relink, { kind: "changed", file: "site/link" }],
  ["a lost manifest", ".manifest", (path) => rmSync(path), { kind: "manifest" }],
  ["a forged manifest", ".manifest", forge, { kind: "manifest" }],
];

function truncate(path: string): void {
  chmodSync(path, 0o644);
  truncateSync(path, 1);
  chmodSync(path, 0o444);
}

function relink(path: string): void {
  rmSync(path);
  symlinkSync("pkg/__init__.py", path);
}

function forge(path: string): void {
  chmodSync(path, 0o644);
  writeFileSync(path, readFileSync(path, "utf8").replace("data.txt", "dato.txt"));
}

test.each(DAMAGE)("verify finds %s, and repair makes way", async (_, file, damage, found) => {
  const store = temporaryStore();
  const path = await addSample(store);
  for (const folder of ["", "/site", "/site/pkg"]) chmodSync(path + folder, 0o755);
  if (file !== ".manifest") chmodSync(`${path}/.manifest`, 0o444);
  damage(`${path}/${file}`);
  for (const folder of ["", "/site"]) chmodSync(path + folder, 0o555);
  if (!("kind" in found && found.kind === "mode")) chmodSync(`${path}/site/pkg`, 0o555);
  const { problems } = await store.verify();
  expect(problems).toEqual([expect.objectContaining(found)]);
  await store.repair([path]);
  expect(store.has(path)).toBe(false);
  expect(await addSample(store)).toBe(path);
  expect((await store.verify()).problems).toEqual([]);
});

async function addBytecode(store: Store, object: StorePath, name: string): Promise<void> {
  const from = store.temporary();
  writeFiles(from, { [`site/pkg/__pycache__/${name}`]: "code" });
  await store.addDerived([{ object, from }]);
}

test.each([false, true])("derived files come in and change nothing else (%s)", async (protect) => {
  const store = temporaryStore();
  const path = await addSample(store);
  if (protect) await store.protect([path]);
  await addBytecode(store, path, "__init__.cpython-311.pyc");
  await addBytecode(store, path, "__init__.cpython-312.pyc");
  await addBytecode(store, path, "__init__.cpython-312.pyc");
  expect(readdirSync(`${path}/site/pkg/__pycache__`)).toHaveLength(2);
  expect(statSync(`${path}/site/pkg/__pycache__`).mode & 0o777).toBe(0o555);
  expect((await store.verify()).problems).toEqual([]);
});

test("derived files come in from several handles of one process at once", async () => {
  const store = temporaryStore();
  const again = openStore(store.root, { derived: DERIVED });
  const path = await addSample(store);
  await store.protect([path]);
  const names = Array.from({ length: 24 }, (_, i) => `m${i}.cpython-311.pyc`);
  await Promise.all(names.map((name, i) => addBytecode(i % 2 === 0 ? store : again, path, name)));
  expect(readdirSync(`${path}/site/pkg/__pycache__`).toSorted()).toEqual(names.toSorted());
  expect(statSync(`${path}/site/pkg`).mode & 0o777).toBe(0o555);
  expect((await store.verify()).problems).toEqual([]);
});

test("only files that match the patterns are derived", async () => {
  const store = temporaryStore();
  const object = await addSample(store);
  const from = store.temporary();
  writeFiles(from, { "site/pkg/evil.py": "" });
  await expect(store.addDerived([{ object, from }])).rejects.toThrow("no derived file");
});

test("folders that a killed process left open are closed again", async () => {
  const store = temporaryStore();
  const path = await addSample(store);
  chmodSync(`${path}/site/pkg`, 0o755);
  const opened = { folders: [`${basename(path)}/site/pkg`, "../../etc"], immutable: [] };
  writeFileSync(`${store.root}/.opening`, JSON.stringify(opened));
  expect((await store.verify()).problems).toEqual([]);
  expect(statSync(`${path}/site/pkg`).mode & 0o777).toBe(0o555);
});

test.runIf(isRoot)(
  "root cannot change a protected object, and what is lifted is put back",
  async () => {
    const store = temporaryStore();
    const path = await addSample(store);
    const protection = await store.protect([path]);
    if (protection === "none") return;
    expect(() => rmSync(`${path}/site/pkg/data.txt`)).toThrow("EPERM");
    expect(() => writeFileSync(`${path}/site/new`, "")).toThrow("EPERM");
    expect(() => renameSync(path, `${path}x`)).toThrow("EPERM");
    await store.seal([path]);
    expect(() => writeFileSync(`${path}/site/pkg/data.txt`, "")).toThrow("EPERM");
    await addBytecode(store, path, "a.pyc");
    expect(() => writeFileSync(`${path}/site/pkg/new`, "")).toThrow("EPERM");
    expect((await store.collect()).removed).toEqual([basename(path)]);
    expect(store.has(path)).toBe(false);
  },
);

function registered(store: Store, objects: readonly StorePath[], root = store.root): string {
  const folder = `${temporaryFolder()}/generations`;
  writeFiles(folder, {
    "1/objects": formatObjectList(
      root,
      objects.map((path) => basename(path)),
    ),
  });
  store.registerRoot(folder);
  return folder;
}

test("collect keeps what roots list, and forgets roots that are gone or elsewhere", async () => {
  const store = temporaryStore();
  const [a, b, c, d] = await Promise.all(
    ["a", "b", "c", "d"].map((name) => addSample(store, name)),
  );
  registered(store, [a as StorePath]);
  const gone = registered(store, [b as StorePath]);
  rmSync(gone, { recursive: true });
  const elsewhere = registered(store, [c as StorePath], temporaryFolder());
  const dry = await store.collect({ keep: [d as StorePath], dryRun: true });
  expect(store.has(b as StorePath)).toBe(true);
  const result = await store.collect({ keep: [d as StorePath] });
  expect(result).toEqual(dry);
  expect(result.droppedRoots.toSorted()).toEqual([gone, elsewhere].toSorted());
  expect(await store.list()).toHaveLength(2);
  expect([a, d].every((path) => store.has(path as StorePath))).toBe(true);
  expect(store.roots()).toHaveLength(1);
});

test("collect keeps what a root asks for that was moved, until that is deleted", async () => {
  const store = temporaryStore();
  const object = await addSample(store);
  const folder = registered(store, [object]);
  store.registerRoot(folder, `${folder}/1/objects`);
  const moved = `${folder}-elsewhere`;
  renameSync(folder, moved);
  expect(await store.collect()).toMatchObject({ removed: [], droppedRoots: [] });
  store.registerRoot(moved, `${moved}/1/objects`);
  expect((await store.collect()).removed).toEqual([]);
  rmSync(moved, { recursive: true });
  expect(await store.collect()).toMatchObject({ removed: [basename(object)], kept: 0 });
  expect(store.roots()).toEqual([]);
});

test("collect does not count what the folders it is told to leave out list", async () => {
  const store = temporaryStore();
  const object = await addSample(store, "a");
  const folder = registered(store, [object]);
  expect((await store.collect({ dryRun: true })).removed).toEqual([]);
  const dry = await store.collect({ dryRun: true, without: [`${folder}/1`] });
  expect(dry.removed).toHaveLength(1);
});

test("a store that was moved as a whole is still whole, and its roots count", async () => {
  const store = temporaryStore();
  const path = await addSample(store);
  registered(store, [path]);
  await store.protect([path]);
  const moved = `${temporaryFolder()}/elsewhere`;
  renameSync(store.root, moved);
  const there = openStore(moved, { derived: DERIVED });
  expect((await there.verify()).problems).toEqual([]);
  expect(await there.collect()).toMatchObject({ removed: [], kept: 1 });
});

test("collect removes the rests of dead processes and spares those of live ones", async () => {
  const store = temporaryStore();
  const live = store.temporary();
  const dead = live.replace(/\.tmp-\d+\./, ".tmp-999999999.");
  mkdirSync(dead);
  mkdirSync(`${store.root}/.dead-x`);
  await store.collect();
  expect(readdirSync(store.root).filter((name) => /^\.(?:tmp|dead)/.test(name))).toEqual([
    basename(live),
  ]);
  store.discard(live);
  expect(readdirSync(store.root).some((name) => name.startsWith(".tmp"))).toBe(false);
});

test("waiting for the store ends with store-busy and names the process", async () => {
  const store = temporaryStore();
  const other = openStore(store.root);
  await other.shared(async () => {
    await expect(store.collect({ timeout: 50 })).rejects.toMatchObject({
      code: "store-busy",
      message: expect.stringContaining(String(process.pid)) as string,
    });
  });
  expect(await code(store.collect({ timeout: 50 }))).toBe("");
});

test.skipIf(isRoot)("a store that cannot be written is named", async () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o555);
  expect(await code(addSample(openStore(`${folder}/store`)))).toBe("store-not-writable");
});

test("a store on something that is no folder, or full, is named", async () => {
  const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
  const refused = Object.assign(new Error("read-only"), { code: "EROFS" });
  const store = temporaryStore();
  for (const [cause, expected] of [
    [full, "store-full"],
    [refused, "store-not-writable"],
  ] as const) {
    const adding = store.add(key("x"), () => {
      throw cause;
    });
    expect(await code(adding)).toBe(expected);
  }
  expect(readdirSync(store.root)).toEqual([]);
});

test("a store can be removed whole, protected or not", async () => {
  const store = temporaryStore();
  const path = await addSample(store);
  await store.protect([path]);
  await store.destroy();
  expect(statSync(store.root, { throwIfNoEntry: false })).toBeUndefined();
});

test("every error has its page", () => {
  expect(Object.keys(STORE_ERRORS)).toEqual(["store-full", "store-not-writable", "store-busy"]);
});
