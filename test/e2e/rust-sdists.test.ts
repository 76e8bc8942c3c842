// Projects in Rust from their source distributions: their crates are locked, and enough to build again.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sha256 } from "../../src/base/index.ts";
import { findHostTools } from "../../src/build/index.ts";
import { fetchArtifacts } from "../../src/fetch/index.ts";
import { createClient, settingsFromEnvironment } from "../../src/http/index.ts";
import { makeTar } from "../archive/make-tar.ts";
import { cargoLock, makeCrate, MANIFEST } from "../build/make-crate.ts";
import { indexAtHand } from "./index-at-hand.ts";
import { newUser, runProgram, scratch, type User } from "./program.ts";

const RUSTUP_HOME = process.env["RUSTUP_HOME"] ?? join(homedir(), ".rustup");
const CARGO_HOME = process.env["CARGO_HOME"] ?? join(homedir(), ".cargo");
const tools = findHostTools({ ...process.env, RUSTUP_HOME });
const hasRust = [...tools.path, "/usr/bin"].some((folder) => existsSync(join(folder, "cargo")));
const isPossible = process.platform === "linux" && existsSync("/usr/bin/cc") && hasRust;
if (!isPossible) console.warn("no Rust toolchain and C compiler: projects in Rust are not built");

interface LockText {
  readonly targets: readonly {
    readonly builds: Readonly<Record<string, { readonly crates?: readonly string[] }>>;
  }[];
  readonly artifacts: Readonly<Record<string, { readonly url: string; readonly sha256: Sha256 }>>;
}

/** A user who has nothing but the files that a lock names, in the cache. */
async function userWithFiles({ artifacts }: LockText): Promise<User> {
  const user = newUser("rust-files");
  const client = createClient({
    ...settingsFromEnvironment(process.env),
    userAgent: "mach-nix-test",
  });
  const files = Object.entries(artifacts).map(([filename, file]) => ({ filename, ...file }));
  try {
    const cacheDirectory = join(user.home, ".cache", "mach-nix");
    await fetchArtifacts(files, { client, cacheDirectory, base: user.home });
  } finally {
    client.close();
  }
  return user;
}

describe.runIf(isPossible && indexAtHand())("projects in Rust", { timeout: 600_000 }, () => {
  test("built by maturin: all crates locked, and built from the lock's files alone", async () => {
    const target = join(scratch("rust"), "env");
    const path = join(target, "mach-nix.lock");
    mkdirSync(target);
    const env = { RUSTUP_HOME, CARGO_HOME };
    const words = ["-p", "rpds-py==0.22.3", "--provider", "rpds-py=sdist", "--python", "3.11"];
    const locked = newUser("rust").run(["lock", ...words, "-o", path], { env });
    expect(locked.status, locked.stderr).toBe(0);
    const lock = JSON.parse(readFileSync(path, "utf8")) as LockText;
    const crates = lock.targets[0]?.builds["rpds_py-0.22.3.tar.gz"]?.crates ?? [];
    expect(crates).toContain("rpds-1.1.0.crate");
    expect(crates).toHaveLength(24);
    for (const crate of crates) {
      const name = crate.replace(/-\d.*$/, "");
      expect(lock.artifacts[crate]?.url).toContain(name);
      expect(lock.artifacts[crate]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    const user = await userWithFiles(lock);
    const made = user.run(["sync", target, "--offline", "--python", "3.11"], { env });
    expect(made.stderr).not.toContain("without a sandbox");
    expect(made.status, made.stderr).toBe(0);
    const code = "import rpds; print(rpds.HashTrieMap({'a': 1})['a'])";
    const ran = runProgram(join(target, "bin", "python"), ["-c", code]);
    expect(ran).toEqual({ status: 0, stdout: "1\n", stderr: "" });
  });

  describe("built by setuptools-rust, its crate from a mirror", () => {
    const folder = scratch("rust-mirror");
    const crate = makeCrate(folder);
    const server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo;
      if (request.url === "/index/config.json")
        response.end(JSON.stringify({ dl: `http://127.0.0.1:${port}/{crate}/{version}` }));
      else if (request.url === "/answer/0.1.0") response.end(readFileSync(crate.path));
      else response.writeHead(404).end();
    });
    beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
    afterAll(() => {
      server.close();
      server.closeAllConnections();
    });

    test("is locked with the mirror's addresses, and runs", async () => {
      const { port } = server.address() as AddressInfo;
      const home = join(folder, "cargo");
      mkdirSync(home);
      writeFileSync(
        join(home, "config.toml"),
        `[source.crates-io]\nreplace-with = "m"\n[source.m]\nregistry = "sparse+http://127.0.0.1:${port}/index/"\n`,
      );
      const sdist = writeSdist(folder, { lock: cargoLock(crate.sha256) });
      const user = newUser("rust-mirror");
      const target = join(folder, "env");
      const env = { RUSTUP_HOME, CARGO_HOME: home };
      const made = await user.start(["env", target, "-p", sdist, "--python", "3.11"], { env });
      expect(made.status, made.stderr).toBe(0);
      const { artifacts } = JSON.parse(
        readFileSync(join(target, "mach-nix.lock"), "utf8"),
      ) as LockText;
      expect(artifacts["answer-0.1.0.crate"]).toEqual({
        url: `http://127.0.0.1:${port}/answer/0.1.0`,
        sha256: crate.sha256,
      });
      expect(runProgram(join(target, "bin", "demo"), [])).toMatchObject({ stdout: "42\n" });
      const again = await user.start(["sync", target, "--rebuild"], { env });
      expect(again.status, again.stderr).toBe(0);
    });

    test("without a Cargo.lock, the error says so", async () => {
      const sdist = writeSdist(join(folder, "bare"), {});
      const lock = join(folder, "bare", "mach-nix.lock");
      const env = { RUSTUP_HOME, CARGO_HOME: join(folder, "cargo") };
      const words = ["lock", "-p", sdist, "--python", "3.11", "-o", lock];
      const ran = await newUser("rust-bare").start(words, { env });
      expect(ran.status).not.toBe(0);
      expect(ran.stderr).toContain("has no Cargo.lock for Cargo.toml");
    });
  });
});

/** A project whose only program is in Rust. */
function writeSdist(folder: string, { lock }: { readonly lock?: string }): string {
  const files = {
    "PKG-INFO": "Metadata-Version: 2.2\nName: demo\nVersion: 1.0.0\n",
    "pyproject.toml": `[build-system]
requires = ["setuptools", "setuptools-rust"]
build-backend = "setuptools.build_meta"
[project]
name = "demo"
version = "1.0.0"
[tool.setuptools]
py-modules = []
[[tool.setuptools-rust.bins]]
target = "demo"
`,
    "Cargo.toml": MANIFEST,
    "src/main.rs": `fn main() { println!("{}", answer::answer()); }\n`,
    ...(lock === undefined ? {} : { "Cargo.lock": lock }),
  };
  const entries = Object.entries(files).map(([name, data]) => ({
    name: `demo-1.0.0/${name}`,
    data,
  }));
  const path = join(folder, "demo-1.0.0.tar.gz");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, gzipSync(makeTar(entries)));
  return path;
}
