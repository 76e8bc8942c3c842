import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import {
  chooseIndexFile,
  compactIndexFile,
  diffIndexFiles,
  exportIndexFile,
  importIndexFile,
  indexInfo,
  openSession,
  type ProjectChange,
  type Session,
  showIndexed,
  updateIndexFile,
  verifyIndexFile,
} from "../../src/project/index.ts";
import { serveSerials } from "../index/snapshot/served-index.ts";
import { SMALL, temporaryFolder, writeDatabase } from "../index/snapshot/database.ts";

function sessionIn(cwd: string, indexFile?: string): Session {
  const options = indexFile === undefined ? {} : { indexFile };
  return openSession({ env: { HOME: cwd }, cwd, options, report: silent, now: () => 0 });
}

test("an index is made, and asked by the name that --index gives", async () => {
  const cwd = temporaryFolder();
  const source = writeDatabase(SMALL);
  const made = await importIndexFile(sessionIn(cwd), {
    source,
    output: "pypi.index",
    date: "2020-01-02",
  });
  expect(made.path).toBe(join(cwd, "pypi.index"));
  const session = sessionIn(cwd, "pypi.index");
  const { facts } = await indexInfo(session);
  expect(new Date(facts.date).toISOString()).toBe("2020-01-02T23:59:59.000Z");
  expect(await verifyIndexFile(session)).toMatchObject({ problems: [] });
  expect(await showIndexed(session, { name: "NumPy" })).toMatchObject([{ name: "numpy" }]);
  await expect(showIndexed(session, { name: "absent" })).rejects.toMatchObject({
    code: "index-unknown-project",
  });
  await expect(indexInfo(sessionIn(cwd))).rejects.toMatchObject({ code: "project-no-index" });
});

test("an index is exported, imported again, and compared", async () => {
  const cwd = temporaryFolder();
  const session = sessionIn(cwd, "a.index");
  const source = writeDatabase(SMALL);
  await importIndexFile(session, { source, output: "a.index" });
  const exported = await exportIndexFile(session, { directory: "data" });
  expect(exported).toMatchObject({ directory: join(cwd, "data"), projects: 5 });
  writeDatabase({ sdist: { six: { "1.17.0": { "39": {} } } } }, { folder: join(cwd, "data") });
  await importIndexFile(session, { source: "data", output: "b.index" });
  const changes = diffIndexFiles(session, { before: "a.index", after: "b.index" });
  const all: ProjectChange[] = [];
  for await (const change of changes) all.push(change);
  expect(all.find(({ name }) => name === "six")).toEqual({
    name: "six",
    kind: "changed",
    addedVersions: ["1.17.0"],
    removedVersions: ["1.16.0"],
    changedVersions: [],
  });
});

test("an index file is remembered until it is forgotten, and gives way to --index-url", async () => {
  const cwd = temporaryFolder();
  const session = sessionIn(cwd);
  await importIndexFile(session, { source: writeDatabase(SMALL), output: "a.index" });
  expect(await chooseIndexFile(session, "a.index")).toBe(join(cwd, "a.index"));
  expect((await indexInfo(session)).path).toBe(join(cwd, "a.index"));
  const elsewhere = { ...session, options: { indexUrl: "http://127.0.0.1:9/simple" } };
  await expect(indexInfo(elsewhere)).rejects.toMatchObject({ code: "project-no-index" });
  await expect(chooseIndexFile(session, "absent")).rejects.toMatchObject({
    code: "index-file-missing",
  });
  expect(await chooseIndexFile(session, undefined)).toBeUndefined();
  await expect(indexInfo(session)).rejects.toMatchObject({ code: "project-no-index" });
});

test("an index is updated for the packages of a file, and made one again", async () => {
  const cwd = temporaryFolder();
  await importIndexFile(sessionIn(cwd), { source: writeDatabase(SMALL), output: "a.index" });
  const index = await serveSerials();
  index.set("six", [{ filename: "six-1.17.0-py3-none-any.whl", requires: ["numpy"] }]);
  const options = { indexFile: "a.index", indexUrl: index.url };
  const session: Session = {
    ...sessionIn(cwd),
    env: { HOME: cwd, PIP_CONFIG_FILE: "/dev/null" },
    options,
    now: () => Date.UTC(2024, 0, 1),
  };
  await expect(updateIndexFile(session, { packages: "absent.txt" })).rejects.toMatchObject({
    code: "project-input-missing",
  });
  writeFileSync(join(cwd, "packages.txt"), "Six>=1.0  # the only one\nabsent==3\n");
  const updated = await updateIndexFile(session, { packages: "packages.txt" });
  expect(updated).toMatchObject({ path: join(cwd, "a.index.1"), asked: 2, changed: 1 });
  expect(await indexInfo(session)).toMatchObject({ deltas: [{ facts: { kind: "delta" } }] });
  expect(await indexInfo(session, "a.index.1")).toMatchObject({ facts: { kind: "delta" } });
  const again = await updateIndexFile(session, { names: ["six"], maxRequests: 1 });
  expect(again).toMatchObject({ requests: 1, changed: 0 });
  const compacted = await compactIndexFile(session, {});
  expect(compacted).toMatchObject({ path: join(cwd, "a.index"), deltas: 1 });
  expect((await showIndexed(session, { name: "six" }))[0]?.wheels[0]?.version).toBe("1.17.0");
  const unknown = { ...session, options: { ...options, noIndex: true } };
  await expect(updateIndexFile(unknown, {})).rejects.toMatchObject({ code: "project-no-index" });
});
