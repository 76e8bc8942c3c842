import { describe, expect, test } from "vitest";
import { joinErrors, UserError, type UserErrorOptions } from "../../src/base/index.ts";
import { asUserError } from "../../src/cli/as-user-error.ts";
import { errorDocument, errorText, placeText } from "../../src/cli/show-error.ts";

const FILE = ["numpy==1.0", "\tpandas ==x # bad", `${"a".repeat(300)}?${"b".repeat(300)}`].join(
  "\n",
);

function error(message: string, options: UserErrorOptions = {}): UserError {
  return new UserError("some-code", 2, message, options);
}

function shown(one: UserError, { color = false, debug = false } = {}): string {
  return errorText(one, {
    color,
    debug,
    readFile: (path) => (path === "r.txt" ? FILE : undefined),
  });
}

describe("an error for people", () => {
  test("message, place, line, mark, hint, and where to read more", () => {
    const place = { file: "r.txt", line: 2, column: 9 };
    expect(shown(error("expected a version", { place, hint: "write ==1.0" }))).toBe(
      [
        "error: expected a version [some-code]",
        "  at r.txt:2:9",
        "  2 |  pandas ==x # bad",
        "              ^",
        "  hint: write ==1.0",
        "More about it: mach-nix explain some-code",
        "",
      ].join("\n"),
    );
  });

  test("of a long line the part around the place is shown", () => {
    const text = shown(error("odd", { place: { file: "r.txt", line: 3, column: 301 } }));
    const [line = "", mark = ""] = text.split("\n").slice(2);
    expect(line.length).toBeLessThan(120);
    expect(line[mark.indexOf("^")]).toBe("?");
  });

  test.each([
    [{ file: "gone.txt", line: 1, column: 1 }],
    [{ file: "r.txt", line: 99 }],
    [{ file: "r.txt" }],
    [{ package: "numpy", url: "https://example.org/" }],
  ])("%j: no line to show is no trouble", (place) => {
    expect(shown(error("odd", { place })).split("\n")).toHaveLength(4);
  });

  test("a column beyond the line marks its end", () => {
    const text = shown(error("odd", { place: { file: "r.txt", line: 1, column: 500 } }));
    expect(text.split("\n")[3]?.length).toBe("  1 | numpy==1.0".length + 1);
  });

  test("all errors of a run are shown", () => {
    const joined = joinErrors([error("one"), error("two", { hint: "h" }), error("three")]);
    const text = shown(joined);
    for (const word of ["error: one", "error: two", "hint: h", "error: three", "3 errors"]) {
      expect(text).toContain(word);
    }
  });

  test("what controls a terminal is made harmless", () => {
    const text = shown(
      error("bad \u001b[2J \u202e name", { hint: "\u0007", place: { file: "\u001b]0;x" } }),
    );
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).toContain("\\u001b[2J");
  });

  test("color only where asked for, stack only with --debug", () => {
    const plain = shown(error("odd"));
    expect(plain).not.toContain("\u001b[");
    expect(shown(error("odd"), { color: true })).toContain("\u001b[31m");
    const debug = shown(error("odd", { cause: new Error("deep") }), { debug: true });
    expect(debug).toMatch(/^ +at .*show-error\.test/m);
    expect(debug).toContain("caused by: Error: deep");
    expect(plain).not.toMatch(/^ +at .*show-error\.test/m);
  });
});

test("an error for programs", () => {
  const joined = joinErrors([
    error("one", { place: { file: "r.txt" }, facts: { a: 1 } }),
    error("two"),
  ]);
  const document: unknown = JSON.parse(JSON.stringify(errorDocument(joined, { debug: false })));
  expect(document).toEqual({
    code: "some-code",
    message: "one",
    exit: 2,
    place: { file: "r.txt" },
    facts: { a: 1 },
    related: [{ code: "some-code", message: "two", exit: 2, facts: {}, related: [] }],
  });
  expect(errorDocument(joined, { debug: true })).toHaveProperty("stack");
});

test.each([
  [{}, ""],
  [{ file: "a" }, "a"],
  [{ file: "a", line: 1 }, "a:1"],
  [{ file: "a", line: 1, column: 2 }, "a:1:2"],
  [{ package: "p", url: "u" }, "p, u"],
])("the place %j is written %j", (place, text) => {
  expect(placeText(place)).toBe(text);
});

describe("whatever was thrown", () => {
  test.each([
    ["ENOSPC", "make room"],
    ["EACCES", "who owns"],
    ["EROFS", "read-only"],
    ["EMFILE", "open files"],
  ])("the system's %s is a system-error with a hint", (code, hint) => {
    const thrown = Object.assign(new Error(`${code}: refused, open '/x'`), {
      code,
      syscall: "open",
      path: "/x",
    });
    const shown = asUserError(thrown);
    expect(shown).toMatchObject({ code: "system-error", exit: 1, place: { file: "/x" } });
    expect(shown.hint).toContain(hint);
  });

  test("an odd system code has no hint out of a prototype", () => {
    const thrown = Object.assign(new Error("x"), { code: "constructor", syscall: "open" });
    expect(asUserError(thrown).hint).toBeUndefined();
  });

  test.each([[new TypeError("x is not a function")], ["a text"], [undefined], [null]])(
    "%s is an internal-error",
    (thrown) => {
      expect(asUserError(thrown)).toMatchObject({ code: "internal-error", exit: 70 });
    },
  );

  test("an error for users stays itself", () => {
    const one = error("one");
    expect(asUserError(one)).toBe(one);
  });
});
