import { describe, expect, test } from "vitest";
import type { PackageName } from "../../src/base/index.ts";
import { addToText, namesInText, removeFromText } from "../../src/project/edit-text.ts";
import { parseRequirement } from "../../src/requirement/index.ts";

function added(text: string, ...lines: readonly string[]): string {
  return addToText(
    text,
    lines.map((line) => parseRequirement(line)),
  ).text;
}

describe("adding", () => {
  test.each([
    ["an empty file", "", ["a"], "a\n"],
    ["the end", "# head\nb\n", ["a", "c>1"], "# head\nb\na\nc>1\n"],
    ["no newline at the end", "b", ["a"], "b\na\n"],
    ["Windows' line endings", "b\r\n", ["a"], "b\r\na\r\n"],
    ["a line that goes on in nothing", "b \\\n", ["a"], "b \\\n\na\n"],
    ["the same name", "# 1\nA_B==1  # why\nc\n", ["a-b>=2"], "# 1\na-b>=2  # why\nc\n"],
    ["several lines", "a==1 \\\n    --hash=sha256:" + "0".repeat(64) + "\nb\n", ["a"], "a\nb\n"],
    ["two of the name", "a; python_version<'3'\nb\na>1 # x\n", ["a"], "a\nb\n"],
    [
      "includes and options",
      "-r x.txt\n-i https://a.example\na\n",
      ["b"],
      "-r x.txt\n-i https://a.example\na\nb\n",
    ],
    ["a name in a comment", "# a\n", ["a"], "# a\na\n"],
    ["a byte order mark", "\uFEFFa\r\nb\r\n", ["b>1"], "\uFEFFa\r\nb>1\r\n"],
    ["an editable", "-e git+https://a.example/x#egg=a\n", ["a"], "a\n"],
    ["a URL", "a @ https://a.example/a-1-py3-none-any.whl#sha256=00\n", ["a"], "a\n"],
  ])("%s", (_, text, lines, expected) => {
    expect(added(text, ...lines)).toBe(expected);
  });

  test("says what it found", () => {
    const { found } = addToText("a\n", [parseRequirement("A"), parseRequirement("b")]);
    expect(found).toEqual(["a"]);
  });
});

describe("removing", () => {
  test.each([
    ["a line", "# 1\na  # gone\n# 2\nb\n", "# 1\n# 2\nb\n"],
    ["all lines of the name", "a<1\nb\nA\n", "b\n"],
    ["joined lines", "a \\\n >1\nb", "b"],
    ["the last line", "b\na", "b\n"],
    ["nothing", "b\n", "b\n"],
    ["a broken line stays", "a b c\nb\n", "a b c\nb\n"],
  ])("%s", (_, text, expected) => {
    expect(removeFromText(text, ["a" as PackageName]).text).toBe(expected);
  });
});

test("the names of a file's own requirements", () => {
  expect(namesInText("a\n-r b.txt\n# c\nD[x]>1\n")).toEqual(["a", "d"]);
});
