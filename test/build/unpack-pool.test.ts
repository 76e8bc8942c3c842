import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type ProgressEvent, UserError } from "../../src/base/index.ts";
import { openUnpackPool, readWheelObject, type WheelJob } from "../../src/build/index.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { makeScratch } from "./make-wheel.ts";

const scratch = makeScratch();
afterAll(() => scratch.remove());

let stores = 0;
function newStore(): Store {
  return openStore(join(scratch.folder, `store${(stores += 1)}`));
}

function jobs(count: number, bytes: number): WheelJob[] {
  return Array.from({ length: count }, (_, i) =>
    scratch.job({
      name: `pkg${i}`,
      files: { [`pkg${i}/__init__.py`]: `x = ${i}\n`, [`pkg${i}/data`]: randomBytes(bytes, i) },
    }),
  );
}

function randomBytes(length: number, seed: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => (i * 2654435761 + seed * 97) >>> 13));
}

test("threads unpack what is worth it", async () => {
  const store = newStore();
  const events: ProgressEvent[] = [];
  const pool = openUnpackPool({ store, total: 12, report: (event) => events.push(event) });
  const all = jobs(12, 100_000);
  const paths = await Promise.all(all.map((job) => pool.add(job)));
  await pool.close();
  expect(paths.map((path) => readWheelObject(path).name)).toEqual(all.map((_, i) => `pkg${i}`));
  expect((await store.verify()).problems).toEqual([]);
  expect(events.map(({ kind }) => kind)).toEqual(["start", ...all.map(() => "progress"), "end"]);
});

test.each([0, 1])("%d threads", async (threads) => {
  const pool = openUnpackPool({ store: newStore(), threads });
  const paths = await Promise.all(jobs(3, 300_000).map((job) => pool.add(job)));
  await pool.close();
  expect(paths.length).toBe(3);
});

test("an error comes whole out of a thread, and the others go on", async () => {
  const pool = openUnpackPool({ store: newStore() });
  const [good, bad] = jobs(2, 600_000) as [WheelJob, WheelJob];
  const bytes = readFileSync(bad.path);
  bytes[3000] = (bytes[3000] as number) ^ 1;
  writeFileSync(bad.path, bytes);
  const results = await Promise.allSettled([pool.add(bad), pool.add(good)]);
  await pool.close();
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  const { reason } = results[0] as PromiseRejectedResult;
  expect(reason).toBeInstanceOf(UserError);
  expect(reason).toMatchObject({ exit: 4, place: { file: bad.filename } });
});

test("a file that is not there is an error of the system, from a thread as well", async () => {
  const pool = openUnpackPool({ store: newStore() });
  const job = { ...(jobs(1, 10)[0] as WheelJob), path: join(scratch.folder, "gone") };
  await expect(pool.add({ ...job, size: 1 })).rejects.toThrow(/ENOENT/);
  await expect(pool.add({ ...job, size: 2 ** 30 })).rejects.toThrow(/ENOENT/);
  await pool.close();
});

test("what is there already is not unpacked again", async () => {
  const store = newStore();
  const [job] = jobs(1, 10) as [WheelJob];
  const pool = openUnpackPool({ store });
  const first = await pool.add(job);
  expect(await pool.add({ ...job, path: "/gone" })).toBe(first);
  await pool.close();
  await expect(pool.add(job)).rejects.toThrow(/closed/);
});
