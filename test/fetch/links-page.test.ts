import { expect, test } from "vitest";
import { htmlLinks, jsonLinks, projectPage } from "../../src/fetch/links-page.ts";

const HASH = "ab".repeat(32);

const HTML: [string, unknown[]][] = [
  [`<a href="f/a.whl#sha256=${HASH}">a</a>`, [{ filename: "a.whl", url: "f/a.whl", sha256: HASH }]],
  [`<A data-x="1"\n HREF='a%2B1.whl?x=/y'>`, [{ filename: "a+1.whl", url: "a%2B1.whl?x=/y" }]],
  ["<a href=a.whl>", [{ filename: "a.whl", url: "a.whl" }]],
  ['<a href="x?a=1&amp;b=2">', [{ filename: "x", url: "x?a=1&b=2" }]],
  ['<a href="../up/">x</a><a>y</a><abbr href="z">', []],
  ['<a href="%zz">', []],
  [`<a href="a.whl#sha256=short">`, [{ filename: "a.whl", url: "a.whl" }]],
  ['<a data-requires-python=">=3.7" href="a.whl">', [{ filename: "a.whl", url: "a.whl" }]],
  ['<a = "x" href = "a.whl" href="b.whl"/>', [{ filename: "a.whl", url: "a.whl" }]],
  ['<a href="unclosed>', []],
  ["<a href=", []],
  ["", []],
];

test.each(HTML)("links of %j", (page, expected) => {
  expect(htmlLinks(page)).toEqual(expected);
});

test("a hostile page takes no long time", () => {
  const started = performance.now();
  for (const piece of ["<a ", '<a href="', "<a href='", "<a =", '<a x="y" ', "<a   ", "<A"]) {
    htmlLinks(piece.repeat(100_000));
    htmlLinks(`${piece.repeat(100_000)}>`);
  }
  expect(performance.now() - started).toBeLessThan(3000);
});

test.each(["", "[]", "null", '{"files":{}}', "{"])("no links in %j", (text) => {
  expect(jsonLinks(text)).toEqual([]);
});

test.each([
  ["some_thing-1.0-py3-none-any.whl", "http://h/simple/some-thing/"],
  ["Some.Thing-1.0.tar.gz", "http://h/simple/some-thing/"],
  ["a-b-1.0.zip", "http://h/simple/a-b/"],
])("the page of %s", (filename, page) => {
  expect(projectPage("http://h/simple", filename)).toBe(page);
  expect(projectPage("http://h/simple/", filename)).toBe(page);
});
