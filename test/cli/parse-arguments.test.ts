import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { findCommand } from "../../src/cli/find-command.ts";
import { GLOBAL_OPTIONS, RESOLVE_OPTIONS } from "../../src/cli/global-options.ts";
import { parseArguments } from "../../src/cli/parse-arguments.ts";
import { globalOptions, lockRequest } from "../../src/cli/requests.ts";
import type { CommandSpec, Given } from "../../src/cli/types.ts";

const SPEC: CommandSpec = {
  description: [],
  operands: [
    { name: "DIR", required: false },
    { name: "MORE", required: false },
  ],
  options: RESOLVE_OPTIONS,
  examples: [{ line: "mach-nix x DIR", says: "example" }],
};

function parse(words: readonly string[], spec: CommandSpec = SPEC): Given {
  return parseArguments(words, { spec, global: GLOBAL_OPTIONS, name: "x" });
}

function refusal(words: readonly string[]): { code: string; hint: string } {
  try {
    parse(words);
  } catch (error) {
    return error as { code: string; hint: string };
  }
  throw new Error("accepted");
}

test.each<[string[], Record<string, string[]>, string[]]>([
  [["a", "-r", "f", "b"], { requirement: ["f"] }, ["a", "b"]],
  [["-rf", "--requirement=g", "-r=h"], { requirement: ["f", "g", "h"] }, []],
  [["-qr", "f"], { quiet: [""], requirement: ["f"] }, []],
  [["--upgrade", "a"], { upgrade: [""] }, ["a"]],
  [["--upgrade=a", "--upgrade=b"], { upgrade: ["a", "b"] }, []],
  [["--", "-r", "--json"], {}, ["-r", "--json"]],
  [["-p", "a", "--", "-"], { package: ["a"] }, ["-"]],
  [["--date=2026", "--date=2026"], { date: ["2026"] }, []],
  [["--index-url=--odd"], { "index-url": ["--odd"] }, []],
])("%j", (words, options, operands) => {
  const given = parse(words);
  expect(Object.fromEntries(given.options)).toEqual(options);
  expect(given.operands).toEqual(operands);
});

test("of another program's words none is taken", () => {
  const spec: CommandSpec = { ...SPEC, passthrough: true };
  expect(parse(["-p", "a", "python", "-q", "--json"], spec).operands).toEqual([
    "python",
    "-q",
    "--json",
  ]);
  expect(parse(["-p", "a", "--", "python", "--", "-q"], spec).operands).toEqual([
    "python",
    "--",
    "-q",
  ]);
});

test.each([
  [["--requiremnt", "f"], "usage-unknown-option", "did you mean --requirement?"],
  [["-x"], "usage-unknown-option", "--help"],
  [["--zzzzzzzz"], "usage-unknown-option", "--help"],
  [["-r"], "usage-missing-value", "write -r FILE"],
  [["-r", "--json"], "usage-missing-value", "write --requirement=--json"],
  [["a", "b", "c"], "usage-extra-operand", "for example: mach-nix x DIR"],
  [["--json=1"], "usage-unexpected-value", "write just --json"],
])("%j is refused: %s", (words, code, hint) => {
  const error = refusal(words);
  expect(error.code).toBe(code);
  expect(error.hint).toContain(hint);
});

test("an empty value is a missing one", () => {
  expect(refusal(["--date="]).code).toBe("usage-missing-value");
});

describe("finding the command", () => {
  const values = [...GLOBAL_OPTIONS, ...RESOLVE_OPTIONS];
  function find(words: string[]): [string | undefined, readonly string[]] {
    const { entry, words: rest } = findCommand(words, { commands: COMMANDS, values });
    return [entry?.name, rest];
  }

  test.each<[string[], string | undefined, string[]]>([
    [["env", "DIR"], "env", ["DIR"]],
    [["--cache-dir", "lock", "env", "DIR"], "env", ["--cache-dir", "lock", "DIR"]],
    [["--cache-dir=lock", "env"], "env", ["--cache-dir=lock"]],
    [["-i", "lock", "store", "gc", "-q"], "store gc", ["-i", "lock", "-q"]],
    [["--upgrade", "lock"], "lock", ["--upgrade"]],
    [["help", "store", "gc"], "store gc", ["--help"]],
    [["--json", "help"], undefined, ["--help"]],
    [["--", "env"], undefined, ["--", "env"]],
    [[], undefined, []],
  ])("%j", (words, name, rest) => {
    expect(find(words)).toEqual([name, rest]);
  });

  test.each([
    ["evn", "did you mean mach-nix env?"],
    ["snyc", "did you mean mach-nix sync?"],
    ["explian", "did you mean mach-nix explain?"],
    ["pyhton", "did you mean mach-nix python"],
    ["quux", "mach-nix --help"],
    ["store", "mach-nix store verify, mach-nix store gc"],
  ])("%s", (word, hint) => {
    expect(() => find([word])).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(hint) }),
    );
  });
});

describe("options become requests", () => {
  test("of a lock", () => {
    const given = parse([
      "-r",
      "a",
      "-p",
      "b",
      "-c",
      "d",
      "--extra",
      "e",
      "--group=f",
      "--date=2026-11-01",
      "--upgrade=g",
    ]);
    expect(lockRequest(given)).toEqual({
      inputs: ["a"],
      packages: ["b"],
      constraints: ["d"],
      extras: ["e"],
      groups: ["f"],
      date: "2026-11-01",
      upgrade: ["g"],
    });
    expect(lockRequest(parse(["--upgrade", "--upgrade=g"])).upgrade).toBe(true);
  });

  test("of providers", () => {
    const { providers } = lockRequest(
      parse(["--providers=wheel,sdist", "--providers", "numpy=sdist"]),
    );
    expect({ ...providers }).toEqual({ _default: ["wheel", "sdist"], numpy: ["sdist"] });
    expect(() => lockRequest(parse(["--providers=wheel,,sdist"]))).toThrow("--providers cannot be");
  });

  test("of every command", () => {
    const given = parse([
      "--offline",
      "--cache-dir=c",
      "-i",
      "u",
      "--extra-index-url=v",
      "-f",
      "w",
      "--no-index",
      "--sandbox=landlock",
    ]);
    expect(globalOptions(given)).toEqual({
      cacheDirectory: "c",
      indexUrl: "u",
      extraIndexUrls: ["v"],
      findLinks: ["w"],
      noIndex: true,
      indexLive: false,
      offline: true,
      sandbox: "landlock",
      unsafeNoSandbox: false,
    });
  });
});
