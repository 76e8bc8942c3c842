import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  buildsRust,
  buildWheel,
  findCrates,
  findHostTools,
  openSandbox,
  readCargoLock,
  type BuiltWheel,
  type Sandbox,
  type VendoredCrate,
} from "../../src/build/index.ts";
import { cargoLock, makeCrate, MANIFEST, REGISTRY } from "./make-crate.ts";
import { bareEnvironment, makeSdistScratch, python } from "./make-sdist.ts";

const HASH = "ab".repeat(32);
const scratch = makeSdistScratch();
afterAll(() => scratch.remove());

function lockWith(fields: string, head = "version = 4\n"): string {
  return `${head}[[package]]\n${fields}\n`;
}

const CRATE = `name = "itoa"\nversion = "1.0.11+x.1"\nsource = "${REGISTRY}"\n`;

describe("a Cargo.lock", () => {
  const found = { name: "itoa", version: "1.0.11+x.1", registry: REGISTRY, sha256: HASH };

  test.each([
    [
      "of format 1",
      `${lockWith(CRATE, "")}[metadata]\n"checksum itoa 1.0.11+x.1 (${REGISTRY})" = "${HASH}"\n`,
    ],
    ["of format 2", lockWith(`${CRATE}checksum = "${HASH}"`, "")],
    ["of format 3", lockWith(`${CRATE}checksum = "${HASH}"`, "version = 3\n")],
    ["of format 4", lockWith(`${CRATE}checksum = "${HASH}"`)],
    [
      "with the project itself",
      `${lockWith(`${CRATE}checksum = "${HASH}"`)}[[package]]\nname = "own"\nversion = "1.0.0"\n`,
    ],
  ])("%s", async (_, text) => {
    expect(await readCargoLock(text, "demo-1.0.tar.gz")).toEqual([found]);
  });

  test.each([
    ["no TOML", "[[package", /no TOML/],
    ["no list", "package = 3", /lists no packages/],
    ["no table", "package = [3]", /no package/],
    ["no name", lockWith(`version = "1.0.0"\nsource = "${REGISTRY}"`), /no name/],
    [
      "a name that is a path",
      lockWith(`name = "../x"\nversion = "1.0.0"\nsource = "${REGISTRY}"`),
      /no name/,
    ],
    [
      "a version that is a path",
      lockWith(`name = "x"\nversion = "1.0.0/../.."\nsource = "${REGISTRY}"`),
      /no version/,
    ],
    [
      "a version with nothing between dots",
      lockWith(`name = "x"\nversion = "1.0.0-a..b"\nsource = "${REGISTRY}"`),
      /no version/,
    ],
    ["no checksum", lockWith(CRATE), /itoa 1\.0\.11\+x\.1 has no checksum/],
    [
      "a git repository",
      lockWith(`name = "x"\nversion = "1.0.0"\nsource = "git+https://user:secret@h.example/x#abc"`),
      /crate x comes from the git repository "git\+https:\/\/\*\*\*@h\.example/,
    ],
    [
      "a file",
      lockWith(`name = "x"\nversion = "1.0.0"\nsource = "registry+file:///etc"`),
      /registry\+file/,
    ],
  ])("%s is refused", async (_, text, message) => {
    await expect(readCargoLock(text, "demo-1.0.tar.gz")).rejects.toMatchObject({
      code: "build-crates",
      message: expect.stringMatching(message) as string,
      place: { file: "demo-1.0.tar.gz" },
    });
  });
});

test.each([
  [["maturin>=1,<2"], true],
  [["setuptools", "setuptools_rust"], true],
  [["Setuptools-Rust>=1"], true],
  [["setuptools", "maturin-import-hook"], false],
  [["setuptools", "cython"], false],
])("%j: builds Rust %j", (requires, expected) => {
  expect(buildsRust(requires)).toBe(expected);
});

const LOCK = cargoLock(HASH);
const PROJECTS: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
  ["lock beside the manifest", { "Cargo.toml": MANIFEST, "Cargo.lock": LOCK }, ["answer"]],
  [
    "maturin's manifest-path",
    {
      "pyproject.toml": `[tool.maturin]\nmanifest-path = "rust/Cargo.toml"\n`,
      "rust/Cargo.toml": MANIFEST,
      "rust/Cargo.lock": LOCK,
      "Cargo.toml": MANIFEST,
    },
    ["answer"],
  ],
  [
    "a workspace's lock above it",
    {
      "pyproject.toml": `[tool.maturin]\nmanifest-path = "crates/py/Cargo.toml"\n`,
      "crates/py/Cargo.toml": MANIFEST,
      "Cargo.toml": `[workspace]\nmembers = ["crates/py"]\n`,
      "Cargo.lock": LOCK,
    },
    ["answer"],
  ],
  [
    "setuptools-rust's modules",
    {
      "pyproject.toml": `[[tool.setuptools-rust.ext-modules]]\ntarget = "a"\npath = "native/Cargo.toml"\n`,
      "native/Cargo.toml": MANIFEST,
      "native/Cargo.lock": LOCK,
    },
    ["answer"],
  ],
  [
    "a manifest that only setup.py names",
    { "src/r/Cargo.toml": MANIFEST, "src/r/Cargo.lock": LOCK },
    ["answer"],
  ],
  ["no manifest at all", {}, []],
  ["no dependencies and no lock", { "Cargo.toml": `[package]\nname = "demo"\n` }, []],
  [
    "crates that the source brings along",
    {
      "Cargo.toml": MANIFEST,
      "Cargo.lock": LOCK,
      ".cargo/config.toml": `[source.crates-io]\nreplace-with = "v"\n[source.v]\ndirectory = "vendor"\n`,
    },
    [],
  ],
];

describe.each(PROJECTS)("%s", (_, files, names) => {
  test("in a sdist", async () => {
    const crates = await findCrates(scratch.sdist("", files));
    expect(crates.map(({ name }) => name)).toEqual(names);
  });

  test("in a folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rust-"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const crates = await findCrates({ kind: "tree", path: folder });
    expect(crates.map(({ name }) => name)).toEqual(names);
    rmSync(folder, { recursive: true });
  });
});

test.each([
  ["dependencies", MANIFEST],
  ["those of a platform", `[target.'cfg(unix)'.dependencies]\nlibc = "1"\n`],
  ["build-dependencies", `[build-dependencies]\ncc = "1"\n`],
])("%s without a Cargo.lock: an error that says so", async (_, manifest) => {
  await expect(findCrates(scratch.sdist("", { "Cargo.toml": manifest }))).rejects.toMatchObject({
    code: "build-crates",
    message:
      "demo-1.0.tar.gz has no Cargo.lock for Cargo.toml, so nothing says which crates it is built from",
    hint: expect.stringContaining("wheel") as string,
  });
});

const tools = findHostTools(process.env);
const hasCargo = [...tools.path, "/usr/bin"].some((folder) => existsSync(join(folder, "cargo")));
if (!hasCargo) console.warn("no Rust toolchain: builds with crates are not tested");

describe.runIf(hasCargo)("built by cargo without a network", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox({ python, tools });
  });

  /** Its backend has cargo print what the crate answers. */
  const BACKEND = `
import subprocess
def build_wheel(out, settings=None, metadata=None):
    said = subprocess.check_output(["cargo", "run", "--release", "--locked", "--quiet"], universal_newlines=True)
    return write_wheel(out, files={"demo.py": "answer = %s\\n" % said.strip()})
`;
  const MAIN = `fn main() { println!("{}", answer::answer()); }\n`;

  function build(
    { manifest = MANIFEST, lock }: { readonly manifest?: string; readonly lock: string },
    crates: readonly VendoredCrate[],
  ): Promise<BuiltWheel> {
    const files = { "Cargo.toml": manifest, "Cargo.lock": lock, "src/main.rs": MAIN };
    return buildWheel({
      source: scratch.sdist(BACKEND, files),
      environment: { ...bareEnvironment, crates },
      sandbox,
      folder: scratch.fresh(),
      tags: ["py3-none-any"],
    });
  }

  test("a crate of the default registry", async () => {
    const crate = makeCrate(scratch.fresh());
    const wheel = await build({ lock: cargoLock(crate.sha256) }, [crate]);
    expect(wheel.filename).toBe("demo-1.0-py3-none-any.whl");
  });

  test("a crate of another registry", async () => {
    const crate = makeCrate(scratch.fresh());
    const registry = "sparse+https://crates.example/index/";
    const manifest = MANIFEST.replace(
      `answer = "0.1"`,
      `answer = { version = "0.1", registry-index = "${registry}" }`,
    );
    const wheel = await build({ manifest, lock: cargoLock(crate.sha256, registry) }, [crate]);
    expect(wheel.filename).toBe("demo-1.0-py3-none-any.whl");
  });

  test("a crate that the lock lacks is named", async () => {
    const crate = makeCrate(scratch.fresh());
    await expect(build({ lock: cargoLock(HASH) }, [crate])).rejects.toMatchObject({
      code: "build-crates",
      message: "demo-1.0.tar.gz needs the crate answer 0.1.0, which the lock does not have",
    });
  });
});
