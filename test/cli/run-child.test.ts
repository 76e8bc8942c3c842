import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { activated, activatedWithScripts } from "../../src/cli/activated.ts";

const MODULE = join(import.meta.dirname, "../../src/cli/run-child.ts");

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program through `runChild` in a process of its own; `meanwhile` sees what it prints. */
function through(
  words: readonly string[],
  meanwhile: (child: ReturnType<typeof spawn>, output: string) => void = () => undefined,
): Promise<Ended> {
  const directory = mkdtempSync(join(tmpdir(), "mach-nix-run-"));
  mkdirSync(join(directory, "bin"));
  writeFileSync(join(directory, "bin", "hello"), "#!/bin/sh\necho hello from $VIRTUAL_ENV\n");
  chmodSync(join(directory, "bin", "hello"), 0o755);
  const script = `
    import { runChild } from ${JSON.stringify(MODULE)};
    const [directory, program, ...words] = process.argv.slice(1);
    process.on("SIGTERM", () => process.exit(99));
    runChild(program, words, { directory, env: process.env, cwd: directory }).then(
      (code) => { process.exitCode = code; },
      (error) => { console.log(error.code, error.message); process.exitCode = error.exit; },
    );`;
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", script, directory, ...words],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  return new Promise((resolve) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      meanwhile(child, output);
    });
    child.once("close", (code) => {
      resolve({ code, output });
    });
  });
}

describe("a program in an environment", () => {
  test("its exit code is ours", async () => {
    expect(await through(["sh", "-c", "exit 7"])).toEqual({ code: 7, output: "" });
  });

  test("programs of the environment come first, and know it", async () => {
    const { code, output } = await through(["hello"]);
    expect([code, output]).toEqual([0, expect.stringMatching(/^hello from .*mach-nix-run-/)]);
  });

  test("ended by a signal, the code says which", async () => {
    expect((await through(["sh", "-c", "kill -9 $$"])).code).toBe(128 + constants.signals.SIGKILL);
  });

  test("a program that is not there", async () => {
    const { code, output } = await through(["no-such-program"]);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^run-command-missing .*was not found/),
    ]);
  });

  test("a file that is no program", async () => {
    const { code, output } = await through([join(tmpdir())]);
    expect([code, output]).toEqual([1, expect.stringMatching(/^run-command-missing .*EACCES/)]);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s is passed on", async (signal) => {
    const trap = `trap 'echo caught; exit 5' ${signal.slice(3)}; echo ready; for i in $(seq 200); do sleep 0.05; done`;
    let sent = false;
    const { code, output } = await through(["sh", "-c", trap], (child, text) => {
      if (!sent && text.includes("ready")) sent = child.kill(signal);
    });
    expect([code, output]).toEqual([5, "ready\ncaught\n"]);
  });
});

test("the environment's variables are those of its activation", () => {
  expect(activated({ PATH: "/usr/bin", PYTHONHOME: "/x", A: "b" }, "/env")).toEqual({
    PATH: "/env/bin:/usr/bin",
    VIRTUAL_ENV: "/env",
    A: "b",
  });
  expect(activated({}, "/env")).toEqual({ PATH: "/env/bin", VIRTUAL_ENV: "/env" });
});

test("of an environment with variables or conda packages, what its activation leaves behind", () => {
  const directory = mkdtempSync(join(tmpdir(), "mach-nix-run-"));

  mkdirSync(join(directory, "bin"));
  const script = `echo said; export A="1\n2=3" PATH="$0/bin:$PATH"\n`;
  writeFileSync(join(directory, "bin", "activate"), script);
  writeFileSync(join(directory, "bin", "deactivate.csh"), "");
  const env = { PATH: "/usr/bin:/bin", SHLVL: "4" };
  expect(activatedWithScripts(env, directory)).toEqual({
    ...env,
    A: "1\n2=3",
    PATH: `${directory}/bin:/usr/bin:/bin`,
  });
  writeFileSync(join(directory, "bin", "activate"), "exit 1\n");
  expect(activatedWithScripts(env, directory)).toEqual(activated(env, directory));
});
