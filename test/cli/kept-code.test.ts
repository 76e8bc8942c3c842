import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";

const START = join(import.meta.dirname, "../../bin/start.js");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mach-nix-code-"));
});

/** A bundle that says a word, its build's digest at its end. */
function writeBundle(word: string, digest: string): void {
  const text = `(function () {
    function say() { console.log("${word}"); }
    say();
    process.exitCode = process.argv[3] | 0;
  })`;
  writeFileSync(join(folder, "bundle.cjs"), `${text}\n//${digest.repeat(64)}`);
}

function run(words: readonly string[] = ["lock"], home = "home"): string {
  const launcher = join(folder, "launcher.cjs");
  writeFileSync(
    launcher,
    `require(${JSON.stringify(START)})(require("node:path").join(__dirname, "bundle.cjs"));`,
  );
  const env = { MACH_NIX_HOME: join(folder, home) };
  const { stdout, stderr } = spawnSync(process.execPath, [launcher, ...words], {
    encoding: "utf8",
    env,
  });
  return stdout + stderr;
}

interface Kept {
  readonly name: string;
  readonly bytes: Buffer;
}

function kept(): Kept[] {
  const code = join(folder, "home", "cache", "code");
  return readdirSync(code).map((name) => ({ name, bytes: readFileSync(join(code, name)) }));
}

test("each command's code is kept, and no more written when nothing is added", () => {
  writeBundle("one", "1");
  for (const words of [["lock"], ["sync"], ["--offline", "lock"]]) expect(run(words)).toBe("one\n");
  expect(kept().map(({ name }) => /[^-]*$/.exec(name)?.[0])).toEqual([
    "lock.bin",
    "other.bin",
    "sync.bin",
  ]);
  for (let i = 0; i < 4; i++) run();
  const before = kept();
  expect(run()).toBe("one\n");
  expect(kept()).toEqual(before);
});

test("what a command only does now and then is added when its file has stayed as it is for a while", () => {
  const seldom = `function seldom() { return "${"x".repeat(4000)}".length; }`;
  const text = `(function () {
    ${seldom}
    if (process.argv[3] === "seldom") seldom();
    console.log("one");
  })`;
  writeFileSync(join(folder, "bundle.cjs"), `${text}\n//${"1".repeat(64)}`);
  for (let i = 0; i < 5; i++) run();
  const [before] = kept() as [Kept];
  run(["lock", "seldom"]);
  expect(kept()).toEqual([before]);
  const path = join(folder, "home", "cache", "code", before.name);
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  run(["lock", "seldom"]);
  expect(kept()[0]?.bytes.length).toBeGreaterThan(before.bytes.length + 4000);
});

test("a command's help is no run of it", () => {
  writeBundle("one", "1");
  run(["lock", "--help"]);
  expect(kept().map(({ name }) => /[^-]*$/.exec(name)?.[0])).toEqual(["other.bin"]);
});

const knows = process.versions.v8.startsWith("13.6.");

test.runIf(knows)(
  "a command that expected a short run has V8 set up for one the next time, and its code is kept",
  () => {
    const text = `(function () {
    function say() { return process[Symbol.for("mach-nix.expectShortRun")]; }
    say()();
    console.log(typeof say());
  })`;
    writeFileSync(join(folder, "bundle.cjs"), `${text}\n//${"1".repeat(64)}`);
    for (let i = 0; i < 5; i++) expect(run()).toBe("function\n");
    const before = kept();
    const [runs, tuned] = [8, 12].map((at) => before[0]?.bytes.readInt32LE(at));
    // What V8 had refused would have been written again.
    expect([runs, tuned]).toEqual([3, 1]);
    expect(run()).toBe("function\n");
    expect(kept()).toEqual(before);
  },
);

test("another build of the same length has its own code", () => {
  writeBundle("one", "1");
  expect(run()).toBe("one\n");
  writeBundle("two", "2");
  expect(run()).toBe("two\n");
  expect(run()).toBe("two\n");
  expect(kept()).toHaveLength(1);
});

test("what a crash leaves of the file is not used", () => {
  writeBundle("one", "1");
  run();
  const [{ name, bytes }] = kept() as [{ name: string; bytes: Buffer }];
  const path = join(folder, "home", "cache", "code", name);
  const zeros = Buffer.from(bytes).fill(0, bytes.length - 1024);
  for (const damaged of [
    Buffer.alloc(0),
    bytes.subarray(0, 300),
    bytes.subarray(0, -1),
    zeros,
    Buffer.alloc(4096),
  ]) {
    writeFileSync(path, damaged);
    expect(run()).toBe("one\n");
    expect(readFileSync(path).length).toBeGreaterThan(300);
  }
});

test("a failed run keeps nothing, and a folder that cannot be written is no error", () => {
  writeBundle("one", "1");
  expect(run(["lock", "2"])).toBe("one\n");
  expect(() => kept()).toThrow("ENOENT");
  mkdirSync(join(folder, "file"));
  writeFileSync(join(folder, "file", "cache"), "");
  expect(run(["lock"], "file")).toBe("one\n");
});
