import { describe, expect, test } from "vitest";
import { readPipConfiguration, type PipConfiguration } from "../../src/index/index.ts";

function read(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  platform = "linux",
): PipConfiguration {
  return readPipConfiguration({
    env,
    home: "/home/u",
    platform,
    readFile: (path) => files[path],
  });
}

const USER = "/home/u/.config/pip/pip.conf";

describe("which file wins", () => {
  test.each<
    readonly [string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, string]
  >([
    [
      "the user's over the machine's",
      { "/etc/pip.conf": "https://etc.test", [USER]: "https://user.test" },
      {},
      "https://user.test",
    ],
    [
      "the new user place over the old",
      { "/home/u/.pip/pip.conf": "https://old.test", [USER]: "https://user.test" },
      {},
      "https://user.test",
    ],
    [
      "the environment's over the user's",
      { [USER]: "https://user.test", "/venv/pip.conf": "https://venv.test" },
      { VIRTUAL_ENV: "/venv" },
      "https://venv.test",
    ],
    [
      "a named one over all, without the user's",
      { [USER]: "https://user.test", "/named": "https://named.test" },
      { PIP_CONFIG_FILE: "/named" },
      "https://named.test",
    ],
    [
      "a variable over every file",
      { [USER]: "https://user.test" },
      { PIP_INDEX_URL: "https://variable.test" },
      "https://variable.test",
    ],
    [
      "not an empty variable",
      { [USER]: "https://user.test" },
      { PIP_INDEX_URL: "" },
      "https://user.test",
    ],
    [
      "XDG_CONFIG_HOME's",
      { "/x/pip/pip.conf": "https://x.test" },
      { XDG_CONFIG_HOME: "/x" },
      "https://x.test",
    ],
  ])("%s", (_, urls, env, expected) => {
    const files = Object.fromEntries(
      Object.entries(urls).map(([path, url]) => [path, `[global]\nindex-url = ${url}\n`]),
    );
    expect(read(files, env).indexUrl).toBe(expected);
  });

  test("none where PIP_CONFIG_FILE is /dev/null", () => {
    const files = { [USER]: "[global]\nindex-url = https://user.test\n" };
    expect(read(files, { PIP_CONFIG_FILE: "/dev/null" })).toMatchObject({ files: [] });
  });

  test("[install] over [global], whichever file it is in", () => {
    const files = {
      "/etc/pip.conf": "[install]\nindex-url = https://install.test\n",
      [USER]: "[global]\nindex-url = https://user.test\n[download]\nindex-url = https://no.test\n",
    };
    expect(read(files)).toMatchObject({
      indexUrl: "https://install.test",
      files: ["/etc/pip.conf", USER],
    });
  });

  test.each([
    ["darwin", "/Library/Application Support/pip/pip.conf"],
    ["darwin", "/home/u/Library/Application Support/pip/pip.conf"],
    ["darwin", USER],
  ])("on %s: %s", (platform, path) => {
    const files = { [path]: "[global]\nindex-url = https://here.test\n" };
    expect(read(files, {}, platform).indexUrl).toBe("https://here.test");
  });
});

test("lists are split at white space, over lines too", () => {
  const text =
    "[global]\nextra-index-url =\n    https://a.test\n    # between\n    https://b.test https://c.test\n";
  expect(read({ [USER]: text }).extraIndexUrls).toEqual([
    "https://a.test",
    "https://b.test",
    "https://c.test",
  ]);
});

test("a key named __proto__ is only a key", () => {
  read({ [USER]: "[__proto__]\n__proto__ = 1\n[global]\n__proto__ = 1\n" });
  expect(Object.keys({}.constructor.prototype as object)).toEqual([]);
});

describe("what is refused", () => {
  test.each<readonly [string, string, number]>([
    ["a line before a section", "index-url = x\n", 1],
    ["a line that is neither", "[global]\nhello\n", 2],
    ["a section twice", "[global]\n[install]\n[global]\n", 3],
    ["a key twice", "[global]\nindex-url = a\nindex_url = b\n", 3],
  ])("%s", (_, text, line) => {
    const expected = { code: "index-pip-configuration", exit: 2, place: { file: USER, line } };
    expect(() => read({ [USER]: text })).toThrow(expect.objectContaining(expected));
  });

  test.each([
    ["PIP_NO_INDEX", "perhaps"],
    ["PIP_RETRIES", "many"],
    ["PIP_DEFAULT_TIMEOUT", "-1"],
  ])("%s=%s", (name, value) => {
    const expected = { code: "index-pip-configuration", place: { file: name } };
    expect(() => read({}, { [name]: value })).toThrow(expect.objectContaining(expected));
  });
});
