import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { indexAtHand } from "./index-at-hand.ts";
import { EXAMPLES, newUser, runProgram, scratch } from "./program.ts";

const INPUT = join(EXAMPLES, "requirements.txt");

describe.skipIf(!indexAtHand())("the main job, in an empty home", () => {
  const user = newUser("main-job");
  const folder = scratch("main-job");
  const directory = join(folder, "env");
  const python = join(directory, "bin", "python");

  test("env makes an environment that has every requirement of the example", () => {
    const ran = user.run(["env", "./env", "-r", INPUT, "--compile", "now"], { cwd: folder });
    expect(ran).toMatchObject({ status: 0, stdout: "" });
    const code =
      "import requests, socks, flask, numpy, yaml, rich, sys; print(sys.prefix, numpy.arange(3).sum())";
    const imported = runProgram(python, ["-c", code], { env: user.env });
    expect(imported).toMatchObject({ status: 0, stdout: `${directory} 3\n` });
  });

  test("the directory holds what is to be committed, and ignores what is of this machine", () => {
    const names = readdirSync(directory);
    for (const name of ["mach-nix.lock", "mach-nix.toml", "requirements.txt", ".gitignore"]) {
      expect(names).toContain(name);
    }
    expect(readFileSync(join(directory, "requirements.txt"), "utf8")).toBe(
      readFileSync(INPUT, "utf8"),
    );
    runProgram("git", ["init", "-q", folder], { env: user.env });
    const { stdout } = runProgram("git", ["status", "--porcelain", "-uall"], {
      cwd: folder,
      env: user.env,
    });
    const seen = stdout.trim().split("\n").sort();
    const ofNix = seen.filter((line) => /^\?\? env\/(?:nix\/.*|\w+\.nix)$/.test(line));
    expect(ofNix).toEqual(expect.arrayContaining(["?? env/default.nix", "?? env/nix/lock.nix"]));
    expect(seen.filter((line) => !ofNix.includes(line))).toEqual(
      [".gitignore", "mach-nix.lock", "mach-nix.toml", "requirements.txt"].map(
        (name) => `?? env/${name}`,
      ),
    );
  });

  test("run again, it changes nothing; sync neither", () => {
    const lock = readFileSync(join(directory, "mach-nix.lock"));
    const again = user.run(["env", "./env", "-r", INPUT, "--json"], { cwd: folder });
    expect(JSON.parse(again.stdout)).toMatchObject({ changed: false, added: 0 });
    const synced = user.run(["sync", "env", "--json", "--offline"], { cwd: folder });
    expect(JSON.parse(synced.stdout)).toMatchObject({ changed: false, added: 0 });
    expect(readFileSync(join(directory, "mach-nix.lock"))).toEqual(lock);
  });

  test("a requirement more keeps the other pins; one less removes what it brought", () => {
    const before = pins(directory);
    const more = join(folder, "more.txt");
    const ran = user.run(["env", "./env", "-r", INPUT, "-p", "attrs<25"], { cwd: folder });
    expect(ran.status, ran.stderr).toBe(0);
    expect({ ...pins(directory), attrs: undefined }).toEqual({ ...before, attrs: undefined });
    expect(pins(directory)["attrs"]).toMatch(/^24\./);
    expect(user.run(["env", "./env", "-r", INPUT], { cwd: folder }).status, more).toBe(0);
    expect(pins(directory)).toEqual(before);
    expect(runProgram(python, ["-c", "import attrs"], { env: user.env }).status).toBe(1);
  });

  test("scripts run, tree shows the requirements, verify finds nothing", () => {
    const flask = runProgram(join(directory, "bin", "flask"), ["--version"], { env: user.env });
    expect(flask.stdout).toContain("Flask 3.");
    const tree = user.run(["tree", "env"], { cwd: folder });
    for (const name of ["requests[socks]", "flask", "numpy", "pyyaml", "rich"]) {
      expect(tree.stdout).toContain(`── ${name} `);
    }
    expect(user.run(["store", "verify"]).status).toBe(0);
  });

  test("run gives one command the packages asked for, from the same store", () => {
    const words = [
      "run",
      "-p",
      "six",
      "--",
      "python",
      "-c",
      "import six, sys; sys.exit(int(six.PY3) + 4)",
    ];
    expect(user.run(words, { cwd: folder }).status).toBe(5);
    expect(user.run([...words.slice(0, 1), "--offline", ...words.slice(1)]).status).toBe(5);
  });

  test("a directory of somebody else is left alone", () => {
    const foreign = scratch("foreign");
    runProgram("touch", [join(foreign, "thesis.tex")], {});
    const ran = user.run(["env", foreign, "-r", INPUT]);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain("thesis.tex");
    expect(readdirSync(foreign)).toEqual(["thesis.tex"]);
  });
});

function pins(directory: string): Record<string, string> {
  const lock = JSON.parse(readFileSync(join(directory, "mach-nix.lock"), "utf8")) as {
    targets: { pins: { name: string; version: string }[] }[];
  };
  return Object.fromEntries(
    lock.targets[0]?.pins.map(({ name, version }) => [name, version]) ?? [],
  );
}
