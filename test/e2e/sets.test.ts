// Extras, groups and files that cannot stand together, locked as separate sets, by the real program.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LOCAL_ENVIRONMENT, release, serveLocalIndex } from "./local-index.ts";
import { newUser, type Ran, runProgram, scratch } from "./program.ts";

const PYPROJECT = `[project]
name = "shop"
version = "1.0"
dependencies = ["base"]

[project.optional-dependencies]
cpu = ["torch<2"]
gpu = ["torch>=2", "cuda"]
docs = ["docs"]

[dependency-groups]
old = ["base<2"]
new = ["base>=2"]
`;

interface Place {
  readonly folder: string;
  readonly run: (...words: readonly string[]) => Promise<Ran>;
  readonly file: (name: string) => string;
  /** The versions of a lock by set: `torch 1.0`. */
  readonly versions: (lock?: string) => Readonly<Record<string, readonly string[]>>;
}

async function newPlace(): Promise<Place> {
  const user = newUser("sets");
  const folder = scratch("sets");
  const index = await serveLocalIndex(
    release("base", "1.0"),
    release("base", "2.0"),
    release("torch", "1.0", { requires: ["base"] }),
    release("torch", "2.0", { requires: ["base"] }),
    release("cuda", "1.0"),
    release("docs", "1.0"),
  );
  const env = { ...LOCAL_ENVIRONMENT, PIP_INDEX_URL: index.url };
  const file = (name: string): string => readFileSync(join(folder, name), "utf8");
  return {
    folder,
    run: (...words) => user.start(words, { cwd: folder, env }),
    file,
    versions: (name = "mach-nix.lock") => {
      const lock = JSON.parse(file(name)) as {
        targets: { set?: string; pins: { name: string; version: string }[] }[];
      };
      return Object.fromEntries(
        lock.targets.map(({ set = "", pins }) => [
          set,
          pins.map(({ name, version }) => `${name} ${version}`),
        ]),
      );
    },
  };
}

function write({ folder }: Place, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

const TARGET = ["--python", "3.11", "--platform", "linux-x86_64"];
const BOTH = ["-r", "pyproject.toml", "--extra", "cpu", "--extra", "gpu", "--extra", "docs"];

test("a conflict of extras tells how to lock them apart, and that works", async () => {
  const place = await newPlace();
  const { run, versions } = place;
  write(place, { "pyproject.toml": PYPROJECT });
  const failed = await run("lock", ...BOTH, ...TARGET);
  expect(failed.status).toBe(3);
  const line =
    'lock cpu and gpu as separate sets, with torch 1.0 in cpu and torch 2.0 in gpu: conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]] below [tool.uv] in pyproject.toml';
  expect(failed.stderr).toContain(`What would help (each was tried):\n  - ${line}\n`);
  expect(existsSync(join(place.folder, "mach-nix.lock"))).toBe(false);

  const told = /conflicts = \[.*\]\]/.exec(failed.stderr)?.[0] ?? "";
  write(place, { "pyproject.toml": `${PYPROJECT}\n[tool.uv]\n${told}\n` });
  const locked = await run("lock", ...BOTH, ...TARGET);
  expect(locked.status, locked.stderr).toBe(0);
  expect(locked.stderr).toContain("in the sets cpu, gpu as of");
  expect(versions()).toEqual({
    cpu: ["base 2.0", "docs 1.0", "torch 1.0"],
    gpu: ["base 2.0", "cuda 1.0", "docs 1.0", "torch 2.0"],
  });
  expect(JSON.parse(place.file("mach-nix.lock"))).toMatchObject({
    requirements: ["base", "docs"],
    sets: { cpu: { requirements: ["torch<2"] }, gpu: { requirements: ["cuda", "torch>=2"] } },
  });
  expect((await run("lock", ...BOTH, ...TARGET, "--check")).status).toBe(0);
  const check = await run("lock", ...BOTH, ...TARGET, "--group", "new", "--check");
  expect([check.status, check.stdout]).toEqual([1, expect.stringContaining("    + base>=2\n")]);

  // With one of them there is nothing to lock apart: the lock is one like any other.
  const one = await run(
    "lock",
    "-r",
    "pyproject.toml",
    "--extra",
    "cpu",
    ...TARGET,
    "-o",
    "1.lock",
  );
  expect(one.status, one.stderr).toBe(0);
  write(place, { "plain.toml": PYPROJECT });
  const plain = await run("lock", "-r", "plain.toml", "--extra", "cpu", ...TARGET, "-o", "2.lock");
  expect(plain.status, plain.stderr).toBe(0);
  const dateless = (name: string): string => place.file(name).replaceAll(/"date": "[^"]*"/g, "");
  expect(dateless("1.lock")).toBe(dateless("2.lock"));
  expect(place.file("1.lock")).not.toContain('"set');
});

test("what reads a lock does so for one set, or for all", async () => {
  const place = await newPlace();
  const { run } = place;
  const sets = 'sets = { gpu = { extras = ["gpu"] }, cpu = { extras = ["cpu"] } }\n';
  write(place, { "pyproject.toml": PYPROJECT, "mach-nix.toml": sets });
  // An extra that a set names is in that set alone, whatever the command line says.
  const locked = await run("lock", ...BOTH, ...TARGET);
  expect(locked.status, locked.stderr).toBe(0);
  const text = place.file("mach-nix.lock");
  write(place, {
    "mach-nix.toml": 'sets = { cpu = { extras = ["cpu"] }, gpu = { extras = ["gpu"] } }\n',
  });
  expect((await run("lock", "-r", "pyproject.toml", "--extra", "docs", ...TARGET)).status).toBe(0);
  expect(place.file("mach-nix.lock")).toBe(text);

  const tree = await run("tree");
  expect([tree.status, tree.stdout]).toEqual([2, ""]);
  expect(tree.stderr).toContain("there are several sets: cpu, gpu [lock-set-needed]");
  expect(tree.stderr).toContain("choose one: --set cpu");
  expect((await run("tree", "--set", "gppu")).stderr).toContain("did you mean gpu?");
  const gpu = await run("tree", "--set", "gpu");
  expect(gpu.stdout).toMatch(/^3\.11-linux-x86_64 \(gpu\)\n/);
  expect(gpu.stdout).toContain("torch 2.0");
  const why = await run("why", "torch");
  expect(why.stdout).toContain(
    "torch 1.0 (wheel) on 3.11-linux-x86_64 (cpu)\n  torch<2 → torch 1.0",
  );
  expect(why.stdout).toContain("torch>=2 → torch 2.0");
  expect((await run("why", "torch", "--set", "cpu")).stdout).not.toContain("2.0");
  const whyNot = await run("why-not", "torch>=2", "--json");
  expect(whyNot.status).toBe(3);
  expect(JSON.parse(whyNot.stdout)).toMatchObject({
    answers: [
      { set: "cpu", kind: "conflict" },
      { set: "gpu", kind: "locked" },
    ],
  });
  const exported = await run("export", "--set", "cpu");
  expect(exported.stdout).toContain("requirements: 3.11-linux-x86_64 (cpu) as of");
  expect(exported.stdout).toContain("torch==1.0");
  expect((await run("export", "--format", "pylock")).stderr).toContain("lock-set-needed");
  const bill = await run("export", "--format", "cyclonedx");
  expect(bill.stdout).toContain('"3.11-linux-x86_64 (gpu)"');
  const outdated = await run("outdated", "--json");
  expect(JSON.parse(outdated.stdout)).toMatchObject({
    outdated: [{ name: "torch", set: "cpu", fits: "1.0", latest: "2.0" }],
  });
  const nix = await run("gen", "--lock", ".", "--set", "gpu");
  expect(nix.stdout).toMatch(/^# 3\.11-linux-x86_64 \(gpu\) as of/);

  write(place, { "mach-nix.toml": 'sets = { gpu = { extras = ["gpu"] } }\nset = "gpu"\n' });
  expect((await run("lock", "-r", "pyproject.toml", ...TARGET, "-o", "other.lock")).status).toBe(0);
  const diff = await run("diff", ".", "other.lock");
  expect(diff.stdout).toMatch(/^3\.11-linux-x86_64 \(cpu\)\n {2}- base 2\.0\n/);
  expect((await run("diff", ".", "other.lock", "--set", "gpu")).stdout).not.toContain("torch");
  // The usual set counts where none is named.
  expect((await run("tree")).stdout).toContain("torch 2.0");
});

test("an environment is of one set, and another set is one command away", async () => {
  const place = await newPlace();
  const { run, folder } = place;
  write(place, { "pyproject.toml": PYPROJECT });
  mkdirSync(join(folder, "env"));
  const sets = `[sets]\nold = { groups = ["old"] }\nnew = { groups = ["new"] }\n`;
  writeFileSync(join(folder, "env", "mach-nix.toml"), sets);
  const words = ["env", "env", "-r", "pyproject.toml", "--compile", "never"];
  const needed = await run(...words);
  expect(needed.stderr).toContain("lock-set-needed");
  expect(existsSync(join(folder, "env", "mach-nix.lock"))).toBe(false);
  const made = await run(...words, "--set", "old");
  expect(made.status, made.stderr).toBe(0);
  expect(made.stderr).toContain("1 package of the set old for Python");
  expect(place.file("env/mach-nix.toml")).toMatch(/^set = "old"\n/m);
  expect(place.file("env/mach-nix.toml")).toContain(sets);
  expect(importedVersion(folder)).toBe("1.0");
  expect((await run("sync", "env")).stderr).toContain("Nothing changed");
  const other = await run("sync", "env", "--set", "new", "--compile", "never", "--json");
  expect(JSON.parse(other.stdout)).toMatchObject({ set: "new", distributions: 1, changed: true });
  expect(importedVersion(folder)).toBe("2.0");
  expect((await run("sync", "env", "--set", "odl")).stderr).toContain("did you mean old?");
});

function importedVersion(folder: string): string {
  const python = join(folder, "env", "bin", "python");
  return runProgram(python, ["-c", "import base; print(base.VERSION)"]).stdout.trim();
}

test("files that exclude each other", async () => {
  const place = await newPlace();
  const { run, versions } = place;
  write(place, { "cpu.txt": "torch<2\n", "gpu.txt": "torch>=2\ncuda\n", "all.txt": "docs\n" });
  const files = ["-r", "all.txt", "-r", "cpu.txt", "-r", "gpu.txt"];
  const failed = await run("lock", ...files, ...TARGET);
  expect(failed.status).toBe(3);
  const told = /sets = \{.*\} \}/.exec(failed.stderr)?.[0] ?? "";
  expect(told).toBe('sets = { cpu = { files = ["cpu.txt"] }, gpu = { files = ["gpu.txt"] } }');
  write(place, { "mach-nix.toml": `${told}\n` });
  const locked = await run("lock", ...files, ...TARGET);
  expect(locked.status, locked.stderr).toBe(0);
  expect(versions()).toEqual({
    cpu: ["base 2.0", "docs 1.0", "torch 1.0"],
    gpu: ["base 2.0", "cuda 1.0", "docs 1.0", "torch 2.0"],
  });
  // The files of sets are asked for without being named.
  const text = place.file("mach-nix.lock");
  expect((await run("lock", "-r", "all.txt", ...TARGET)).status).toBe(0);
  expect(place.file("mach-nix.lock")).toBe(text);
  // A set that has no solution of its own is named.
  write(place, { "cpu.txt": "torch<2\ntorch>1.5\n" });
  const wrong = await run("lock", "-r", "all.txt", ...TARGET);
  expect(wrong.stderr).toContain("no resolution for 3.11-linux-x86_64 (cpu)");
  expect(place.file("mach-nix.lock")).toBe(text);
});

test("a package is added to all sets, and the environment stays of its set", async () => {
  const place = await newPlace();
  const { run, folder } = place;
  mkdirSync(join(folder, "env"));
  const sets = `[sets]\nold = { packages = ["base<2"] }\nnew = { packages = ["base>=2"] }\n`;
  writeFileSync(join(folder, "env", "mach-nix.toml"), sets);
  const made = await run("env", "env", "-p", "cuda", "--set", "old", "--compile", "never");
  expect(made.status, made.stderr).toBe(0);
  const added = await run("add", "docs", "-r", "env", "--compile", "never");
  expect(added.status, added.stderr).toBe(0);
  expect(added.stderr).toMatch(/\(new\), 3\.\d+-\S+ \(old\)\n {2}\+ docs 1\.0\n/);
  expect(place.versions("env/mach-nix.lock")).toEqual({
    old: ["base 1.0", "cuda 1.0", "docs 1.0"],
    new: ["base 2.0", "cuda 1.0", "docs 1.0"],
  });
  expect(importedVersion(folder)).toBe("1.0");
});

test("one command in an environment of a set", async () => {
  const place = await newPlace();
  write(place, {
    "pyproject.toml": `${PYPROJECT}[tool.uv]\nconflicts = [[{ group = "old" }, { group = "new" }]]\n`,
  });
  const asked = ["-r", "pyproject.toml", "--group", "old", "--group", "new"];
  const script = ["--", "python", "-c", "import base; print(base.VERSION)"];
  expect((await place.run("run", ...asked, ...script)).stderr).toContain("lock-set-needed");
  for (const [set, version] of [
    ["old", "1.0"],
    ["new", "2.0"],
  ] as const) {
    const ran = await place.run("run", ...asked, "--set", set, ...script);
    expect(ran.stdout.trim(), ran.stderr).toBe(version);
  }
});
