import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findHostTools } from "../../src/build/index.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "host-tools-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function program(path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), "");
  chmodSync(join(root, path), 0o755);
}

program("gcc-13/bin/gcc");
program("home/.cargo/bin/cargo");
program("home/.pyenv/shims/cmake");
program("home/.local/bin/ninja");
program("home/bin/make");
program("rustup/toolchains/stable-x86_64/bin/cargo");
program("rustup/toolchains/nightly-x86_64/bin/cargo");
program("tool/bin/other");
mkdirSync(join(root, "links"));
symlinkSync(join(root, "gcc-13/bin/gcc"), join(root, "links/cc"));

const at = (path: string): string => join(root, path);
const PATH = (...folders: readonly string[]): string => folders.map(at).join(":");

test("a compiler on PATH brings the folder that it is installed in", () => {
  expect(findHostTools({ PATH: PATH("gcc-13/bin", "tool/bin", "nowhere") })).toEqual({
    path: [at("gcc-13/bin")],
    readable: [at("gcc-13/bin"), at("gcc-13")],
    env: {},
  });
});

test("a link to a compiler brings its real folder, too", () => {
  expect(findHostTools({ PATH: PATH("links") })).toMatchObject({
    path: [at("links")],
    readable: [at("links"), at("gcc-13")],
  });
});

test("nothing that would show a home folder, no stand-ins, nothing relative", () => {
  const folders = PATH("home/.cargo/bin", "home/.pyenv/shims", "home/.local/bin", "home/bin");
  expect(findHostTools({ PATH: `${folders}:bin:/usr/bin`, HOME: at("home") })).toEqual({
    path: [],
    readable: [],
    env: {},
  });
});

test("rustup's default toolchain, without rustup", () => {
  const stable = at("rustup/toolchains/stable-x86_64");
  expect(findHostTools({ RUSTUP_HOME: at("rustup") }).path).toEqual([join(stable, "bin")]);
  writeFileSync(at("rustup/settings.toml"), 'default_toolchain = "nightly-x86_64"\n');
  expect(findHostTools({ RUSTUP_HOME: at("rustup") }).readable).toEqual([
    at("rustup/toolchains/nightly-x86_64"),
  ]);
});
