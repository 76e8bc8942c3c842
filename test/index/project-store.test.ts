import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { metadataKey, packMetadata } from "../../src/index/metadata-records.ts";
import { openProjectStore, type ProjectStore } from "../../src/index/project-store.ts";
import { groupReleases, type Release } from "../../src/index/release-files.ts";
import type { FileRecord } from "../../src/index/index.ts";
import { scratch } from "../http/servers.ts";
import { named } from "./simple-server.ts";

const demo = named("demo");

function releases(count: number): Release[] {
  const files = Array.from({ length: count }, (_, i) => ({
    filename: `demo-${i}.0-py3-none-any.whl`,
    url: `https://files.test/ab/demo-${i}.0-py3-none-any.whl`,
    yanked: false as const,
    uploadTime: 1000 + i,
  }));
  return groupReleases(files, demo);
}

function filled(count = 3): { store: ProjectStore; path: string; folder: string } {
  const folder = scratch();
  const store = openProjectStore(folder, (error) => {
    throw error;
  });
  store.save(demo, { fetchedAt: 5, url: "https://index.test/", releases: releases(count) });
  return { store, folder, path: join(folder, "demo.pkg") };
}

function file(version: number): FileRecord {
  return releases(version + 1)[0]?.files[0] as FileRecord;
}

const metadata = { requiresDist: ["a", "b >= 1"], extras: ["x"] };

test("metadata survives a new listing", () => {
  const { store } = filled();
  const kept = store.open(demo);
  if (kept === undefined) throw new Error("not kept");
  store.saveMetadata(demo, kept, { file: file(1), metadata });
  store.save(demo, { fetchedAt: 6, url: "https://index.test/", releases: releases(4) });
  const again = store.open(demo);
  expect(again?.head.versions).toEqual(["3.0", "2.0", "1.0", "0.0"]);
  expect(again?.metadata(metadataKey(file(1)))).toEqual(metadata);
});

test("a torn record is passed over, those after it are read", () => {
  const { store, path } = filled();
  const torn = packMetadata(metadataKey(file(0)), metadata);
  appendFileSync(path, torn.subarray(0, torn.length - 3));
  appendFileSync(path, packMetadata(metadataKey(file(2)), metadata));
  const kept = store.open(demo);
  expect(kept?.metadata(metadataKey(file(0)))).toBeUndefined();
  expect(kept?.metadata(metadataKey(file(2)))).toEqual(metadata);
});

test.each([0, 7, 31, 40, 90])("a file cut after %i bytes is none", (length) => {
  const { store, path } = filled();
  truncateSync(path, length);
  expect(store.open(demo)).toBeUndefined();
});

test("a file without its last listed bytes is none", () => {
  const { store, path } = filled(200);
  truncateSync(path, statSync(path).size - 1);
  expect(store.open(demo)).toBeUndefined();
});

test("foreign bytes are none", () => {
  const { store, path } = filled();
  writeFileSync(path, "hello".repeat(1000));
  expect(store.open(demo)).toBeUndefined();
});

test("the fetch time is renewed in place, but not on another listing", () => {
  const { store, path } = filled();
  const kept = store.open(demo);
  if (kept === undefined) throw new Error("not kept");
  store.touch(demo, kept, 9);
  expect(store.open(demo)?.head.fetchedAt).toBe(9);
  store.save(demo, { fetchedAt: 10, url: "https://index.test/", releases: releases(4) });
  store.touch(demo, kept, 99);
  expect(store.open(demo)?.head.fetchedAt).toBe(10);
  expect(readFileSync(path).subarray(0, 8).toString("latin1")).toBe("mn-pkg2\n");
});

test("processes that write at once lose nothing", async () => {
  const { store, folder } = filled(100);
  const script = join(import.meta.dirname, "store-child.ts");
  const children = [0, 1, 2].map((id) => run(script, [folder, String(id)]));
  expect(await Promise.all(children)).toEqual([0, 0, 0]);
  const kept = store.open(demo);
  expect(kept?.head.versions.length).toBe(100);
  for (let i = 0; i < 90; i++) {
    expect(kept?.metadata(metadataKey(file(i))), `record ${i}`).toEqual(metadata);
  }
});

function run(script: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve) => child.on("exit", resolve));
}
