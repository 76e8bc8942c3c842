// Law: whoever is alone with the store is alone, whoever shares it excludes only those, and a killed
// process holds nothing. With real processes.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openStore } from "../../src/store/index.ts";
import { key, temporaryFolder, writeFiles } from "../store/fixture.ts";

const DOOR = new URL("../../src/store/index.ts", import.meta.url).href;

function start(code: string): ChildProcess {
  const script = `const { openStore } = await import(${JSON.stringify(DOOR)});
    const fs = await import("node:fs");
    const { setTimeout: sleep } = await import("node:timers/promises");
    ${code}`;
  return spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("close", resolve));
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition() && Date.now() < deadline) await sleep(5);
  expect(condition()).toBe(true);
}

/** Notes in one file, appended in order: `+s1`, `-s1`, `+x2`, `-x2`. */
function checkLog(log: string): void {
  const inside = new Set<string>();
  for (const entry of log.trim().split("\n")) {
    const who = entry.slice(1);
    if (entry.startsWith("+")) inside.add(who);
    else inside.delete(who);
    const alone = [...inside].some((name) => name.startsWith("x"));
    expect(alone && inside.size > 1, `${entry}: ${[...inside].join(" ")}`).toBe(false);
  }
}

test("shared and alone exclude each other among processes", async () => {
  const folder = temporaryFolder();
  const root = `${folder}/store`;
  const log = `${folder}/log`;
  writeFileSync(log, "");
  const worker = (kind: "s" | "x", number: number): ChildProcess =>
    start(`const store = openStore(${JSON.stringify(root)});
      const note = (text) => fs.appendFileSync(${JSON.stringify(log)}, text + "\\n");
      for (let i = 0; i < 12; i++) {
        const name = "${kind}${number}." + i;
        if ("${kind}" === "s")
          await store.shared(async () => { note("+" + name); await sleep(Math.random() * 8); note("-" + name); });
        else {
          // Between the two notes the store is held alone by collect.
          store.registerRoot("/nowhere/" + name);
          await store.collect({ report: (event) => { if (event.kind === "start") note("+" + name); if (event.kind === "end") note("-" + name); } });
        }
      }`);
  const children = [worker("s", 1), worker("s", 2), worker("x", 3), worker("x", 4)];
  expect(await Promise.all(children.map(ended))).toEqual([0, 0, 0, 0]);
  const text = readFileSync(log, "utf8");
  expect(text.trim().split("\n")).toHaveLength(4 * 12 * 2);
  checkLog(text);
  expect(readdirSync(`${root}/.locks`)).toEqual([]);
}, 60_000);

test("a killed process leaves no lock and no half object", async () => {
  const folder = temporaryFolder();
  const store = openStore(`${folder}/store`);
  const ready = `${folder}/ready`;
  const child = start(`const store = openStore(${JSON.stringify(store.root)});
    await store.shared(() => store.add(${JSON.stringify(key("victim"))}, async (folder) => {
      fs.writeFileSync(folder + "/half", "x");
      fs.writeFileSync(${JSON.stringify(ready)}, "");
      await sleep(60000);
    }));`);
  await until(() => existsSync(ready));
  child.kill("SIGKILL");
  await ended(child);
  expect(store.has(store.path(key("victim")))).toBe(false);
  await store.collect({ timeout: 5000 });
  expect(readdirSync(store.root).filter((name) => name.startsWith(".tmp"))).toEqual([]);
  const path = await store.add(key("victim"), (made) => writeFiles(made, { whole: "x" }));
  expect((await store.verify()).problems).toEqual([]);
  expect(store.has(path)).toBe(true);
});

test("several processes that add the same objects end with whole ones", async () => {
  const folder = temporaryFolder();
  const root = `${folder}/store`;
  const children = Array.from({ length: 3 }, () =>
    start(`const store = openStore(${JSON.stringify(root)});
      for (let i = 0; i < 30; i++)
        await store.add({ name: "o" + i, version: "1", inputs: {} }, (folder) => {
          fs.mkdirSync(folder + "/a"); fs.writeFileSync(folder + "/a/b", "text " + i);
        });`),
  );
  expect(await Promise.all(children.map(ended))).toEqual([0, 0, 0]);
  expect(await openStore(root).verify()).toMatchObject({ objects: 30, files: 60, problems: [] });
  expect(readdirSync(root).filter((name) => name.startsWith("."))).toEqual([
    ".locks",
    ".locks-derived",
  ]);
});
