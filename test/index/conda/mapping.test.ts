import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { readMapping } from "../../../src/index/conda/index.ts";
import { scratch } from "../../http/servers.ts";
import { sharedConda } from "./serve-channel.ts";

function write(content: string | Uint8Array): string {
  const path = join(scratch(), "mapping.json");
  writeFileSync(path, content);
  return path;
}

const TEXT = '{"pytorch": ["torch"], "graphviz": null, "tables": "pytables", "__proto__": ["x"]}';

test.each([
  ["plain", TEXT],
  ["compressed", zstdCompressSync(TEXT)],
])("a mapping, %s", (_, content) => {
  const table = readMapping(write(content));
  expect(Object.entries(table)).toEqual([
    ["pytorch", ["torch"]],
    ["graphviz", []],
    ["tables", ["pytables"]],
    ["__proto__", ["x"]],
  ]);
});

test.each(["", "[]", "null", '{"a": 1}', '{"a": ["b c"]}', '{"a": [["b"]]}'])(
  "%j is no mapping",
  (content) => {
    expect(() => readMapping(write(content))).toThrow(
      expect.objectContaining({ code: "mapping-invalid" }),
    );
  },
);

test("a file that is not there", () => {
  expect(() => readMapping(join(scratch(), "none"))).toThrow(
    expect.objectContaining({ code: "mapping-invalid" }),
  );
});

test.skipIf(sharedConda() === undefined)("the mapping of a real channel", () => {
  const table = readMapping(join(sharedConda() as string, "mapping/conda-forge.json.zst"));
  expect(Object.keys(table).length).toBeGreaterThan(10_000);
  expect(table["pytorch"]).toEqual(["torch"]);
  expect(table["_go_select"]).toEqual([]);
});
