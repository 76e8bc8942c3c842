import { mkdtempSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../src/base/index.ts";
import { unpackCondaPackage } from "../../src/build/index.ts";
import { changePrefix } from "../../src/environment/conda-prefix.ts";
import {
  condaInterpreter,
  condaOrder,
  createEnvironment,
  type Environment,
  type EnvironmentInput,
} from "../../src/environment/index.ts";
import { openStore, type StorePath } from "../../src/store/index.ts";
import { condaJob, type MadeConda } from "../build/make-conda.ts";
import { DERIVED, removeForced } from "../store/fixture.ts";
import { addWheel, output, somePython } from "./fixture.ts";

const scratch = mkdtempSync(join(tmpdir(), "mach-nix-conda-"));
afterAll(() => removeForced(scratch));
const store = openStore(join(scratch, "store"), { derived: DERIVED });
const PLACEHOLDER = "/opt/anaconda1anaconda2anaconda3";
let made = 0;

async function make(
  packages: readonly MadeConda[],
  options: Partial<EnvironmentInput> = {},
): Promise<Environment> {
  const condaObjects: StorePath[] = [];
  for (const one of packages) condaObjects.push(await unpackCondaPackage(condaJob(one), store));
  made += 1;
  const directory = options.directory ?? join(scratch, `env ${made}`);
  const interpreter = await somePython();
  const input = { store, objects: [], source: "lock", interpreter, ...options };
  return createEnvironment({ ...input, directory, condaObjects });
}

function text({ directory }: Environment, path: string): string {
  return readFileSync(join(directory, path), "utf8");
}

describe("the same file in several packages", () => {
  const one = (name: string, ...depends: string[]): MadeConda => ({
    name,
    depends,
    files: { "share/x": name },
  });

  test("the later by name wins, as conda does it, and it is told", async () => {
    const environment = await make([one("c"), one("a"), one("b")]);
    expect(text(environment, "share/x")).toBe("c");
    expect(environment.clobbered).toEqual([
      { path: "share/x", kept: "c", dropped: "b" },
      { path: "share/x", kept: "c", dropped: "a" },
    ]);
  });

  test("what depends on another comes after it", async () => {
    const environment = await make([one("c"), one("a", "b >=1", "c"), one("b", "c")]);
    expect(text(environment, "share/x")).toBe("a");
    expect(environment.clobbered.map(({ dropped }) => dropped)).toEqual(["b", "c"]);
  });

  test("equal files are one", async () => {
    const files = { "share/x": "same" };
    const environment = await make([
      { name: "a", files },
      { name: "b", files },
    ]);
    expect(environment.clobbered).toEqual([]);
  });

  test("a file and a folder", async () => {
    const environment = await make([
      { name: "a", files: { "share/x": "file" } },
      { name: "b", files: { "share/x/y": "in it" } },
    ]);
    expect(text(environment, "share/x/y")).toBe("in it");
    expect(environment.clobbered).toEqual([{ path: "share/x", kept: "b", dropped: "a" }]);
  });

  test("of a wheel and a conda package: refused, or the conda package's by request", async () => {
    const { sitePackages } = await somePython();
    const wheel = await addWheel(store, { name: "lib", files: { "lib/a.py": "wheel" } });
    const conda = { name: "other", files: { [`${sitePackages}/lib/a.py`]: "conda" } };
    const options = { objects: [wheel] };
    await expect(make([conda], options)).rejects.toMatchObject({ code: "environment-collision" });
    const environment = await make([conda], { ...options, ignoreCollisions: true });
    expect(text(environment, `${sitePackages}/lib/a.py`)).toBe("conda");
    expect(environment.collisions).toHaveLength(1);
  });
});

describe("files with a prefix", () => {
  const python = {
    data: `#!${PLACEHOLDER}/bin/python\nimport sys\nprint(sys.prefix)\n`,
    executable: true,
    placeholder: PLACEHOLDER,
  };
  const binary = Buffer.from(
    `a\0${PLACEHOLDER}/lib:${PLACEHOLDER}/x\0b${PLACEHOLDER}\0c`,
    "latin1",
  );

  test("programs start the Python beside them, also where the path has spaces", async () => {
    const environment = await make([{ name: "p", files: { "bin/p": python } }]);
    expect(output(join(environment.directory, "bin/p"))).toBe(environment.directory);
  });

  test("other programs are started by env, where the kernel could not", async () => {
    const data = `#!${PLACEHOLDER}/bin/perl -w\nprint "${PLACEHOLDER}"\n`;
    const file = { data, executable: true, placeholder: PLACEHOLDER };
    const environment = await make([{ name: "q", files: { "bin/q": file } }]);
    const { directory } = environment;
    expect(text(environment, "bin/q")).toBe(`#!/usr/bin/env perl -w\nprint "${directory}"\n`);
  });

  test("in binary files the rest of the string moves up, and what follows stays", async () => {
    const directory = join(tmpdir(), `e${process.pid}`);
    afterAll(() => removeForced(directory));
    const file = { data: binary, placeholder: PLACEHOLDER, mode: "binary" } as const;
    await make([{ name: "r", files: { "lib/r": file } }], { directory });
    const changed = readFileSync(join(directory, "lib/r"));
    expect(changed).toHaveLength(binary.length);
    const lost = PLACEHOLDER.length - directory.length;
    const expected = `a\0${directory}/lib:${directory}/x${"\0".repeat(2 * lost)}\0b${directory}${"\0".repeat(lost)}\0c`;
    expect(changed.toString("latin1")).toBe(expected);
  });

  test.each<[string, string, string]>([
    ["#!/old/bin/python\nx", "/new", "#!/new/bin/python\nx"],
    ["#!/usr/bin/python -c /old\n", `/${"n".repeat(200)}`, "head"],
    ["#!/bin/sh\n/old/old\r\n", "/n w", "#!/bin/sh\n/n w/n w\r\n"],
    ["#! /old/bin/sh -e", "/n w", "#!/usr/bin/env sh -e"],
    ["caf\u00e9 /old $& $1", "/caf\u00e9$&", "caf\u00e9 /caf\u00e9$& $& $1"],
    ["nothing", "/new", "nothing"],
  ])("text: %j in %s", (given, prefix, expected) => {
    const change = { placeholder: "/old", prefix, mode: "text" } as const;
    const changed = changePrefix(Buffer.from(given), change).toString();
    expect(changed.replace(/^#!\/bin\/sh\n''':'\n[^]*/, "head")).toBe(expected);
  });
});

test("links that lead to what is the environment's own, or another package's", async () => {
  const environment = await make([
    {
      name: "l",
      files: {
        "lib/liba.so": { target: "liba.so.1" },
        "lib/liba.so.1": "a",
        "lib/other": { target: "../share/of-another" },
        "share/dir/link": { target: "real" },
        "share/dir/real": { data: PLACEHOLDER, placeholder: PLACEHOLDER },
      },
    },
    { name: "m", files: { "share/of-another": "found" } },
  ]);
  expect(text(environment, "lib/other")).toBe("found");
  expect(text(environment, "lib/liba.so")).toBe("a");
  expect(text(environment, "share/dir/link")).toBe(environment.directory);
  expect(readlinkSync(join(environment.directory, "share/dir/link"))).toBe("real");
});

test("what is left out is noted: scripts of linking, menu entries", async () => {
  const events: ProgressEvent[] = [];
  await make([{ name: "s", files: { "bin/.s-post-link.sh": "exit 1", "Menu/s.json": "{}" } }], {
    report: (event) => events.push(event),
  });
  expect(events).toMatchObject([
    { kind: "note", code: "conda-link-scripts", facts: { scripts: ["bin/.s-post-link.sh"] } },
    { kind: "note", code: "conda-menus" },
  ]);
});

test("the order of linking: dependencies first, circles broken, else by name", () => {
  const one = (name: string, ...depends: string[]) => ({
    name,
    version: "1",
    build: "0",
    index: { depends },
  });
  const order = (...all: ReturnType<typeof one>[]): string =>
    condaOrder(all)
      .map(({ name }) => name)
      .join(" ");
  expect(order(one("b"), one("a"))).toBe("a b");
  expect(order(one("a", "b >=1,<2"), one("b", "c[version='>1']"), one("c"))).toBe("c b a");
  expect(order(one("pip", "python"), one("python", "pip", "zlib"), one("zlib"))).toBe(
    "zlib python pip",
  );
  expect(order(one("a", "b"), one("b", "a"), one("c", "a"))).toBe("a b c");
  expect(order(one("a", "missing"), one("A", "a"))).toBe("a A");
});

test("an interpreter is known from its package", () => {
  const options = { directory: "/env", libc: null };
  const of = (version: string, build: string, index = {}) =>
    condaInterpreter(
      { name: "python", version, build, index: { subdir: "linux-64", ...index } },
      options,
    );
  expect(of("3.7.3", "h0371630_900")).toMatchObject({
    path: "/env/bin/python3.7",
    abiflags: "m",
    soabi: "cpython-37m-x86_64-linux-gnu",
    cacheTag: "cpython-37",
    sitePackages: "lib/python3.7/site-packages",
    platform: "linux-x86_64",
  });
  expect(of("3.13.1", "h1_0_cp313t")).toMatchObject({
    abiflags: "t",
    sitePackages: "lib/python3.13t/site-packages",
  });
  const free = { python_site_packages_path: "lib/python3.13t/site-packages", subdir: "osx-arm64" };
  expect(of("3.13.1", "h1_0_cp313t", free)).toMatchObject({
    machine: "arm64",
    soabi: "cpython-313t-darwin",
  });
  expect(of("3.9.1", "x", { python_site_packages_path: "../x/site-packages" }).sitePackages).toBe(
    "lib/python3.9/site-packages",
  );
  expect(of("3.9.1", "0_73_pypy").implementation).toBe("pypy");
});
