// Activation of environments with conda packages, in every shell that is here.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../src/base/index.ts";
import { unpackCondaPackage } from "../../src/build/index.ts";
import { createEnvironment } from "../../src/environment/index.ts";
import { openStore } from "../../src/store/index.ts";
import { condaJob, type MadeConda } from "../build/make-conda.ts";
import { DERIVED, removeForced } from "../store/fixture.ts";
import { somePython } from "./fixture.ts";

const scratch = mkdtempSync(join(tmpdir(), "mach-nix-active-"));
afterAll(() => removeForced(scratch));
const store = openStore(join(scratch, "store"), { derived: DERIVED });

const VARIABLES = {
  GREETING: `it's $HOME "you"! \\ ok`,
  BEFORE: "changed",
  PATH: "/never",
  "no-name": "x",
};

/** A shell, how it is started without settings, and how it says things. */
interface Shell {
  readonly start: readonly string[];
  readonly file: string;
  readonly ending: string;
  /** Reads its program from standard input. */
  readonly input?: boolean;
}

/** What programs see, in any shell. */
const SHOW = `sh -c 'printf "%s\\n" "$CONDA_PREFIX|\${ACT-none}|$BEFORE|\${GREETING-none}|\${FROM_FILE-none}|\${N-none}|\${PATH%%:*}"'`;

const sh = (...start: string[]): Shell => ({
  start,
  file: "activate",
  ending: "sh",
});
const csh = (name: string): Shell => ({
  start: [name, "-f"],
  file: "activate.csh",
  ending: "csh",
  input: true,
});
const SHELLS: readonly Shell[] = [
  sh("bash", "--norc", "-c"),
  sh("dash", "-c"),
  sh("zsh", "-f", "-c"),
  sh("ksh", "-c"),
  {
    start: ["fish", "--no-config", "-c"],
    file: "activate.fish",
    ending: "fish",
  },
  csh("tcsh"),
  csh("csh"),
];
const here = SHELLS.filter(
  ({ start, input }) =>
    spawnSync(start[0] as string, [input === true ? "-fc" : "-c", "true"]).status === 0,
);

function run({ start, input = false }: Shell, lines: readonly string[]): string[] {
  const [name = "", ...words] = start;
  const code = `${lines.join("\n")}\n`;
  const { stdout, stderr } = spawnSync(name, input ? words : [...words, code], {
    encoding: "utf8",
    cwd: "/",
    ...(input ? { input: code } : {}),
    env: { PATH: "/usr/bin:/bin", HOME: "/home/me", TERM: "dumb", BEFORE: "as it was", PS1: "$ " },
  });
  expect(stderr).toBe("");
  return stdout.split("\n").slice(0, -1);
}

const scripts = (name: string): MadeConda => ({
  name,
  files: Object.fromEntries(
    [
      ["sh", 'export ACT="ACT$CONDA_PREFIX"', "unset ACT"],
      ["csh", 'setenv ACT "ACT$CONDA_PREFIX:q"', "unsetenv ACT"],
      ["fish", 'set -gx ACT "ACT$CONDA_PREFIX"', "set -e ACT"],
    ].flatMap(([ending, on = "", off = ""]) => [
      [`etc/conda/activate.d/${name} it's.${ending}`, on.replace("ACT$", `${name}$`)],
      [`etc/conda/deactivate.d/${name}.${ending}`, off],
    ]),
  ),
});

const notes: string[] = [];

async function make(name: string, packages: readonly MadeConda[]): Promise<string> {
  const condaObjects = [];
  for (const one of packages) condaObjects.push(await unpackCondaPackage(condaJob(one), store));
  const directory = join(scratch, name);
  await createEnvironment({
    directory,
    interpreter: await somePython(),
    store,
    objects: [],
    condaObjects,
    conda: { variables: packages.length > 1 ? VARIABLES : {} },
    source: "lock",
    report: (event: ProgressEvent) => void (event.kind === "note" && notes.push(event.message)),
  });
  return directory;
}

let one = "";
let two = "";
let plain = "";
beforeAll(async () => {
  const variables = '{"FROM_FILE": "1", "PATH": "/x", "a b": "2", "N": 3}';
  const files = { "etc/conda/env_vars.d/z.json": variables };
  one = await make("one env", [scripts("first"), { name: "vars", files }]);
  two = await make("two", [scripts("second")]);
  plain = await make("plain", []);
}, 60_000);

describe.each(here.map((shell) => [shell.start[0] as string, shell] as const))("%s", (_, shell) => {
  const on = (directory: string): string => `${source()} "${directory}/bin/${shell.file}"`;
  const source = (): string => (shell.file === "activate" ? "." : "source");
  const gone = "|none|as it was|none|none|none|/usr/bin";

  test("does what packages ask for, and undoes it", () => {
    const lines = run(shell, [on(one), SHOW, "deactivate", SHOW]);
    expect(lines[0]).toBe(`${one}|first${one}|changed|${VARIABLES.GREETING}|1|3|${one}/bin`);
    expect(lines[1]).toBe(gone);
  });

  test("undoes one environment before another", () => {
    const lines = run(shell, [
      on(one),
      on(two),
      SHOW,
      on(plain),
      SHOW,
      on(one),
      "deactivate",
      SHOW,
    ]);
    expect(lines[0]).toBe(`${two}|second${two}|as it was|none|none|none|${two}/bin`);
    expect(lines[1]).toBe(`|none|as it was|none|none|none|${plain}/bin`);
    expect(lines[2]).toBe(gone);
  });
});

test("variables alone, without conda packages", async () => {
  const directory = join(scratch, "variables");
  await createEnvironment({
    directory,
    interpreter: await somePython(),
    store,
    objects: [],
    conda: { variables: { GREETING: "hello" } },
    source: "lock",
  });
  for (const shell of here) {
    const source = shell.file === "activate" ? "." : "source";
    const on = `${source} "${directory}/bin/${shell.file}"`;
    const [first, last] = run(shell, [on, SHOW, "deactivate", SHOW]);
    expect(first).toBe(`|none|as it was|hello|none|none|${directory}/bin`);
    expect(last).toBe("|none|as it was|none|none|none|/usr/bin");
  }
});

test("what cannot be set is told, and conda's own file of variables has all of them", () => {
  expect(notes).toContain(
    'activation cannot set these variables, and leaves them alone: "PATH", "a b", "no-name"',
  );
  expect(JSON.parse(readFileSync(join(one, "conda-meta/state"), "utf8"))).toEqual({
    version: 1,
    env_vars: VARIABLES,
  });
});
