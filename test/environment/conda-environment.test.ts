import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileBytecode, readCondaObject } from "../../src/build/index.ts";
import {
  condaInterpreter,
  type CondaRecord,
  createEnvironment,
  type Environment,
  type EnvironmentInput,
  environmentState,
  relinkEnvironment,
} from "../../src/environment/index.ts";
import { openStore, type Store, type StorePath } from "../../src/store/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
import { DERIVED, removeForced } from "../store/fixture.ts";
import { channelMissing, unpackChannel } from "./conda-channel.ts";
import { addWheel, APP } from "./fixture.ts";

const scratch = mkdtempSync(join(tmpdir(), "mach-nix-conda-"));
afterAll(() => removeForced(scratch));

let store: Store;
let objects: StorePath[];
let records: Map<StorePath, CondaRecord>;

beforeAll(async () => {
  store = openStore(join(scratch, "store"), { derived: DERIVED });
  if (!channelMissing) ({ objects, records } = await unpackChannel(store));
}, 120_000);

function make(directory: string, options: Partial<EnvironmentInput> = {}): Promise<Environment> {
  const python = objects.map(readCondaObject).find(({ name }) => name === "python");
  if (python === undefined) throw new Error("the channel has no Python");
  return createEnvironment({
    directory,
    store,
    objects: [],
    condaObjects: objects,
    conda: { records },
    source: "lock",
    interpreter: condaInterpreter(python, { directory, libc: null }),
    ...options,
  });
}

/** What a program of an environment prints; no other environment's variables reach it. */
function run(
  directory: string,
  words: readonly string[],
  env: Record<string, string> = {},
): string {
  const [name = "", ...rest] = words;
  const ran = spawnSync(join(directory, "bin", name), rest, {
    encoding: "utf8",
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", HOME: scratch, TERM: "xterm", LC_ALL: "C.UTF-8", ...env },
  });
  expect(ran.stderr).toBe("");
  expect(ran.status).toBe(0);
  return ran.stdout.trim();
}

const WORKS = `
import bz2, ctypes, curses, lzma, readline, sqlite3, ssl, sys, sysconfig, tkinter, zlib
import certifi, cffi, cryptography, requests, six, tqdm, yaml_or_none
from cryptography.fernet import Fernet
fernet = Fernet(Fernet.generate_key())
assert fernet.decrypt(fernet.encrypt(b"ok")) == b"ok"
assert sqlite3.connect(":memory:").execute("select 1 + 1").fetchone() == (2,)
curses.setupterm("xterm")
assert curses.tigetnum("colors") > 0
prefix = sys.argv[1]
assert sys.prefix == sys.base_prefix == prefix, sys.prefix
assert sysconfig.get_config_var("prefix") == prefix
assert ssl.get_default_verify_paths().cafile == prefix + "/ssl/cert.pem"
assert len(ssl.create_default_context().get_ca_certs()) > 100
assert tkinter.Tcl().eval("info library") == prefix + "/lib/tcl8.6"
print(ssl.OPENSSL_VERSION, sqlite3.sqlite_version, cryptography.__version__, requests.__version__)
`.replace(", yaml_or_none", "");

function expectWorks(directory: string): void {
  expect(run(directory, ["python", "-c", WORKS, directory])).toBe(
    "OpenSSL 1.1.1c  28 May 2019 3.29.0 2.7 2.22.0",
  );
  expect(run(directory, ["tqdm", "--version"])).toBe("4.32.1");
  expect(run(directory, ["openssl", "version"])).toBe("OpenSSL 1.1.1c  28 May 2019");
  expect(run(directory, ["pydoc3.7", "-h"])).toContain("pydoc");
  expect(run(directory, ["chardetect", "--version"])).toContain("3.0.4");
  expect(run(directory, ["pip", "--version"])).toContain(
    `${directory}/lib/python3.7/site-packages/pip`,
  );
}

describe.skipIf(channelMissing)(
  "Python and all that it needs from a channel",
  { timeout: 120_000 },
  () => {
    test.each([
      ["a plain one", "env"],
      ["with spaces and more", "a b/(c) & é"],
      ["a long one", `${"long-".repeat(30)}/env`],
    ])("works in a directory with a path: %s", async (_, place) => {
      const directory = join(scratch, place);
      mkdirSync(join(directory, ".."), { recursive: true });
      const made = await make(directory);
      expect(made).toMatchObject({
        collisions: [],
        clobbered: [],
        python: `${directory}/bin/python`,
      });
      expectWorks(directory);
      expect(environmentState(directory)).toMatchObject({ kind: "made", fault: undefined });
    });

    test("conda-prefix-too-long: what has no room says so, and how much there is", async () => {
      const directory = join(scratch, "x".repeat(150), "y".repeat(150));
      await expect(make(directory)).rejects.toMatchObject({
        code: "conda-prefix-too-long",
        message: expect.stringMatching(/^\S+ of \S+ \S+ has room for a path of \d+ bytes, and /),
        hint: expect.stringMatching(/at most \d+ bytes/),
      });
      expect(existsSync(directory)).toBe(false);
    });

    test("conda-prefix-unsuitable: a path that would break scripts is refused", async () => {
      const directory = join(scratch, "it's");
      await expect(make(directory)).rejects.toMatchObject({ code: "conda-prefix-unsuitable" });
    });

    test("conda-directory-taken: files of the user's are not shadowed", async () => {
      const directory = join(scratch, "taken");
      mkdirSync(join(directory, "lib"), { recursive: true });
      writeFileSync(join(directory, "mach-nix.toml"), "");
      await expect(make(directory)).rejects.toMatchObject({ code: "conda-directory-taken" });
      expect(readdirSync(directory).sort()).toEqual(["lib", "mach-nix.toml"]);
    });

    test("wheels go to its site-packages, and its bytecode is compiled by it", async () => {
      const directory = join(scratch, "mixed");
      const wheel = await addWheel(store, APP);
      await make(directory, { objects: [wheel] });
      const interpreter = { path: join(directory, "bin/python"), cacheTag: "cpython-37" };
      await compileBytecode([wheel, ...objects], { store, interpreter, mode: "now" });
      expect(
        run(directory, ["python", "-c", "import app.cli, requests; print(app.__file__)"]),
      ).toBe(join(directory, "lib/python3.7/site-packages/app/__init__.py"));
      expect(run(directory, ["shell.sh"])).toBe("shell");
      const names = readdirSync(join(wheel, "site/app/__pycache__")).sort();
      expect(names).toEqual(["__init__.cpython-37.pyc", "cli.cpython-37.pyc"]);
      const pure = objects.find((path) => path.includes("-tqdm-")) as StorePath;
      const compiled = readdirSync(join(pure, "files/site-packages/tqdm/__pycache__"));
      expect(compiled).toContain("__init__.cpython-37.pyc");
      expect((await store.verify()).problems).toEqual([]);
    });

    test("bytecode that came with its source is used", async () => {
      const directory = join(scratch, "env");
      const code = `import importlib.util as u, importlib._bootstrap_external as b
real = b.source_to_code if hasattr(b, "source_to_code") else b.SourceLoader.source_to_code
def noisy(self, data, path, **k): print("compiled", path); return real(self, data, path, **k)
b.SourceLoader.source_to_code = noisy
import six, requests, cryptography.x509, certifi, idna, urllib3
`;
      expect(run(directory, ["python", "-B", "-c", code])).toBe("");
    });

    test("a directory that was moved is known to be wrong, and is made anew", async () => {
      const from = join(scratch, "from");
      const to = join(scratch, "to");
      await make(from);
      renameSync(from, to);
      expect(environmentState(to)).toMatchObject({ kind: "made", fault: "moved" });
      await make(to);
      expectWorks(to);
    });

    test("activation: CONDA_PREFIX, scripts of packages, variables; deactivation undoes it", async () => {
      const directory = join(scratch, "active");
      await make(directory, { conda: { variables: { GREETING: "it's $me", "no-name": "x" } } });
      const script = `. "$1/bin/activate" && echo "$CONDA_PREFIX|$GREETING" && python -c 'import sys; print(sys.prefix)' && deactivate && echo "$CONDA_PREFIX|\${GREETING-none}"`;
      for (const shell of ["sh", "bash"]) {
        const ran = spawnSync(shell, ["-c", script, shell, directory], {
          encoding: "utf8",
          env: { PATH: "/usr/bin:/bin", CONDA_PREFIX: "before" },
        });
        expect(ran.stdout).toBe(`${directory}|it's $me\n${directory}\nbefore|none\n`);
      }
      expect(JSON.parse(readFileSync(join(directory, "conda-meta/state"), "utf8"))).toEqual({
        version: 1,
        env_vars: { GREETING: "it's $me", "no-name": "x" },
      });
    });

    test("links where links will do: the store is not copied", async () => {
      const directory = join(scratch, "env");
      const site = join(directory, "lib/python3.7/site-packages");
      expect(lstatSync(join(site, "requests")).isSymbolicLink()).toBe(true);
      expect(lstatSync(join(site, "cryptography")).isDirectory()).toBe(true);
      expect(existsSync(join(site, "tqdm-4.32.1.dist-info/METADATA"))).toBe(true);
      expect(existsSync(join(site, "tqdm-4.32.1.dist-info/RECORD"))).toBe(false);
      expect(statSync(join(directory, "bin/python3.7")).isFile()).toBe(true);
    });

    test("an installer in it changes the environment and not the store", async () => {
      const directory = join(scratch, "uninstalled");
      await make(directory);
      spawnSync(join(directory, "bin/pip"), ["uninstall", "-y", "six", "tqdm", "requests"], {
        env: {},
      });
      expect((await store.verify()).problems).toEqual([]);
      expectWorks(join(scratch, "env"));
    });
  },
);

const READ = `
import json, pathlib, sys
from rattler import PrefixRecord
meta = pathlib.Path(sys.argv[1]) / "conda-meta"
out = []
for path in sorted(meta.glob("*.json")):
    r = PrefixRecord.from_path(path)
    out.append([r.name.normalized, str(r.version), str(r.build), r.file_name, r.url, r.channel, r.sha256.hex() if r.sha256 else None, [str(f) for f in r.files], len(r.paths_data.paths)])
print(json.dumps(out))
`;

test.skipIf(channelMissing || peerPython() === undefined)(
  "conda-meta is what py-rattler reads, and every file that it names is there",
  () => {
    const directory = join(scratch, "env");
    const { stdout, stderr } = spawnSync(peerPython() as string, ["-c", READ, directory], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    expect(stderr).toBe("");
    type Row = [string, string, string, string, string, string, string, string[], number];
    const rows = JSON.parse(stdout) as Row[];
    expect(rows).toHaveLength(objects.length);
    const expected = objects.map((path) => ({
      conda: readCondaObject(path),
      record: records.get(path),
    }));
    for (const [name, version, build, filename, url, , sha256, files, count] of rows) {
      const found = expected.find(({ conda }) => conda.name === name);
      expect(found?.conda).toMatchObject({ version, build });
      expect(found?.record).toMatchObject({ filename, url, sha256 });
      expect(count).toBeGreaterThanOrEqual(files.length);
      const missing = files.filter(
        (file) =>
          !/\/(?:RECORD|installed-files\.txt)$/.test(file) &&
          lstatSync(join(directory, file), { throwIfNoEntry: false }) === undefined,
      );
      expect([name, missing]).toEqual([name, []]);
    }
    expect(readFileSync(join(directory, "conda-meta/history"), "utf8")).toMatch(/^==> .* <==\n/);
  },
);

test.skipIf(channelMissing)("a store that was moved is the environment's again", () => {
  const directory = join(scratch, "env");
  renameSync(store.root, join(scratch, "moved"));
  expect(environmentState(directory)).toMatchObject({ fault: "store" });
  const moved = openStore(join(scratch, "moved"), { derived: DERIVED });
  expect(relinkEnvironment(directory, moved)).toBe(true);
  expect(environmentState(directory)).toMatchObject({ fault: undefined });
  expectWorks(directory);
});
