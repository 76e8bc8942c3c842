import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Report } from "../../src/base/index.ts";
import {
  collectStore,
  lockProject,
  makeEnvironment,
  openSession,
  type Session,
  syncEnvironment,
} from "../../src/project/index.ts";
import { pythons, writeWheel } from "../environment/fixture.ts";

const REQUEST = { inputs: [], packages: ["lib"], directory: "env", compile: "never" } as const;

function sessionWith(files: Readonly<Record<string, string>>, report: Report): Session {
  const cwd = mkdtempSync(join(tmpdir(), "mach-nix-sync-"));
  writeWheel(join(cwd, "wheels"), { name: "lib", files });
  return openSession({
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], MACH_NIX_HOME: join(cwd, "home") },
    cwd,
    now: Date.now,
    report,
    options: { noIndex: true, findLinks: [join(cwd, "wheels")] },
  });
}

function bytecode(session: Session): string[] {
  const all = readdirSync(session.home.store, { recursive: true }) as string[];
  return all.filter((name) => name.endsWith(".pyc") && name.includes("/site/"));
}

test("what wheels bring to the prefix is ignored by git, and a user's own file left alone", async () => {
  const session = sessionWith({ ".data/data/man/man1/lib.1": "" }, () => undefined);
  await makeEnvironment(session, REQUEST);
  const file = join(session.cwd, "env", ".gitignore");
  const lines = readFileSync(file, "utf8").split("\n");
  for (const name of ["bin", "lib", "lib64", "share", "etc", "man", "pyvenv.cfg", ".mach-nix"])
    expect(lines).toContain(`/${name}`);
  writeFileSync(file, "mine\n");
  await makeEnvironment(session, { ...REQUEST, packages: ["lib==1.0"] });
  expect(readFileSync(file, "utf8")).toBe("mine\n");
});

test("bytecode made at once is linked where modules stand alone", async () => {
  const session = sessionWith({ "alone.py": "x = 1\n" }, () => undefined);
  await makeEnvironment(session, { ...REQUEST, compile: "now" });
  expect(bytecode(session)).toHaveLength(1);
  const folders = readdirSync(join(session.cwd, "env", "lib"));
  const cache = join(session.cwd, "env", "lib", folders[0] as string, "site-packages/__pycache__");
  expect(readdirSync(cache)).toEqual([expect.stringMatching(/^alone\..*\.pyc$/)]);
});

test("bytecode is made for an environment that is there already, when it is asked for", async () => {
  const session = sessionWith({ "lib/__init__.py": "" }, () => undefined);
  await makeEnvironment(session, REQUEST);
  expect(bytecode(session)).toEqual([]);
  const result = await syncEnvironment(session, { directory: "env", compile: "now" });
  expect(result).toMatchObject({ changed: false });
  expect(bytecode(session)).toHaveLength(1);
});

test("an environment that was moved is kept by store gc before it is synced again", async () => {
  const session = sessionWith({ "lib/__init__.py": "" }, () => undefined);
  await makeEnvironment(session, REQUEST);
  renameSync(join(session.cwd, "env"), join(session.cwd, "moved"));
  expect(await collectStore(session)).toMatchObject({ removed: [], kept: 1 });
  await syncEnvironment(session, { directory: "moved", compile: "never" });
  expect(await collectStore(session)).toMatchObject({ removed: [], kept: 1 });
});

const OLD = pythons().find(({ version }) => version.startsWith("2.7."));

test.skipIf(OLD === undefined)(
  "a Python that can have no environment is refused first",
  async () => {
    const session = sessionWith({ "lib/__init__.py": "" }, () => undefined);
    const wheel = join(session.cwd, "wheels", "lib-1.0-");
    renameSync(`${wheel}py3-none-any.whl`, `${wheel}py2.py3-none-any.whl`);
    const output = "env/mach-nix.lock";
    mkdirSync(join(session.cwd, "env"));
    await lockProject(session, { inputs: [], packages: ["lib"], pythons: ["2.7"], output });
    const python = OLD?.path as string;
    const made = syncEnvironment(session, { directory: "env", python });
    await expect(made).rejects.toMatchObject({ code: "python-too-old" });
    expect(() => readdirSync(session.home.store)).toThrow(/ENOENT/);
  },
);

test("a machine whose C library is older than the lock's platform says so", async () => {
  const notes: string[] = [];
  const session = sessionWith({ "lib/__init__.py": "" }, (event) => {
    if (event.kind === "note") notes.push(event.code);
  });
  const platforms = [`linux-${process.arch === "arm64" ? "aarch64" : "x86_64"}-glibc2.99`];
  await makeEnvironment(session, { ...REQUEST, platforms });
  expect(notes).toContain("host-libc-old");
});
