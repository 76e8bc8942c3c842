import { expect, test } from "vitest";
import { parseEntryPoints } from "../../src/build/entry-points.ts";

function read(text: string): string[] {
  return parseEntryPoints(text).map(
    ({ name, module, attribute, gui }) => `${name} > ${module}:${attribute}${gui ? " gui" : ""}`,
  );
}

test.each<[string, string, string[]]>([
  ["nothing", "", []],
  ["spaces or none", "[console_scripts]\na=m:f\nb =  m.n : f.g \n", ["a > m:f", "b > m.n:f.g"]],
  [
    "case and odd names",
    "[console_scripts]\nA.b-c_d = m:f\na b = m:f",
    ["A.b-c_d > m:f", "a b > m:f"],
  ],
  ["extras", "[console_scripts]\na = m:f [x, y]", ["a > m:f"]],
  ["both groups", "[gui_scripts]\na = m:f\n[console_scripts]\nb = m:f", ["a > m:f gui", "b > m:f"]],
  ["comments", "# c\n[console_scripts]\n; d\na = m:f\n  # e\n", ["a > m:f"]],
  ["indented as a whole", "  [console_scripts]\n  a = m:f\n  b = m:f\n", ["a > m:f", "b > m:f"]],
  ["CRLF", "[console_scripts]\r\na = m:f\r\n", ["a > m:f"]],
  ["the same twice", "[console_scripts]\na = m:f\n[gui_scripts]\na = m:f", ["a > m:f"]],
  ["a letter of any script", "[console_scripts]\na = mé:ñ", ["a > mé:ñ"]],
  ["other groups with anything in them", "[x]\n../../a = ; rm -rf\n  more\nno equals", []],
  ["__proto__", "[__proto__]\na = b\n[console_scripts]\n__proto__ = m:f", ["__proto__ > m:f"]],
])("reads %s", (_, text, expected) => {
  expect(read(text)).toEqual(expected);
});

test.each([
  ["a slash", "a/b = m:f"],
  ["a backslash", "a\\b = m:f"],
  ["..", ".. = m:f"],
  ["no name", " = m:f"],
  ["a control character", "a\u0001 = m:f"],
  ["a name of 300 bytes", `${"a".repeat(300)} = m:f`],
  ["no attribute", "a = m"],
  ["code", "a = m:f(); import os"],
  ["a line that goes on", "a = m:f\n   import os"],
  ["no =", "a"],
  ["a module that is none", "a = m-n:f"],
  ["relative module", "a = .m:f"],
])("refuses %s", (_, line) => {
  expect(() => read(`[console_scripts]\n${line}\n`)).toThrow(/entry_points\.txt/);
});

test("long lines are read in time that grows with their length", () => {
  const long = `a = ${"a.".repeat(200_000)}`;
  const begin = performance.now();
  expect(() => read(`[console_scripts]\n${long}`)).toThrow(/entry_points\.txt/);
  expect(performance.now() - begin).toBeLessThan(2000);
});
