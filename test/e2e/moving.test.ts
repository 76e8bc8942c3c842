// Environments that are moved, copied, linked to, and entered from every shell.
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { LOCAL_ENVIRONMENT, type LocalIndex, release, serveLocalIndex } from "./local-index.ts";
import {
  hasCommand,
  LAUNCHER,
  newUser,
  type Ran,
  runProgram,
  scratch,
  startProgram,
  type User,
} from "./program.ts";

const NOBODY = 65534;
/** Paths that a script which quotes too little does not survive. */
const STRANGE = `it's "quoted" & $HOME (é)`;

const APP = release("app", "1.0", {
  requires: ["lib"],
  files: {
    "app/cli.py":
      "import sys, lib\ndef main():\n    print('app', lib.VERSION, sys.prefix, *sys.argv[1:])\n",
    "app-1.0.data/scripts/plain.py": "#!python\nimport lib, sys\nprint('plain', sys.prefix)\n",
    "app-1.0.data/scripts/shell.sh": "#!/bin/sh\necho shell\n",
  },
  entryPoints: "[console_scripts]\napp = app.cli:main\n",
});

let index: LocalIndex;
let user: User;
let folder: string;

beforeAll(async () => {
  index = await serveLocalIndex(APP, release("lib", "1.0"));
  user = newUser("moving");
  folder = scratch("moving");
});

async function run(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ran> {
  return user.start(words, { cwd: folder, env: { ...LOCAL_ENVIRONMENT, ...env } });
}

/** Makes an environment with `app` in a folder of its own. */
async function makeEnvironment(
  directory: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  const ran = await run(["env", directory, "-i", index.url, "-p", "app"], env);
  expect(ran.status, ran.stderr).toBe(0);
  return directory;
}

/** Python and the scripts of `bin` run, and are of this place. */
function expectWorks(directory: string, env: Readonly<Record<string, string>> = user.env): void {
  const start = (name: string, ...words: string[]): Ran =>
    runProgram(join(directory, "bin", name), words, { env });
  const code = "import app, lib, sys; print(sys.prefix, sys.prefix != sys.base_prefix)";
  expect(start("python", "-c", code)).toMatchObject({ stdout: `${directory} True\n`, status: 0 });
  expect(start("app", "a b", "c")).toMatchObject({ stdout: `app 1.0 ${directory} a b c\n` });
  expect(start("plain.py")).toMatchObject({ stdout: `plain ${directory}\n` });
  expect(start("shell.sh")).toMatchObject({ stdout: "shell\n" });
  expect(start("python", "-m", "app.cli").status).toBe(0);
}

describe("the directory moved", () => {
  test.each(["elsewhere", STRANGE, "a\ttab", "-dash", "deep/er/and/deeper"])(
    "to %j",
    async (to) => {
      const from = await makeEnvironment(join(scratch("from"), "env"));
      expectWorks(from);
      const target = join(scratch("to"), to);
      mkdirSync(join(target, ".."), { recursive: true });
      renameSync(from, target);
      expectWorks(target);
      const synced = await run(["sync", target, "--offline"]);
      expect(synced.status, synced.stderr).toBe(0);
      expectWorks(target);
    },
  );

  test("made at a strange place in the first place", async () => {
    expectWorks(await makeEnvironment(join(scratch("made"), STRANGE)));
  });

  test("after sync, its objects are safe from collection", async () => {
    const from = await makeEnvironment(join(scratch("from"), "env"));
    const to = join(scratch("to"), "env");
    renameSync(from, to);
    expect((await run(["sync", to, "--offline"])).status).toBe(0);
    expect((await run(["store", "gc"])).status).toBe(0);
    expectWorks(to);
  });

  test("a link to a script, and a link to that link, from a folder on PATH", async () => {
    const directory = await makeEnvironment(join(scratch("linked"), STRANGE));
    const bin = join(user.home, ".local", "bin");
    mkdirSync(bin, { recursive: true });
    symlinkSync(join(directory, "bin", "app"), join(bin, "app-link"));
    symlinkSync("app-link", join(bin, "app-link-link"));
    const env = { ...user.env, PATH: `${bin}:${user.env["PATH"]}` };
    for (const name of ["app-link", "app-link-link"]) {
      const ran = runProgram("sh", ["-c", `${name} x`], { env, cwd: "/" });
      expect(ran).toMatchObject({ stdout: `app 1.0 ${directory} x\n`, status: 0 });
    }
    symlinkSync(directory, join(folder, "env-link"));
    expect(runProgram(join(folder, "env-link", "bin", "app"), [], { env }).status).toBe(0);
  });
});

describe("the whole store moved", () => {
  test("sync makes the environment work again, from what is there", async () => {
    const home = join(scratch("home"), "mach-nix");
    const directory = await makeEnvironment(join(scratch("store"), "env"), { MACH_NIX_HOME: home });
    expectWorks(directory);
    const elsewhere = join(scratch("elsewhere"), STRANGE);
    renameSync(home, elsewhere);
    expect(runProgram(join(directory, "bin", "python"), ["-c", "import app"], {}).status).toBe(1);
    const synced = await run(["sync", directory, "--offline", "--json"], {
      MACH_NIX_HOME: elsewhere,
    });
    expect(synced.status, synced.stderr).toBe(0);
    expect(JSON.parse(synced.stdout)).toMatchObject({ added: 0, changed: true });
    expectWorks(directory);
    expect((await run(["store", "verify"], { MACH_NIX_HOME: elsewhere })).status).toBe(0);
    expect((await run(["store", "gc"], { MACH_NIX_HOME: elsewhere })).status).toBe(0);
    expectWorks(directory);
  });

  test("store and environment moved together", async () => {
    const from = scratch("both");
    const env = { MACH_NIX_HOME: join(from, "home") };
    await makeEnvironment(join(from, "env"), env);
    const to = join(scratch("both-moved"), "here");
    renameSync(from, to);
    const moved = { MACH_NIX_HOME: join(to, "home") };
    expect((await run(["sync", join(to, "env"), "--offline"], moved)).status).toBe(0);
    expectWorks(join(to, "env"));
  });
});

const asNobody = ["--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups"];
const canChange =
  process.getuid?.() === 0 &&
  hasCommand("setpriv") &&
  runProgram("setpriv", [...asNobody, process.execPath, LAUNCHER, "--version"]).status === 0 &&
  runProgram("setpriv", [...asNobody, "/usr/bin/python3", "-c", ""]).status === 0;

describe.skipIf(!canChange)("copied to another user", () => {
  test("sync makes it there, without anything of the first one's", async () => {
    const from = join(scratch("copied"), "env");
    const made = await run(["env", from, "-i", index.url, "-p", "app", "--python", "3.11"]);
    expect(made.status, made.stderr).toBe(0);
    const place = scratch("other");
    const copy = join(place, "env");
    const home = join(place, "home");
    mkdirSync(home);
    expect(runProgram("cp", ["-a", from, copy]).status).toBe(0);
    expect(runProgram("chown", ["-hR", `${NOBODY}:${NOBODY}`, place]).status).toBe(0);
    const PATH = "/usr/bin:/bin";
    const env = { ...LOCAL_ENVIRONMENT, HOME: home, PATH };
    const argv = [...asNobody, process.execPath, LAUNCHER, "sync", copy, "--compile", "now"];
    const synced = await startProgram("setpriv", argv, { env, cwd: copy });
    expect(synced.status, synced.stderr).toBe(0);
    const script = [...asNobody, join(copy, "bin", "app"), "x"];
    expect(runProgram("setpriv", script, { env: { PATH, HOME: home } })).toMatchObject({
      stdout: `app 1.0 ${copy} x\n`,
      status: 0,
    });
    const links = runProgram("find", [copy, "-lname", `${user.home}*`]).stdout;
    expect(
      links
        .split("\n")
        .filter((path) => !/generations\/1\//.test(path))
        .join(""),
    ).toBe("");
    const verify = [...asNobody, process.execPath, LAUNCHER, "store", "verify"];
    expect((await startProgram("setpriv", verify, { env })).status).toBe(0);
  });

  test("what git would carry is enough", async () => {
    const from = join(scratch("committed"), "env");
    const made = await run(["env", from, "-i", index.url, "-p", "app", "--python", "3.11"]);
    expect(made.status, made.stderr).toBe(0);
    const clone = join(scratch("clone"), "env");
    mkdirSync(clone);
    for (const name of ["mach-nix.lock", "mach-nix.toml", "requirements.txt", ".gitignore"])
      writeFileSync(join(clone, name), readFileSync(join(from, name)));
    const synced = await newUser("clone").start(["sync", clone], { env: LOCAL_ENVIRONMENT });
    expect(synced.status, synced.stderr).toBe(0);
    expectWorks(clone);
  });
});

interface Shell {
  readonly name: string;
  readonly argv: readonly string[];
  /** Enters, runs `app`, tells VIRTUAL_ENV and which python; leaves; tells whether all is as before. */
  readonly script: (bin: string) => string;
}

const POSIX = (bin: string): string => `
before="$PATH"
PS1='$ '
. ${quoted(`${bin}/activate`)}
app; echo "$VIRTUAL_ENV"; command -v python; echo "$PS1"
deactivate
[ "$PATH" = "$before" ] && [ -z "\${VIRTUAL_ENV+set}" ] && [ "$PS1" = '$ ' ] && echo restored
`;

const SHELLS: readonly Shell[] = [
  { name: "sh", argv: ["-c"], script: POSIX },
  { name: "dash", argv: ["-euc"], script: POSIX },
  { name: "bash", argv: ["-euc"], script: POSIX },
  { name: "zsh", argv: ["-c"], script: POSIX },
  {
    name: "fish",
    argv: ["--no-config", "-c"],
    script: (bin) => `
set before $PATH
source ${fishQuoted(`${bin}/activate.fish`)}
app; echo $VIRTUAL_ENV; command -v python; echo "("(basename $VIRTUAL_ENV)") \\$ "
deactivate
test (string join : $PATH) = (string join : $before); and not set -q VIRTUAL_ENV; and echo restored
`,
  },
  {
    name: "tcsh",
    argv: ["-fc"],
    script: (bin) => `
set before = "$PATH"
set prompt = '$ '
source ${quoted(`${bin}/activate.csh`)}
app; echo "$VIRTUAL_ENV:q"; which python; echo "$prompt:q"
deactivate
if ("$PATH" == "$before" && ! $?VIRTUAL_ENV && "$prompt:q" == '$ ') echo restored
`,
  },
];

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}

describe("activation", () => {
  const made = new Map<string, Promise<string>>();
  /** An environment that was moved after it was made: nothing may know the place where it was. */
  async function moved(name: string): Promise<string> {
    const from = await makeEnvironment(join(scratch("active"), "env"));
    const to = join(scratch("active"), name);
    renameSync(from, to);
    return to;
  }
  function at(name: string): Promise<string> {
    const there = made.get(name) ?? moved(name);
    made.set(name, there);
    return there;
  }

  for (const { name, argv, script } of SHELLS) {
    test.skipIf(!hasCommand(name)).each(["my env", STRANGE])(`${name}, in %j`, async (place) => {
      const directory = await at(place);
      const text = script(join(directory, "bin"));
      const file = join(scratch("script"), "script");
      writeFileSync(file, text);
      const words = argv.length > 0 && name !== "tcsh" ? [...argv, text] : ["-f", file];
      const ran = runProgram(name, words, { env: user.env, cwd: "/" });
      expect(ran.stderr).toBe("");
      expect(ran.stdout.split("\n")).toEqual([
        `app 1.0 ${directory}`,
        directory,
        join(directory, "bin", "python"),
        `(${place}) $ `,
        "restored",
        "",
      ]);
    });
  }
});
