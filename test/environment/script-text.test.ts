import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { entryPointScript, isEntryPoint, pythonScript } from "../../src/environment/script-text.ts";
import { temporaryFolder } from "../store/fixture.ts";
import { somePython } from "./fixture.ts";

async function run(script: Buffer | string, ...args: string[]): Promise<string> {
  const folder = temporaryFolder();
  const { path } = await somePython();
  symlinkSync(path, `${folder}/python`);
  writeFileSync(`${folder}/script`, script);
  chmodSync(`${folder}/script`, 0o755);
  return execFileSync(`${folder}/script`, args, { encoding: "utf8", cwd: "/" }).trim();
}

test.each<[string, string | Buffer, string]>([
  ["options of its first line", "#!python -s -E\nimport sys; print(sys.flags.no_user_site)", "1"],
  ["no newline at all", "#!python", ""],
  ["a gui's name", "#!pythonw\nprint('gui')", "gui"],
  ["Windows line ends", "#!python\r\nprint('crlf')\r\n", "crlf"],
  [
    "a future import",
    "#!python\nfrom __future__ import annotations\nprint(annotations.compiler_flag > 0)",
    "True",
  ],
  [
    "its coding",
    Buffer.concat([
      Buffer.from("#!python\n# -*- coding: latin-1 -*-\nprint(len('"),
      Buffer.from([0xe9]),
      Buffer.from("'))\n"),
    ]),
    "1",
  ],
  ["triple quotes of its own", "#!python\n'''doc'''\nprint('''a\nb''')", "a\nb"],
])("a script of .data/scripts keeps %s", async (_, source, printed) => {
  expect(await run(pythonScript(Buffer.from(source)))).toBe(printed);
});

test("options that are no options are left out, as code could be in them", () => {
  const text = pythonScript(Buffer.from("#!python $(touch /tmp/x) -s;id ''' -E\n")).toString();
  expect(text).toContain('/python" -E "$0"');
});

test("an entry point's script ends with what it returns, and passes all arguments", async () => {
  const point = {
    name: "x",
    module: "json.encoder",
    attribute: "JSONEncoder.item_separator.strip",
  };
  await expect(run(entryPointScript({ ...point, gui: false }))).rejects.toThrow("Command failed");
  const clean = { name: "x", module: "os", attribute: "getpid.__self__.getcwd", gui: false };
  await expect(run(entryPointScript(clean), "a b")).rejects.toThrow("/\n");
});

test.each([
  ["a.b", "c.d", true],
  ["a", "_x1", true],
  ["é.ñ", "ü", true],
  ["a;b", "c", false],
  ["a", "c()", false],
  ["a", "c\nd", false],
  ["", "c", false],
  ["a..b", "c", false],
  ["1a", "c", false],
])("module %j, attribute %j: %s", (module, attribute, expected) => {
  expect(isEntryPoint({ name: "x", module, attribute, gui: false })).toBe(expected);
});
