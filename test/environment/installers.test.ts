// pip and uv, as the user or root, in an environment: whatever they do, the store stays as it was.
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, lchownSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type {
  Environment,
  EnvironmentInput,
  FoundInterpreter,
} from "../../src/environment/index.ts";
import type { Store } from "../../src/store/index.ts";
import { peerCommand, peerPython } from "../../tools/make-peers.ts";
import { temporaryFolder } from "../store/fixture.ts";
import {
  inspect,
  type MadeWheel,
  makeEnvironment,
  pythons,
  testStore,
  writeWheel,
} from "./fixture.ts";

const hasPeers = peerPython() !== undefined;
const isRoot = process.geteuid?.() === 0;
const NOBODY = 65534;

const OLD: readonly MadeWheel[] = [
  {
    name: "tool",
    files: { "tool/__init__.py": "v=1\n", "tool/sub/data.txt": "one", "toolmod.py": "v=1\n" },
    entryPoints: "[console_scripts]\ntool = tool:main\n",
    requires: ["nspart"],
  },
  { name: "nspart", files: { "ns/part/__init__.py": "v=1\n", ".data/data/share/x/y.txt": "one" } },
];
const NEW: readonly MadeWheel[] = OLD.map((wheel) => ({
  ...wheel,
  version: "2.0",
  files: Object.fromEntries(
    Object.entries(wheel.files).map(([path, text]) => [path, String(text).replace("1", "2")]),
  ),
}));

function peerLibrary(): string {
  const lib = join(dirname(dirname(peerPython() as string)), "lib");
  return join(
    lib,
    readdirSync(lib).find((name) => name.startsWith("python")) as string,
    "site-packages",
  );
}

interface Installation {
  readonly environment: Environment;
  readonly store: Store;
  readonly links: string;
}

function run(command: string, args: readonly string[], { links }: Installation, user?: number) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    cwd: "/",
    env: {
      PATH: "/usr/bin:/bin",
      HOME: links,
      UV_CACHE_DIR: `${links}/cache`,
      PIP_NO_CACHE_DIR: "1",
      PIP_DISABLE_PIP_VERSION_CHECK: "1",
      ...(user === undefined ? {} : { PYTHONPATH: peerLibrary() }),
    },
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  return { status, text: stdout + stderr };
}

type Run = (tool: "pip" | "uv", ...args: string[]) => { status: number | null; text: string };

/** pip and uv on an environment: this user's pip, or for another user pip's code in its own Python. */
function runner(made: Installation, user?: number): Run {
  const { python } = made.environment;
  const pip =
    user === undefined
      ? [peerPython() as string, "-m", "pip", "--python", python]
      : [python, "-m", "pip"];
  return (tool, ...args) =>
    tool === "pip"
      ? run(pip[0] as string, [...pip.slice(1), ...args], made, user)
      : run(
          peerCommand("uv") as string,
          ["pip", ...args, "--python", python, "--offline"],
          made,
          user,
        );
}

async function install(
  store: Store = testStore(),
  options: Partial<EnvironmentInput> = {},
): Promise<Installation> {
  const environment = await makeEnvironment(OLD, { ...options, store });
  const links = `${temporaryFolder()}/links`;
  for (const wheel of [...OLD, ...NEW]) writeWheel(links, wheel);
  return { environment, store, links };
}

const LOCAL = (links: string): string[] => ["--no-index", "--find-links", links];

/** Everything an installer may try. */
function tryEverything(call: Run, links: string): void {
  const local = LOCAL(links);
  call("pip", "install", ...local, "-U", "tool", "nspart");
  call("pip", "install", ...local, "--force-reinstall", "tool==1.0");
  call("pip", "install", ...local, "--ignore-installed", "nspart==2.0");
  call("pip", "install", ...local, "--ignore-installed", "tool==2.0");
  call("pip", "uninstall", "-y", "tool", "nspart");
  for (const name of ["tool", "nspart"]) {
    for (const mode of ["copy", "hardlink", "symlink"]) {
      const options = [...local, "--no-deps", "--link-mode", mode];
      call("uv", "install", ...options, "-U", name);
      call("uv", "install", ...options, "--reinstall", `${name}==2.0`);
    }
    call("uv", "uninstall", name);
  }
}

async function expectUntouched(store: Store): Promise<void> {
  const result = await store.verify();
  expect(result.problems).toEqual([]);
  expect(result.objects).toBe(2);
  for (const path of await store.list())
    expect(readdirSync(`${path}/site`).some((name) => /-2\.0/.test(name))).toBe(false);
}

test.skipIf(!hasPeers)("pip and uv list what is there, and check passes", async () => {
  const made = await install();
  const call = runner(made);
  const expected = [
    { name: "nspart", version: "1.0" },
    { name: "tool", version: "1.0" },
  ];
  for (const tool of ["pip", "uv"] as const) {
    const { text } = call(tool, "list", "--format=json", ...(tool === "uv" ? ["-q"] : []));
    const listed = JSON.parse(text) as { name: string; version: string }[];
    expect(listed.map(({ name, version }) => ({ name, version }))).toEqual(expected);
    expect(call(tool, "check").status).toBe(0);
  }
});

test.skipIf(!hasPeers)("as this user, nothing that installers do changes the store", async () => {
  const made = await install();
  tryEverything(runner(made), made.links);
  await expectUntouched(made.store);
});

test.skipIf(!hasPeers)("where nothing can be made immutable, links are file by file", async () => {
  const store = testStore();
  const made = await install({ ...store, protect: () => Promise.resolve("none") });
  const site = `${made.environment.directory}/lib`;
  expect(statSync(site).isDirectory()).toBe(true);
  const call = runner(made);
  expect(call("pip", "list").text).toContain("tool");
  tryEverything(call, made.links);
  await expectUntouched(store);
});

/** A Python that other users can start, which root's own may not be. */
const PUBLIC = pythons().find(
  ({ path, version }) =>
    isRoot &&
    /^3\.(?:9|1\d)/.test(version) &&
    spawnSync(path, ["-c", ""], { uid: NOBODY, gid: NOBODY, cwd: "/" }).status === 0,
);

function giveAway(path: string): void {
  for (const item of readdirSync(path, { withFileTypes: true }))
    if (item.isDirectory()) giveAway(`${path}/${item.name}`);
    else lchownSync(`${path}/${item.name}`, NOBODY, NOBODY);
  chownSync(path, NOBODY, NOBODY);
}

test.skipIf(!hasPeers || PUBLIC === undefined)("nor as another user, whom modes bind", async () => {
  const interpreter = await inspect((PUBLIC as FoundInterpreter).path);
  const store: Store = { ...testStore(), protect: () => Promise.resolve("modes") };
  const made = await install(store, { interpreter });
  writeWheel(made.links, { name: "more", files: { "more.py": "" } });
  for (const path of [made.environment.directory, made.links, store.root]) {
    chmodSync(`${path}/..`, 0o755);
    giveAway(path);
  }
  const call = runner(made, NOBODY);
  const more = call("pip", "install", ...LOCAL(made.links), "more");
  expect(more.text).toContain("Successfully installed more");
  tryEverything(call, made.links);
  await expectUntouched(store);
});

test.skipIf(!hasPeers)(
  "what is not there yet can be installed, beside a namespace too",
  async () => {
    const made = await install();
    writeWheel(made.links, { name: "more", files: { "ns/more.py": "v=3\n", "more.py": "" } });
    const call = runner(made);
    const { status, text } = call("pip", "install", ...LOCAL(made.links), "more");
    expect(text).toContain("Successfully installed more");
    expect(status).toBe(0);
    const site = `${made.environment.directory}/lib`;
    const [python] = readdirSync(site);
    expect(readFileSync(`${site}/${python}/site-packages/ns/more.py`, "utf8")).toBe("v=3\n");
    expect(call("pip", "uninstall", "-y", "more").status).toBe(0);
    await expectUntouched(made.store);
  },
);
