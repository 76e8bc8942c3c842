import { expect, test } from "vitest";
import { normalizeFailure } from "../../src/crawl/normalize-failure.ts";

function normal(text: string): string {
  return normalizeFailure(text, {
    version: "1.2.3",
    paths: ["/data/.crawl/work/7-0", "/opt/python"],
    source: "/data/.crawl/work/7-0/work",
  });
}

test.each<[string, string, string]>([
  [
    "only the last error",
    "Traceback (most recent call last):\n  File \"setup.py\", line 3\nKeyError: 'a'\n\nDuring\nTypeError: no\n",
    "TypeError: no",
  ],
  ["lines after it belong to it", "a.b.OddError: x\n  hint\n", "a.b.OddError: x\n hint"],
  ["without an error: the last lines", "1\n2\n3\n4\n5\n6\n7\n", "3\n4\n5\n6\n7"],
  ["versions", "IOError: pkg-1.2.3/x", "IOError: pkg-#PKG_VER#/x"],
  [
    "folders",
    "IOError: /opt/python/a /data/.crawl/work/7-0/b /tmp/x1/c",
    "IOError: #TMP#/a #TMP#/b #TMP#/c",
  ],
  [
    "the source's folder, wherever it is",
    "IOError: /data/.crawl/work/7-0/work/pkg-1.2.3/README and /build/pkg-1.2.3/x",
    "IOError: /build/pkg-#PKG_VER#/README and /build/pkg-#PKG_VER#/x",
  ],
  ["many spaces are one", "E.Error: a   b\n    c", "E.Error: a b\n c"],
  ["Pythons and lines", "E.Error: python3.11 line 12", "E.Error: python#VER# line #NUM#"],
  ["only whole folders", "IOError: /opt/pythons/a", "IOError: /opt/pythons/a"],
  ["addresses", "TypeError: <f at 0x7f00aa>", "TypeError: <f at #ADDRESS#>"],
  ["store paths", `OSError: /nix/store/${"a1".repeat(16)}-x`, "OSError: /nix/store/#hash#-x"],
  ["no control characters", "ValueError: \u001b[31mred\u0007\r\nmore", "ValueError: [31mred\nmore"],
  ["nothing", "", ""],
])("%s", (_, text, expected) => {
  expect(normal(text)).toBe(expected);
});

test("no more than ninety lines of four hundred characters", () => {
  const lines = normal(`ValueError: ${"x\n".repeat(200)}`).split("\n");
  expect(lines).toHaveLength(90);
  expect(normal(`ValueError: ${"x".repeat(1000)}`)).toHaveLength(400);
});
