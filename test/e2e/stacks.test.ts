import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { peerCommand, peerPython } from "../../tools/make-peers.ts";
import { indexAtHand } from "./index-at-hand.ts";
import { EXAMPLES, newUser, runProgram, scratch } from "./program.ts";

/** A day after which nothing of these stacks changes: uploads later than it do not count. */
const DATE = "2026-11-20T00:00:00Z";
const TARGET = "3.11-linux-x86_64";

interface Stack {
  readonly name: string;
  /** What is imported; nothing where the stack is only resolved. */
  readonly imports?: readonly string[];
}

const STACKS: readonly Stack[] = [
  { name: "jupyterlab", imports: ["jupyterlab", "notebook_shim", "ipykernel"] },
  {
    name: "web",
    imports: [
      "django",
      "celery",
      "rest_framework",
      "psycopg2",
      "gunicorn",
      "redis",
      "sentry_sdk",
      "boto3",
    ],
  },
  {
    name: "data",
    imports: [
      "numpy",
      "pandas",
      "scipy.stats",
      "sklearn.linear_model",
      "matplotlib.pyplot",
      "seaborn",
      "statsmodels.api",
      "plotly.express",
      "dask.dataframe",
      "notebook",
    ],
  },
  { name: "ml" },
  { name: "airflow" },
];

const user = newUser("stacks");

describe.skipIf(!indexAtHand() || peerPython() === undefined).each(STACKS)("$name", (stack) => {
  const folder = scratch(`stack-${stack.name}`);
  const input = join(EXAMPLES, `${stack.name}.txt`);
  const directory = join(folder, "env");
  const lockPath = join(stack.imports === undefined ? folder : directory, "mach-nix.lock");

  test("is resolved, and made where it is to be run", { timeout: 300_000 }, () => {
    mkdirSync(folder, { recursive: true });
    const what = stack.imports === undefined ? ["lock", "-o", lockPath] : ["env", directory];
    const words = [...what, "-r", input, "--date", DATE, "--python", "3.11"];
    const ran = user.run([...words, "--platform", "linux-x86_64"]);
    expect(ran.status, ran.stderr).toBe(0);
  });

  test.skipIf(stack.imports === undefined)("imports, and pip finds it whole", () => {
    const python = join(directory, "bin", "python");
    const code = `import ${stack.imports?.join(", ")}`;
    const ran = runProgram(python, ["-c", code], { env: user.env });
    expect(ran.status, ran.stderr).toBe(0);
    const pip = peerPython() as string;
    const check = runProgram(pip, ["-m", "pip", "--python", python, "check"], { env: user.env });
    expect(check.status, check.stdout + check.stderr).toBe(0);
  });

  test("has the versions that uv chooses, at most 3 % apart", { timeout: 300_000 }, () => {
    const ours = pins(lockPath);
    const theirs = uvPins(input, folder);
    const names = new Set([...ours.keys(), ...theirs.keys()]);
    const apart = [...names].filter((name) => ours.get(name) !== theirs.get(name));
    const shown = apart.map((name) => `${name}: ours ${ours.get(name)}, uv ${theirs.get(name)}`);
    if (shown.length > 0) console.log(`${stack.name}: ${shown.join("; ")}`);
    expect(apart.length / names.size, shown.join("\n")).toBeLessThanOrEqual(0.03);
  });

  test("is valid, and each pin the newest that the others admit", { timeout: 300_000 }, () => {
    const script = join(import.meta.dirname, "check_lock.py");
    const ran = runProgram(peerPython() as string, [script, lockPath, TARGET, input], {
      env: user.env,
    });
    expect(ran.status, ran.stderr).toBe(0);
    const { pins: count, problems } = JSON.parse(ran.stdout) as {
      pins: number;
      problems: string[];
    };
    expect(count).toBe(pins(lockPath).size);
    expect(problems).toEqual([]);
  });
});

function pins(lockPath: string): Map<string, string> {
  const lock = JSON.parse(readFileSync(lockPath, "utf8")) as {
    targets: { name: string; pins: { name: string; version: string }[] }[];
  };
  const target = lock.targets.find(({ name }) => name === TARGET);
  return new Map(target?.pins.map(({ name, version }) => [name, version]));
}

function uvPins(input: string, folder: string): Map<string, string> {
  const words = ["pip", "compile", "-q", "--no-header", "--no-annotate", "--no-config"];
  words.push("--only-binary", ":all:", "--exclude-newer", DATE, "--python-version", "3.11");
  words.push(
    "--python-platform",
    "x86_64-manylinux_2_28",
    "--cache-dir",
    join(folder, "uv"),
    input,
  );
  const ran = runProgram(peerCommand("uv") as string, words, { env: user.env });
  expect(ran.status, ran.stderr).toBe(0);
  const lines = ran.stdout.split("\n").filter((line) => line.includes("=="));
  return new Map(lines.map((line) => line.replace(/\[.*\]/, "").split("==") as [string, string]));
}
