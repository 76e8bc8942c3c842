import { expect, test } from "vitest";
import { normalizeName, type ProgressEvent } from "../../src/base/index.ts";
import type { PackageIndex } from "../../src/index/index.ts";
import { reportIndex } from "../../src/project/report-index.ts";

function indexOf(local: readonly string[]): PackageIndex {
  return {
    project: (name) => (local.includes(name) ? undefined : Promise.resolve(undefined)),
    metadata: () => ({ failure: "none" }),
    prefetch: () => undefined,
    close: () => undefined,
  };
}

test("projects that had to be waited for are told, with start and end", async () => {
  const events: ProgressEvent[] = [];
  const index = reportIndex(indexOf(["six"]), (event) => events.push(event));
  void index.project(normalizeName("six"));
  await index.project(normalizeName("Flask"));
  await index.project(normalizeName("click"));
  index.close();
  expect(events).toEqual([
    { kind: "start", phase: "resolve", unit: "items" },
    { kind: "progress", phase: "resolve", done: 1, item: "flask" },
    { kind: "progress", phase: "resolve", done: 2, item: "click" },
    { kind: "end", phase: "resolve", done: 2 },
  ]);
});

test("nothing is told where all is local", () => {
  const events: ProgressEvent[] = [];
  const index = reportIndex(indexOf(["six"]), (event) => events.push(event));
  expect(index.project(normalizeName("six"))).toBeUndefined();
  index.close();
  expect(events).toEqual([]);
});
