// Real pip and uv install what we export.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { peerCommand, peerPython } from "../../tools/make-peers.ts";
import { makeSdistScratch, PLAIN_HOOK } from "../build/make-sdist.ts";
import {
  LOCAL_ENVIRONMENT,
  type Release,
  release,
  serveLocalIndex,
  wheelBytes,
} from "./local-index.ts";
import { newUser, type Ran, scratch, startProgram } from "./program.ts";

const PYTHON = peerPython() ?? "";
const RELEASES = [
  release("app", "2.0", { requires: ["lib[fast]>=1", 'win-only; sys_platform == "win32"'] }),
  release("lib", "1.5", { requires: ["Under_Score; extra == 'fast'", "app"] }),
  release("under-score", "0.1"),
  release("win-only", "1.0"),
  release("older", "1.0"),
  release("older", "2.0", { requires: ["under-score"] }),
];

/** With a backend of its own, so that nothing has to be there to build it. */
function sourceRelease(): Release {
  const sources = makeSdistScratch();
  const { path } = sources.sdist(PLAIN_HOOK, {
    "PKG-INFO": "Metadata-Version: 2.2\nName: demo\nVersion: 1.0\n",
  });
  const bytes = readFileSync(path);
  sources.remove();
  return release("demo", "1.0", { filename: "demo-1.0.tar.gz", bytes });
}

interface World {
  readonly folder: string;
  readonly run: (...words: readonly string[]) => Promise<Ran>;
  readonly pip: (...words: readonly string[]) => Promise<Ran>;
  readonly uv: (...words: readonly string[]) => Promise<Ran>;
}

async function newWorld(
  options: readonly string[] = [],
  lines: readonly string[] = ["app"],
): Promise<World> {
  const user = newUser("export");
  const index = await serveLocalIndex(...RELEASES, sourceRelease());
  const folder = scratch("export");
  mkdirSync(join(folder, "wheels"));
  const local = release("local", "3.0");
  const wheel = "wheels/local-3.0-py3-none-any.whl";
  writeFileSync(join(folder, wheel), wheelBytes(local));
  const all = [...lines, `local @ file:${join(folder, wheel)}`];
  writeFileSync(join(folder, "requirements.txt"), all.map((line) => `${line}\n`).join(""));
  const env = { ...user.env, ...LOCAL_ENVIRONMENT, PIP_INDEX_URL: index.url };
  const peer = (program: string, words: readonly string[]): Promise<Ran> =>
    startProgram(program, words, { cwd: folder, env });
  const uv = peerCommand("uv") ?? "";
  const before = ["--no-cache", "--no-config", "pip"];
  const world: World = {
    folder,
    run: (...words) => user.start(words, { cwd: folder, env: { ...LOCAL_ENVIRONMENT } }),
    pip: (...words) => peer(PYTHON, ["-m", "pip", "--no-cache-dir", ...words]),
    uv: (...words) =>
      peer(uv, [...before, ...words, "--python", PYTHON, "--default-index", index.url]),
  };
  const lock = ["lock", "-r", "requirements.txt", "-i", index.url, "--python", "3.11", ...options];
  const locked = await world.run(...lock);
  expect(locked.status, locked.stderr).toBe(0);
  return world;
}

function installed(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".dist-info"))
    .toSorted();
}

const EXPECTED = ["app-2.0", "lib-1.5", "local-3.0", "under_score-0.1"].map(
  (name) => `${name}.dist-info`,
);

describe.skipIf(PYTHON === "").each([
  ["one target", []],
  ["several targets", ["--platform", "linux-x86_64", "--platform", "windows-x86_64"]],
])("%s", (_, options) => {
  const world = newWorld(options);

  test.each([
    ["pip", "requirements", ["install", "--require-hashes", "-r"]],
    ["uv", "requirements", ["install", "--require-hashes", "-r"]],
    ["pip", "pylock", ["install", "-r"]],
    ["uv", "pylock", ["install", "-r"]],
    ["uv", "pylock", ["sync"]],
  ] as const)("%s takes our %s (%j)", async (tool, format, words) => {
    const tools = await world;
    const into = join(scratch("export-into"), "site");
    const file = format === "pylock" ? "pylock.toml" : "locked.txt";
    const made = await tools.run("export", "--format", format, "-o", file);
    expect(made).toMatchObject({ status: 0, stdout: "" });
    const ran = await tools[tool](...words, file, "--target", into);
    expect(ran.status, ran.stderr + ran.stdout).toBe(0);
    expect(installed(into)).toEqual(EXPECTED);
  });

  test("a file that is not the one locked is refused", async () => {
    const { folder, run, pip } = await world;
    await run("export", "-o", "locked.txt");
    const text = readFileSync(join(folder, "locked.txt"), "utf8");
    writeFileSync(join(folder, "bad.txt"), text.replaceAll(/sha256:\w{8}/g, "sha256:00000000"));
    const into = join(scratch("export-into"), "site");
    const ran = await pip("install", "--require-hashes", "-r", "bad.txt", "--target", into);
    expect(ran.status).not.toBe(0);
    expect(ran.stderr).toContain("DO NOT MATCH");
  });
});

describe.skipIf(PYTHON === "")("sources, extras, and a version for each Python and system", () => {
  const targets = ["3.11", "3.12"].flatMap((python) => ["--python", python]);
  const platforms = ["linux-x86_64", "windows-x86_64"].flatMap((name) => ["--platform", name]);
  const world = newWorld(
    [...targets.slice(2), ...platforms, "--providers", "wheel,sdist"],
    [
      "demo ; sys_platform == 'linux'",
      "lib[fast]",
      "older<2 ; python_version < '3.12' and sys_platform == 'linux'",
      "older ; python_version >= '3.12' or sys_platform != 'linux'",
    ],
  );

  test.each([
    ["pip", "requirements", ["install", "--require-hashes", "-r"]],
    ["uv", "requirements", ["install", "--require-hashes", "-r"]],
    ["pip", "pylock", ["install", "-r"]],
    ["uv", "pylock", ["sync"]],
  ] as const)("%s takes our %s", async (tool, format, words) => {
    const tools = await world;
    const into = join(scratch("export-into"), "site");
    const file = format === "pylock" ? "pylock.toml" : "locked.txt";
    await tools.run("export", "-o", file);
    const ran = await tools[tool](...words, file, "--target", into);
    expect(ran.status, ran.stderr + ran.stdout).toBe(0);
    expect(installed(into)).toEqual(
      [...EXPECTED, "demo-1.0.dist-info", "older-1.0.dist-info"].toSorted(),
    );
  });
});

test("an export to standard output, as JSON, and one that fails", async () => {
  const { folder, run } = await newWorld();
  const printed = await run("export", "--format", "dot");
  expect(printed.stdout).toMatch(/^digraph /);
  const again = await run("export", "mach-nix.lock", "--format", "dot");
  expect(again.stdout).toBe(printed.stdout);
  const json = await run("export", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    format: "requirements",
    targets: [expect.stringMatching(/^3\.11-/)],
    text: expect.stringContaining("app==2.0") as unknown,
  });
  for (const [name, start] of [
    ["graph.html", "<!doctype html>"],
    ["graph.svg", "<svg "],
    ["graph.dot", "digraph "],
    ["graph.mmd", "graph LR"],
    ["bom.json", "{"],
    ["pylock.toml", "lock-version"],
    ["pins.txt", "# mach-nix export"],
  ] as const) {
    expect(await run("export", "-o", name)).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, name), "utf8").startsWith(start), name).toBe(true);
  }
  const bad = await run("export", "--format", "pylok");
  expect([bad.status, bad.stdout]).toEqual([2, ""]);
  expect(bad.stderr).toContain("did you mean --format pylock?");
  const target = await run("export", "--target", "mars", "-o", "never.txt");
  expect(target.status).toBe(2);
  expect(readdirSync(folder)).not.toContain("never.txt");
});

test("licences come from what is installed, and a note says where none is known", async () => {
  const user = newUser("licences");
  const metadata = (name: string, more = ""): string =>
    `Metadata-Version: 2.4\nName: ${name}\nVersion: 1.0\n${more}\nText\n`;
  const index = await serveLocalIndex(
    release("free", "1.0", { metadata: metadata("free", "License-Expression: MIT\n") }),
    release("silent", "1.0", { metadata: metadata("silent") }),
  );
  const folder = scratch("licences");
  const env = { ...LOCAL_ENVIRONMENT, PIP_INDEX_URL: index.url };
  const run = (...words: readonly string[]): Promise<Ran> =>
    user.start(words, { cwd: folder, env });
  const packages = ["-p", "free", "-p", "silent"];
  await run("lock", ...packages);
  const before = await run("export", "-o", "bom.json", "--licenses");
  expect(before.stderr).toContain("the licences of 2 of 2 files are not known");
  const made = await run("env", "env", ...packages, "--compile", "never");
  expect(made.status, made.stderr).toBe(0);
  const after = await run("export", "-o", "bom.json", "--licenses");
  expect(after.stderr).toContain("the licences of 1 of 2 files are not known");
  const bom = JSON.parse(readFileSync(join(folder, "bom.json"), "utf8")) as {
    components: { name: string; licenses?: unknown }[];
  };
  expect(bom.components.map(({ name, licenses }) => [name, licenses])).toEqual([
    ["free", [{ expression: "MIT" }]],
    ["silent", undefined],
  ]);
});
