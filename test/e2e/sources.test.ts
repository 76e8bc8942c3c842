// Folders, repositories and source distributions, built shut in and without any index.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { newUser, type Ran, runProgram, scratch, type User } from "./program.ts";
import { moduleText, writeProject } from "./source-project.ts";

const QUIET = ["--no-index", "--compile", "never"];

function says(directory: string, name: string): string {
  return runProgram(join(directory, "bin", `say-${name}`), []).stdout.trim();
}

interface Place {
  readonly user: User;
  readonly folder: string;
  readonly env: string;
  readonly run: (...words: readonly string[]) => Ran;
}

function newPlace(name: string): Place {
  const user = newUser(name);
  const folder = scratch(name);
  const run: Place["run"] = (...words) => user.run(words, { cwd: folder });
  return { user, folder, env: join(folder, "env"), run };
}

function tar(folder: string, name: string): string {
  const path = join(folder, `${name}.tar.gz`);
  execFileSync("tar", ["-czf", path, "-C", folder, name]);
  return path;
}

test("a folder is built; when it changes, env builds it anew, and sync elsewhere refuses it", () => {
  const { folder, env, run } = newPlace("folder");
  writeProject(join(folder, "lib"), { name: "lib", says: "one" });
  writeFileSync(join(folder, "requirements.txt"), "./lib\n");
  const made = run("env", "env", "-r", "requirements.txt", ...QUIET);
  expect(made.status, made.stderr).toBe(0);
  expect(says(env, "lib")).toBe("one");
  expect(run("env", "env", "-r", "requirements.txt", ...QUIET).stderr).toContain("Nothing changed");
  writeFileSync(join(folder, "lib", "lib", "__init__.py"), moduleText("two"));
  const refused = newUser("other").run(["sync", "env", "--compile", "never"], { cwd: folder });
  expect(refused.status, refused.stderr).toBe(4);
  expect(refused.stderr).toContain("project-source-changed");
  const again = run("env", "env", "-r", "requirements.txt", ...QUIET);
  expect(again.status, again.stderr).toBe(0);
  expect(says(env, "lib")).toBe("two");
});

test("an editable folder: what is edited counts at once, and pip knows it is editable", () => {
  const { folder, env, run } = newPlace("editable");
  writeProject(join(folder, "lib"), { name: "lib", says: "one" });
  writeFileSync(join(folder, "requirements.txt"), "-e ./lib\n");
  const made = run("env", "env", "-r", "requirements.txt", ...QUIET);
  expect(made.status, made.stderr).toBe(0);
  expect(says(env, "lib")).toBe("one");
  writeFileSync(join(folder, "lib", "lib", "__init__.py"), moduleText("two"));
  expect(says(env, "lib")).toBe("two");
  const again = run("env", "env", "-r", "requirements.txt", ...QUIET);
  expect(again.stderr).toContain("Nothing changed");
  const code =
    "import importlib.metadata as m; print(m.distribution('lib').read_text('direct_url.json'))";
  const url = runProgram(join(env, "bin", "python"), ["-c", code]).stdout;
  expect(JSON.parse(url)).toEqual({
    url: `${pathToFileURL(join(folder, "lib")).href}/`,
    dir_info: { editable: true },
  });
});

test.skipIf(spawnSync("git", ["--version"]).status !== 0)(
  "a repository at a branch: its commit is locked, and another user gets the same",
  () => {
    const { folder, run, env } = newPlace("git");
    const repository = join(folder, "repository");
    writeProject(repository, { name: "lib", says: "committed" });
    const git = (...words: string[]): string =>
      execFileSync("git", ["-C", repository, "-c", "user.name=a", "-c", "user.email=a@b", ...words])
        .toString()
        .trim();
    git("init", "--quiet", "--initial-branch", "main");
    git("add", "-A");
    git("commit", "--quiet", "-m", "one");
    const commit = git("rev-parse", "HEAD");
    const line = `lib @ git+${pathToFileURL(repository).href}@main`;
    const made = run("env", "env", "-p", line, ...QUIET);
    expect(made.status, made.stderr).toBe(0);
    writeFileSync(join(repository, "lib", "__init__.py"), moduleText("later"));
    git("commit", "--quiet", "-am", "two");
    expect(readFileSync(join(env, "mach-nix.lock"), "utf8")).toContain(commit);
    const other = newUser("git-other");
    const synced = other.run(["sync", "env", "--compile", "never"], { cwd: folder });
    expect(synced.status, synced.stderr).toBe(0);
    expect(says(env, "lib")).toBe("committed");
  },
);

test("a source distribution by path, and one that an index would name, each without a wheel", () => {
  const { folder, env, run } = newPlace("archive");
  for (const name of ["one", "two"]) {
    writeProject(join(folder, `${name}-1.0`), { name, says: name });
    tar(folder, `${name}-1.0`);
  }
  mkdirSync(join(folder, "links"));
  execFileSync("mv", [join(folder, "two-1.0.tar.gz"), join(folder, "links")]);
  const words = ["-p", "./one-1.0.tar.gz", "-p", "two", "--find-links", "links"];
  const made = run("env", "env", ...words, ...QUIET);
  expect(made.status, made.stderr).toBe(0);
  expect([says(env, "one"), says(env, "two")]).toEqual(["one", "two"]);
});

test("a build that fails: the reason, and its log, which is there", () => {
  const { folder, env, run } = newPlace("failing");
  const onBuild = "print('the compiler says so'); raise SystemExit('no compiler')";
  writeProject(join(folder, "lib"), { name: "lib", onBuild });
  const made = run("env", "env", "-p", "./lib", ...QUIET);
  expect(made.status, made.stderr).toBe(1);
  expect(made.stderr).toContain("build-failed");
  const log = /log is (\S+)\.$/m.exec(made.stderr)?.[1] ?? "";
  expect(readFileSync(log, "utf8")).toContain("the compiler says so");
  expect(existsSync(join(env, "bin"))).toBe(false);
});

test("a folder that is no project, and one whose metadata cannot be had", () => {
  const { folder, run } = newPlace("broken");
  mkdirSync(join(folder, "empty"));
  writeProject(join(folder, "lib"), { name: "lib" });
  writeFileSync(join(folder, "lib", "backend", "backend.py"), "raise Exception('spoilt')\n");
  const made = run("lock", "-p", "./empty", "-p", "./lib", "--no-index");
  expect(made.status, made.stderr).toBe(2);
  expect(made.stderr).toContain("project-reference");
  expect(made.stderr).toContain("has no pyproject.toml");
  expect(made.stderr).toContain("project-needs-build");
  expect(made.stderr).toContain("spoilt");
});

/** Two source distributions that are built with each other, in the folder `links`. */
function writeCycle(folder: string, isStatic: boolean): void {
  mkdirSync(join(folder, "links"));
  for (const [name, other] of [
    ["one", "two"],
    ["two", "one"],
  ] as const) {
    writeProject(join(folder, `${name}-1.0`), { name, requires: [other], isStatic });
    tar(folder, `${name}-1.0`);
    execFileSync("mv", [join(folder, `${name}-1.0.tar.gz`), join(folder, "links")]);
  }
}

test("two that need each other to be built, though what they are is known", () => {
  const { folder, run } = newPlace("static-cycle");
  writeCycle(folder, true);
  const made = run("lock", "-p", "one", "--find-links", "links", "--no-index");
  expect(made.status, made.stderr).toBe(3);
  expect(made.stderr).toMatch(/to build (\w+)-1.0.tar.gz, .* and for that \1-1.0.tar.gz again/);
});

test("two that need each other to be built: said, not tried for ever", () => {
  const { folder, run } = newPlace("cycle");
  writeCycle(folder, false);
  const made = run("lock", "-p", "one", "--find-links", "links", "--no-index");
  expect(made.status, made.stderr).toBe(3);
  expect(made.stderr).toContain("what it is built with cannot be resolved");
  expect(made.stderr).toMatch(/to build (\w+)-1.0.tar.gz, .* and for that \1-1.0.tar.gz again/);
  const alone = run("lock", "-p", "./links/one-1.0.tar.gz", "-f", "links", "--no-index");
  expect(alone.stderr).toContain("project-needs-build");
  rmSync(join(folder, "links"), { recursive: true });
});
