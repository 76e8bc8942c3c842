// The first update of an import, which has a date but no serials.
import { expect, test } from "vitest";
import { inspectFile } from "../../../src/index/snapshot/index.ts";
import { importDatabase } from "./database.ts";
import { NOW, serveSerials, type SerialIndex, update } from "./served-index.ts";

const COLLECTED = Date.parse("2023-09-07T21:12:01Z");
const HOUR = 3_600_000;
const PROJECTS = 600;
/** In the order of their serials; the data was collected when so many had had their last change. */
const OLD = 560;

function nameOf(i: number): string {
  return `p${i}`;
}

/** Every hour something changed; every eighth time it was no upload, and every twentieth project is empty. */
async function startMany(options: Parameters<typeof serveSerials>[0] = {}): Promise<{
  readonly path: string;
  readonly index: SerialIndex;
}> {
  const sdist = Object.fromEntries(
    Array.from({ length: PROJECTS }, (_, i) => [nameOf(i), { "1.0": { "39": {} } }]),
  );
  const { path } = await importDatabase({ sdist });
  const index = await serveSerials({ etag: false, ...options });
  for (let i = 0; i < PROJECTS; i++) {
    const changed = COLLECTED - 48 * HOUR + (i - OLD) * HOUR;
    const uploaded = new Date(i % 8 === 3 ? changed - 9000 * HOUR : changed).toISOString();
    const filename = `${nameOf(i)}-1.0.tar.gz`;
    index.set(nameOf(i), i % 20 === 7 ? [] : [{ filename, bytes: Buffer.from("x"), uploaded }]);
  }
  return { path, index };
}

function projectsAsked(index: SerialIndex): ReadonlySet<string> {
  return new Set(index.asked().flatMap((path) => /^\/simple\/(.+)\/$/.exec(path)?.[1] ?? []));
}

test("only what changed since the data was collected is asked for, whatever the change was", async () => {
  const { path, index } = await startMany();
  const result = await update(index, path, { maxRequests: 1000 });
  const asked = projectsAsked(index);
  for (let i = OLD; i < PROJECTS; i++) expect(asked).toContain(nameOf(i));
  expect(asked.size).toBeLessThan(120);
  expect(result.asked).toBeLessThan(PROJECTS - OLD + 20);
  expect(result).toMatchObject({ left: 0, removed: 0 });
  expect(await update(index, path)).toMatchObject({ requests: 1, asked: 0 });
});

test("what was found out is kept where requests were too few for all of it", async () => {
  const { path, index } = await startMany();
  const first = await update(index, path, { maxRequests: 80 });
  expect(first.left).toBeGreaterThan(0);
  const { serial = 0 } = inspectFile(`${path}.1`).facts;
  expect(serial).toBeGreaterThan(1000);
  expect(serial).toBeLessThanOrEqual(1000 + OLD * 7);
  const second = await update(index, path, { maxRequests: 80 });
  expect(second).toMatchObject({ left: 0, asked: first.left, requests: first.left + 1 });
});

test("with too few requests for finding it out, those that changed last are asked for", async () => {
  const { path, index } = await startMany();
  const result = await update(index, path, { maxRequests: 20 });
  expect(result.requests).toBe(20);
  expect(result.asked + result.left).toBe(PROJECTS);
  expect(projectsAsked(index)).toContain(nameOf(PROJECTS - 1));
  expect(inspectFile(`${path}.1`).facts.serial).toBeUndefined();
});

test("an index that gives no times is asked for everything", async () => {
  const { path, index } = await startMany({ times: false });
  const result = await update(index, path, { maxRequests: 200, now: NOW });
  expect(result.requests).toBe(200);
  expect(result.asked + result.left).toBe(PROJECTS);
});
