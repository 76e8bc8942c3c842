import {
  chmodSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import {
  chooseInterpreter,
  findInterpreters,
  type FoundInterpreter,
  inspectInterpreter,
  interpreterAt,
  type Interpreter,
} from "../../src/environment/index.ts";
import { satisfiesPep440 } from "../../src/version/index.ts";
import { temporaryFolder } from "../store/fixture.ts";
import { pythons, somePython } from "./fixture.ts";

function program(path: string, text = "#!/bin/sh\nexit 3\n"): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** A home with interpreters of all kinds; none of them would start. */
function madeHome(): { home: string; env: Record<string, string> } {
  const home = temporaryFolder();
  const pyenv = `${home}/.pyenv/versions`;
  program(`${pyenv}/3.12.1/bin/python3.12`);
  for (const name of ["python3", "python"]) link("python3.12", `${pyenv}/3.12.1/bin/${name}`);
  program(`${pyenv}/3.9.18/bin/python3.9`);
  link("python3.9", `${pyenv}/3.9.18/bin/python`);
  program(`${pyenv}/pypy3.10-7.3.12/bin/pypy3.10`);
  program(`${home}/.pyenv/shims/python3`);
  writeFileSync(`${home}/.pyenv/version`, "3.9.18\n");
  program(`${home}/.local/share/uv/python/cpython-3.13.0-linux-x86_64-gnu/bin/python3.13`);
  program(`${home}/.local/share/uv/python/cpython-3.13.0+freethreaded-linux/bin/python3.13t`);
  program(`${home}/miniconda3/bin/python3.11`);
  mkdirSync(`${home}/miniconda3/include/python3.11`, { recursive: true });
  writeFileSync(
    `${home}/miniconda3/include/python3.11/patchlevel.h`,
    '/* */\n#define PY_VERSION      \t"3.11.5"\n',
  );
  program(`${home}/miniconda3/envs/old/bin/python3.8`);
  program(`${home}/tools/python3.10`);
  link(`${pyenv}/3.12.1/bin/python3.12`, `${home}/venv/bin/python`);
  writeFileSync(`${home}/venv/pyvenv.cfg`, `home = ${pyenv}/3.12.1/bin\n`);
  program(`${home}/copied/bin/python`);
  writeFileSync(`${home}/copied/pyvenv.cfg`, `home = ${pyenv}/3.12.1/bin\nversion = 3.12.1\n`);
  const path = [`${home}/venv/bin`, `${home}/.pyenv/shims`, `${home}/tools`, `${home}/none`];
  return { home, env: { HOME: home, PATH: path.join(":") } };
}

function inHome(home: string, found: readonly FoundInterpreter[]): string[] {
  return found
    .filter(({ path }) => path.startsWith(home))
    .map(
      (item) =>
        `${item.source} ${item.implementation} ${item.version}${item.freeThreaded ? "t" : ""} ${item.names.join(",")}`,
    );
}

test("finds interpreters of all kinds once each, real ones, without starting any", () => {
  const { home, env } = madeHome();
  expect(inHome(home, findInterpreters({ env }))).toEqual([
    "path cpython 3.12.1 python",
    "pyenv cpython 3.9.18 python3.9",
    "path cpython 3.10 python3.10",
    "pyenv pypy 3.10 ",
    "uv cpython 3.13.0 ",
    "uv cpython 3.13.0t ",
    "conda cpython 3.11.5 ",
    "conda cpython 3.8 ",
  ]);
});

test("virtual environments, linked or copied, lead to their base", () => {
  const { home } = madeHome();
  const base = `${home}/.pyenv/versions/3.12.1/bin/python3.12`;
  for (const path of ["venv", "venv/bin/python", "copied", "copied/bin/python"])
    expect(interpreterAt(`${home}/${path}`)?.path).toBe(base);
  expect(interpreterAt(`${home}/nothing`)).toBeUndefined();
});

/** Facts as the place tells them, as if every interpreter started. */
function pretend(found: readonly FoundInterpreter[]) {
  return async (path: string): Promise<Interpreter> => {
    const item = found.find((other) => other.path === path) ?? interpreterAt(path);
    const version = /\d+\.\d+\.\d+/.test(item?.version ?? "")
      ? item?.version
      : `${item?.version}.4`;
    const { implementation = "cpython", freeThreaded } = item ?? {};
    const facts = { path, version, implementation, abiflags: freeThreaded === true ? "t" : "" };
    return facts as Interpreter;
  };
}

const satisfies = (version: string, specifier: string): boolean =>
  satisfiesPep440(version, specifier, { prereleases: true });

test.each([
  [undefined, "3.12.1"],
  ["3.9", "3.9.18"],
  ["3.9.18", "3.9.18"],
  ["python3.10", "3.10.4"],
  ["3.10.4", "3.10.4"],
  [">=3.10,<3.12", "3.11.5"],
  [">=3.8", "3.12.1"],
  ["~=3.8.1", "3.8.4"],
  ["3.13", "3.13.0"],
  ["3.13t", "3.13.0"],
  ["pypy3.10", "3.10.4"],
  ["cpython@3.11", "3.11.5"],
  ["python", "3.12.1"],
  ["HOME/venv", "3.12.1"],
  ["HOME/tools/python3.10", "3.10.4"],
])("--python %s means %s", async (request, version) => {
  const { home, env } = madeHome();
  const found = findInterpreters({ env }).filter(({ path }) => path.startsWith(home));
  const inspect = pretend(found);
  const chosen = await chooseInterpreter(request?.replace("HOME", home), found, {
    satisfies,
    inspect,
  });
  expect(chosen.version).toBe(version);
});

test.each([[undefined], ["3.12"], [">=3.9"], ["3.9"], ["3.8"], [">=3.13"], ["python3.9"]])(
  "to look at PATH first changes no answer: %s",
  async (request) => {
    const { env } = madeHome();
    const found = findInterpreters({ env });
    const onPath = findInterpreters({ env, onPath: true });
    expect(onPath.map(({ path }) => path)).toEqual(
      found.slice(0, onPath.length).map(({ path }) => path),
    );
    const answer = async (options: object): Promise<string> => {
      const inspect = pretend(found);
      const chosen = chooseInterpreter(request, () => found, { satisfies, inspect, ...options });
      return chosen.then(({ path }) => path).catch((error: Error) => error.message);
    };
    expect(await answer({ onPath })).toBe(await answer({}));
  },
);

test("none that fits: an error that lists what was found and says what to do", async () => {
  const { home, env } = madeHome();
  const found = findInterpreters({ env }).filter(({ path }) => path.startsWith(home));
  const choosing = chooseInterpreter("3.4", found, { satisfies, inspect: pretend(found) });
  await expect(choosing).rejects.toMatchObject({
    code: "python-not-found",
    message: expect.stringMatching(/"3\.4"[^]*3\.12\.1[^]*pypy 3\.10[^]*conda/) as string,
    hint: expect.stringContaining("--python") as string,
  });
  await expect(
    chooseInterpreter(undefined, [], { satisfies, inspect: pretend([]) }),
  ).rejects.toMatchObject({ code: "python-not-found" });
  await expect(
    chooseInterpreter("./nothing", found, { satisfies, inspect: pretend(found) }),
  ).rejects.toMatchObject({ code: "python-not-found" });
});

test("a request that means nothing is bad input", async () => {
  const choosing = chooseInterpreter(">>3", [], { satisfies, inspect: pretend([]) });
  await expect(choosing).rejects.toMatchObject({ code: "python-request" });
});

test("a broken interpreter is passed over with a note, but not when it was asked for", async () => {
  const { home, env } = madeHome();
  const found = findInterpreters({ env }).filter(({ path }) => path.startsWith(home));
  const inspect = (path: string): Promise<Interpreter> => inspectInterpreter(path, { env });
  const notes: string[] = [];
  const report = (event: { kind: string; code?: string }): unknown => notes.push(event.code ?? "");
  const choosing = chooseInterpreter("3.12", found, { satisfies, inspect, report });
  await expect(choosing).rejects.toMatchObject({ code: "python-not-found" });
  expect(notes).toEqual(["python-broken"]);
  const asked = chooseInterpreter(`${home}/venv`, found, { satisfies, inspect });
  await expect(asked).rejects.toMatchObject({ code: "python-broken" });
});

test("facts are asked once and again when the binary changes", async () => {
  const folder = temporaryFolder();
  const { path } = await somePython();
  const wrapper = `${folder}/python`;
  program(wrapper, `#!/bin/sh\necho asked >>${folder}/log\nexec ${path} "$@"\n`);
  const options = { env: process.env, cacheFile: `${folder}/cache/pythons.json` };
  const first = await inspectInterpreter(wrapper, options);
  expect(await inspectInterpreter(wrapper, options)).toEqual(first);
  const asked = (): number => readFileSync(`${folder}/log`, "utf8").split("\n").length - 1;
  expect(asked()).toBe(1);
  utimesSync(wrapper, 1, 1);
  await inspectInterpreter(wrapper, options);
  expect(asked()).toBe(2);
  writeFileSync(options.cacheFile, "broken{");
  expect(await inspectInterpreter(wrapper, options)).toEqual(first);
});

test.each(pythons().map(({ path, version }) => [version, path]))(
  "an interpreter of this machine (%s) says what its place told: %s",
  async (version, path) => {
    const facts = await inspectInterpreter(path, { env: process.env });
    expect(facts.version.startsWith(version)).toBe(true);
    expect(facts).toMatchObject({ path, basePrefix: expect.any(String) as string });
    expect(facts.sitePackages).toMatch(/^lib\/(?:python|pypy)\d\.\d+\/site-packages$/);
  },
);
