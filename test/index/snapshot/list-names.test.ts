import { expect, test } from "vitest";
import { listNames, showProject } from "../../../src/index/snapshot/index.ts";
import { normalizeName } from "../../../src/base/index.ts";
import { importDatabase, SMALL } from "./database.ts";
import { serveSerials, update } from "./served-index.ts";

test("the names of an index and of its deltas, each once, without what is gone", async () => {
  const { path } = await importDatabase(SMALL);
  const before = listNames(path);
  expect(before).toEqual([...new Set(before)].sort());
  for (const name of before) expect(showProject(path, normalizeName(name))).not.toEqual([]);
  const index = await serveSerials();
  const [removed = "", ...kept] = before;
  for (const name of kept)
    index.set(name, [{ filename: `${name.replace("-", "_")}-9.0-py3-none-any.whl` }]);
  index.set("brand-new", [{ filename: "brand_new-1.0-py3-none-any.whl" }]);
  await update(index, path);
  expect(showProject(path, normalizeName(removed))).toEqual([]);
  expect(listNames(path)).toEqual([...kept, "brand-new"].sort());
});
