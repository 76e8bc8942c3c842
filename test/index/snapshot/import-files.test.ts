import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { normalizeName, silent } from "../../../src/base/index.ts";
import {
  importFiles,
  inspectFile,
  openFileIndex,
  verifyFile,
} from "../../../src/index/snapshot/index.ts";
import { importDatabase, temporaryFolder } from "./database.ts";

/** A checkout of nix-pypi-fetcher's data: buckets by their number. */
function writeFetcher(buckets: Readonly<Record<string, unknown>>, date = "1694121121"): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "pypi"));
  if (date !== "") writeFileSync(join(folder, "UNIX_TIMESTAMP"), date);
  for (const [number, bucket] of Object.entries(buckets)) {
    const text = typeof bucket === "string" ? bucket : JSON.stringify(bucket);
    writeFileSync(join(folder, "pypi", `${number}.json`), text);
  }
  return folder;
}

const FILES = "https://files.example/packages/";

function importFrom(source: string, output: string): ReturnType<typeof importFiles> {
  const filesUrl = async (): Promise<string> => FILES;
  return importFiles({ source, output, filesUrl, sourceName: "test", report: silent });
}

const HASH = "wGRaxS1/wEv+mOYo6fQB12cWQjKsfMTyHdlILOHE1Pc=";
const HEX = Buffer.from(HASH, "base64").toString("hex");

// As the data has them, of the second format (0d.json) and the first (02.json).
const SECOND = {
  aboutdir: {
    "1.0": {
      sdist: [HASH, "aboutdir-1.0.tar.gz"],
      wheels: { "aboutdir-1.0-py2-none-any.whl": [HASH, "2.7"] },
    },
    "1.1": { sdist: [HASH, "aboutdir-1.1.tar.gz"] },
  },
  a4shape: { "1.0.2": { sdist: [HASH, "A4Shape-1.0.2.tar.gz"] } },
};
const FIRST = {
  "alm.solrindex": {
    "1.0": { sha256: HEX, url: "47/6b/90ecbad4ce95a651ce9aa6c0ea83b19a/alm.solrindex-1.0.zip" },
  },
};

test("both formats: where a file is, and its hash", async () => {
  const { path } = await importDatabase({ sdist: { aboutdir: { "1.0": { "27": {} } } } });
  const result = await importFrom(writeFetcher({ "0d": SECOND, "02": FIRST }), `${path}.files`);
  expect(result).toMatchObject({ malformed: 0, counts: { projects: 3, files: 5 } });
  expect(inspectFile(`${path}.files`).facts).toMatchObject({
    kind: "files",
    date: 1_694_121_121_000,
  });
  const index = openFileIndex(path);
  const at = (name: string, version: string): unknown =>
    index.address(normalizeName(name), { kind: "sdist", filename: "", version });
  const source = `${path}.files`;
  expect(at("aboutdir", "1.1")).toEqual({
    filename: "aboutdir-1.1.tar.gz",
    version: "1.1",
    url: `${FILES}source/a/aboutdir/aboutdir-1.1.tar.gz`,
    sha256: HEX,
    source,
  });
  expect(at("alm-solrindex", "1.0")).toMatchObject({
    url: `${FILES}47/6b/90ecbad4ce95a651ce9aa6c0ea83b19a/alm.solrindex-1.0.zip`,
    sha256: HEX,
  });
  const wheel = {
    kind: "wheel",
    filename: "aboutdir-1.0-py2-none-any.whl",
    version: "1.0",
  } as const;
  expect(index.address(normalizeName("aboutdir"), wheel)).toMatchObject({
    url: `${FILES}2.7/a/aboutdir/aboutdir-1.0-py2-none-any.whl`,
  });
  expect(at("aboutdir", "9")).toBeUndefined();
  index.close();
  expect(verifyFile(path, silent).problems).toEqual([]);
});

test("malformed records are counted and left out; nothing leaves the files' server", async () => {
  const { path } = await importDatabase({ sdist: { good: { "1.0": { "39": {} } } } });
  const bad = {
    good: {
      "1.0": { sdist: [HASH, "good-1.0.tar.gz"], wheels: { "../x.whl": [HASH, "py3"] } },
      "2.0": { sdist: ["short", "good-2.0.tar.gz"] },
      "3.0": { sdist: [HASH, "../../elsewhere.tar.gz"] },
      "4.0": { sha256: HEX, url: "//evil.example/good-4.0.tar.gz" },
      "5.0": { sha256: HEX, url: "aa/../../good-5.0.tar.gz" },
      "6.0": { wheels: { "good-6.0-py3-none-any.whl": [HASH, "../.."] } },
      "7.0": 7,
    },
    "-bad-": {},
  };
  const source = writeFetcher({ "00": bad, "01": "{", "02": "[]" });
  const result = await importFrom(source, `${path}.files`);
  expect(result).toMatchObject({ malformed: 10, counts: { projects: 1, files: 1 } });
});

test.each([
  ["no such data", () => temporaryFolder()],
  ["no date", () => writeFetcher({ "00": SECOND }, "")],
])("index-import-source: %s", async (_, source) => {
  await expect(importFrom(source(), join(temporaryFolder(), "x"))).rejects.toMatchObject({
    code: "index-import-source",
  });
});
