// What people do in an environment, with pip, uv, an editor or rm: the store and the other environments
// on the same objects stay as they were, and sync brings the environment back.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { peerCommand, peerPython } from "../../tools/make-peers.ts";
import { indexAtHand } from "./index-at-hand.ts";
import {
  fileName,
  LOCAL_ENVIRONMENT,
  type LocalIndex,
  release,
  serveLocalIndex,
  wheelBytes,
} from "./local-index.ts";
import {
  hasCommand,
  LAUNCHER,
  newUser,
  type Ran,
  runProgram,
  scratch,
  startProgram,
} from "./program.ts";

const NOBODY = "65534";
const isRoot = process.getuid?.() === 0;
const AS_NOBODY = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"];
const uv = peerCommand("uv");
const canChange =
  isRoot &&
  hasCommand("setpriv") &&
  runProgram("setpriv", [...AS_NOBODY.slice(1), process.execPath, LAUNCHER, "--version"]).status ===
    0 &&
  runProgram("setpriv", [...AS_NOBODY.slice(1), uv ?? "false", "--version"]).status === 0;

const releases = ["1.0", "2.0"].flatMap((version) => [
  release("tool", version, {
    requires: ["part"],
    files: {
      "tool/cli.py": `def main():\n    print("tool ${version}")\n`,
      "tool/data/x.txt": version,
    },
    entryPoints: "[console_scripts]\ntool = tool.cli:main\n",
  }),
  release("part", version, { files: { "toolspace/part.py": `VERSION = "${version}"\n` } }),
]);

function expectDone({ status, stderr }: Ran): void {
  expect(status, stderr).toBe(0);
}

const USERS = [
  { name: "as this user", prefix: [] as string[], python: "3.11" },
  ...(canChange ? [{ name: "as another", prefix: AS_NOBODY, python: "/usr/bin/python3" }] : []),
];

describe.skipIf(!indexAtHand() || peerPython() === undefined).each(USERS)(
  "$name",
  ({ prefix, python }) => {
    const place = scratch("guarded");
    const home = join(place, "home");
    const links = join(place, "links");
    const { env: clean } = newUser("guarded");
    const env = { ...clean, HOME: home, TMPDIR: place, PIP_FIND_LINKS: links };
    let index: LocalIndex;

    function run(...argv: readonly string[]): Ran {
      const [program, ...words] = [...prefix, ...argv] as [string, ...string[]];
      return runProgram(program, words, { env, cwd: place });
    }
    async function machNix(...words: readonly string[]): Promise<Ran> {
      const [program, ...all] = [...prefix, process.execPath, LAUNCHER, ...words] as [
        string,
        ...string[],
      ];
      const local = { ...env, ...LOCAL_ENVIRONMENT, PIP_DEFAULT_TIMEOUT: "60" };
      return startProgram(program, all, { cwd: place, env: local });
    }
    const bin = (environment: string, name: string): string =>
      join(place, environment, "bin", name);

    async function expectUntouched(): Promise<void> {
      const verified = await machNix("store", "verify");
      expect(verified.status, verified.stdout + verified.stderr).toBe(0);
      const code =
        "import tool, tool.cli, toolspace.part as p; print(tool.VERSION, p.VERSION); tool.cli.main()";
      expect(run(bin("other", "python"), "-c", code).stdout).toBe("1.0 1.0\ntool 1.0\n");
      expect(run(bin("other", "tool")).stdout).toBe("tool 1.0\n");
    }

    beforeAll(async () => {
      index = await serveLocalIndex(...releases);
      mkdirSync(links);
      mkdirSync(home);
      for (const one of releases) writeFileSync(join(links, fileName(one)), wheelBytes(one));
      if (prefix.length > 0) runProgram("chown", ["-R", `${NOBODY}:${NOBODY}`, place]);
      for (const name of ["mine", "other"]) {
        const words = ["--extra-index-url", index.url, "-p", "tool<2", "-p", "part<2", "-p", "pip"];
        const made = await machNix("env", name, ...words, "--python", python, "--compile", "now");
        expectDone(made);
      }
    });

    beforeEach(async () => {
      const synced = await machNix("sync", "mine", "--compile", "never");
      expectDone(synced);
    });

    const local = (): string[] => ["--no-index", "--find-links", links];
    const pip = (...words: string[]): Ran => run(bin("mine", "pip"), ...words);

    test("pip inside lists, and checks", () => {
      const listed = JSON.parse(pip("list", "--format=json").stdout) as { name: string }[];
      expect(listed.map(({ name }) => name)).toEqual(["part", "pip", "tool"]);
      expect(pip("check").status).toBe(0);
    });

    test.each([
      ["upgrades", ["install", "-U", "tool", "part"]],
      ["installs again", ["install", "--force-reinstall", "tool==1.0"]],
      ["ignores what is there", ["install", "--ignore-installed", "tool==2.0", "part==2.0"]],
      ["uninstalls", ["uninstall", "-y", "tool", "part"]],
    ])("pip %s", async (_, [command = "", ...words]) => {
      pip(command, ...(command === "install" ? local() : []), ...words);
      await expectUntouched();
    });

    test.each(["copy", "hardlink", "symlink"])("uv installs and uninstalls by %s", async (mode) => {
      const uvPip = (command: string, ...words: string[]): Ran =>
        run(uv as string, "pip", command, "--python", bin("mine", "python"), ...words);
      const cache = ["--cache-dir", join(place, "uv"), "--link-mode", mode];
      uvPip("install", ...local(), ...cache, "-U", "tool", "part");
      await expectUntouched();
      uvPip("install", ...local(), ...cache, "--reinstall", "tool==1.0");
      uvPip("uninstall", "tool", "part");
      await expectUntouched();
    });

    test("an editor, a cleaner and Python's own writing change nothing", async () => {
      const found = runProgram("find", ["-L", join(place, "mine"), "-path", "*/tool/cli.py"]);
      const files = found.stdout.trim().split("\n").filter(Boolean);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) {
        run("sed", "-i", "s/tool/evil/", file);
        // Root's writing in place is not prevented, only that of others; store verify tells of it.
        if (prefix.length > 0) run("sh", "-c", 'echo "raise SystemExit" >> "$0"', file);
        run("sh", "-c", 'cd "$(dirname "$0")" && rm -rf ./* && touch evil.py', file);
      }
      run(bin("mine", "python"), "-m", "compileall", "-q", "-f", join(place, "mine", "lib"));
      run(
        "find",
        "-L",
        join(place, "mine"),
        "-name",
        "__pycache__",
        "-exec",
        "rm",
        "-rf",
        "{}",
        "+",
      );
      await expectUntouched();
    });

    test("sync has brought everything back", async () => {
      expect(run(bin("mine", "tool")).stdout).toBe("tool 1.0\n");
      expect(pip("check").status).toBe(0);
      await expectUntouched();
    });

    test("rm -r of the environment takes nothing of the store; collecting keeps the other", async () => {
      expect(run("rm", "-r", join(place, "mine")).status).toBe(0);
      await expectUntouched();
      expect((await machNix("store", "gc")).status).toBe(0);
      await expectUntouched();
    });
  },
);
