import { describe, expect, test } from "vitest";
import { normalizeName } from "../../src/base/index.ts";
import { groupReleases, splitFilename } from "../../src/index/release-files.ts";
import { readSimpleAnswer, type SimpleAnswer } from "../../src/index/simple-answer.ts";

const HASH = "a".repeat(64);
const url = "https://index.test/simple/demo/";
const name = normalizeName("demo");

function html(body: string): SimpleAnswer {
  return readSimpleAnswer(Buffer.from(body), {
    name,
    url,
    contentType: "text/html; charset=utf-8",
  });
}

function json(files: unknown, more: object = {}): SimpleAnswer {
  const body = JSON.stringify({ meta: { "api-version": "1.1" }, name: "demo", files, ...more });
  const contentType = "application/vnd.pypi.simple.v1+json";
  return readSimpleAnswer(Buffer.from(body), { name, url, contentType });
}

describe("HTML", () => {
  test.each<readonly [string, string, object]>([
    [
      "a relative URL",
      `<a href="../../f/demo-1.0.tar.gz#sha256=${HASH}">x</a>`,
      { filename: "demo-1.0.tar.gz", url: "https://index.test/f/demo-1.0.tar.gz", sha256: HASH },
    ],
    [
      "attributes in any case and quoting",
      `<A class=x HREF='demo-1-py3-none-any.whl' Data-Requires-Python='&gt;=3.8, &lt;4'>x</A>`,
      {
        requiresPython: ">=3.8, <4",
        url: "https://index.test/simple/demo/demo-1-py3-none-any.whl",
      },
    ],
    ["an attribute without a value", `<a data-yanked href=demo-1.tar.gz>x</a>`, { yanked: "" }],
    [
      "a reason",
      `<a data-yanked="bad &#x26; worse" href=demo-1.tar.gz>`,
      { yanked: "bad & worse" },
    ],
    [
      "the former name of metadata",
      `<a href=demo-1.tar.gz data-dist-info-metadata="sha256=${HASH}">`,
      { coreMetadata: HASH },
    ],
    [
      "metadata without a hash",
      `<a href=demo-1.tar.gz data-core-metadata=true>`,
      { coreMetadata: true },
    ],
    [
      "a base",
      `<base href="https://files.test/x/"><a href="demo-1.tar.gz">`,
      { url: "https://files.test/x/demo-1.tar.gz" },
    ],
    [
      "an escaped name",
      `<a href="demo-1%2Bcpu-py3-none-any.whl">`,
      { filename: "demo-1+cpu-py3-none-any.whl" },
    ],
    [
      "credentials, left out",
      `<a href="https://u:p@f.test/demo-1.zip">`,
      { url: "https://f.test/demo-1.zip" },
    ],
  ])("%s", (_, body, expected) => {
    expect(html(body).files).toEqual([expect.objectContaining(expected)]);
  });

  test.each<readonly [string, string]>([
    ["a comment", `<!-- <a href="demo-1.tar.gz"> -->`],
    ["a script", `<script>"<a href='demo-1.tar.gz'>"</script>`],
    ["another kind of file", `<a href="demo-1.exe">`],
    ["another scheme", `<a href="javascript:demo-1.tar.gz">`],
    ["a local file", `<a href="file:///etc/demo-1.tar.gz">`],
    ["a path in the name", `<a href="..%2fdemo-1.tar.gz">`],
    ["no URL", `<a name="demo-1.tar.gz">`],
    ["an unclosed tag", `<a href="demo-1.tar.gz`],
    ["another tag", `<article href="demo-1.tar.gz">`],
  ])("%s is no file", (_, body) => {
    const { files } = html(body);
    expect(files.filter(({ filename }) => splitFilename(filename, name) !== undefined)).toEqual(
      body.endsWith("gz") ? files : [],
    );
  });

  test("a megabyte of open tags is read in a moment", () => {
    const began = performance.now();
    for (const part of ["<a ", "<", "<a href=", '<a b="', "&#", "<!--"]) html(part.repeat(200_000));
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

describe("JSON", () => {
  const file = { filename: "demo-1.tar.gz", url: "demo-1.tar.gz", hashes: { sha256: HASH } };
  test.each<readonly [string, object, object]>([
    ["the least", file, { yanked: false, sha256: HASH, url: `${url}demo-1.tar.gz` }],
    [
      "size and time",
      { ...file, size: 5, "upload-time": "2024-01-01T00:00:00.5Z" },
      { size: 5, uploadTime: 1704067200500 },
    ],
    ["a reason", { ...file, yanked: "why" }, { yanked: "why" }],
    ["yanked without one", { ...file, yanked: true }, { yanked: "" }],
    [
      "metadata with a hash",
      { ...file, "core-metadata": { sha256: HASH } },
      { coreMetadata: HASH },
    ],
    [
      "metadata by its former name",
      { ...file, "dist-info-metadata": true },
      { coreMetadata: true },
    ],
    ["an upper-case hash", { ...file, hashes: { sha256: "A".repeat(64) } }, { sha256: HASH }],
    [
      "a hash in the URL",
      { ...file, hashes: {}, url: `demo-1.tar.gz#sha256=${HASH}` },
      { sha256: HASH },
    ],
  ])("%s", (_, entry, expected) => {
    expect(json([entry]).files).toEqual([expect.objectContaining(expected)]);
  });

  test.each<readonly [string, unknown]>([
    ["null", null],
    ["a text", "demo-1.tar.gz"],
    ["no name", { url: "x" }],
    ["no URL", { filename: "demo-1.tar.gz" }],
    ["another scheme", { ...file, url: "data:text/plain,x" }],
    ["a local file", { ...file, url: "file:///etc/passwd" }],
    ["a path as name", { ...file, filename: "../demo-1.tar.gz" }],
    ["a name with a newline", { ...file, filename: "demo-1\n.tar.gz" }],
    ["a URL that is none", { ...file, url: "https://" }],
  ])("%s is passed over", (_, entry) => {
    const answer = json([entry, file]);
    expect(answer.files.length).toBe(1);
    expect(answer.passedOver.length).toBe(1);
  });

  test("values of wrong types count as absent", () => {
    const odd = {
      ...file,
      size: -1,
      "upload-time": 7,
      "requires-python": 3,
      yanked: 1,
      hashes: "x",
    };
    expect(json([odd]).files).toEqual([
      { filename: "demo-1.tar.gz", url: `${url}demo-1.tar.gz`, yanked: false },
    ]);
  });

  test("tracks are read", () => {
    const meta = { "api-version": "1.3", tracks: ["https://other.test/simple/demo/", 1] };
    expect(json([], { meta }).tracks).toEqual(["https://other.test/simple/demo/"]);
  });

  test("a member named __proto__ changes nothing", () => {
    const body = `{"name":"demo","files":[],"__proto__":{"polluted":true}}`;
    const contentType = "application/json";
    readSimpleAnswer(Buffer.from(body), { name, url, contentType });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("file names", () => {
  test.each<readonly [string, string, string | undefined]>([
    ["demo-1.0-py3-none-any.whl", "demo", "1.0"],
    ["Demo_Pkg-1.0-1-py3-none-any.whl", "demo-pkg", "1.0"],
    ["demo-1.0-x-py3-none-any.whl", "demo", undefined],
    ["other-1.0-py3-none-any.whl", "demo", undefined],
    ["demo-1.0-py3-none.whl", "demo", undefined],
    ["demo--py3-none-any.whl", "demo", undefined],
    ["demo-1.0.tar.gz", "demo", "1.0"],
    ["demo-pkg-1.0.zip", "demo-pkg", "1.0"],
    ["demo-pkg-1.0.zip", "demo", "pkg-1.0"],
    ["demo.pkg-1.0.tar.bz2", "demo-pkg", "1.0"],
    ["demo-1.0.exe", "demo", undefined],
    ["demo-1.0-py2.7.egg", "demo", undefined],
  ])("%s of %s", (filename, project, version) => {
    expect(splitFilename(filename, normalizeName(project))?.version).toBe(version);
  });

  test("spellings of a version are one release, the newest first", () => {
    const files = [
      "demo-1.0.tar.gz",
      "demo-1.0.0-py3-none-any.whl",
      "demo-1.0rc1.zip",
      "demo-x.zip",
      "demo-2.tar.gz",
      "demo-1.0+l.zip",
    ];
    const listed = files.map((filename) => ({ filename, url: filename, yanked: false as const }));
    const releases = groupReleases([...listed, ...listed], name);
    expect(releases.map(({ version, files: own }) => [version, own.length])).toEqual([
      ["2", 1],
      ["1.0+l", 1],
      ["1.0.0", 2],
      ["1.0rc1", 1],
    ]);
  });
});
