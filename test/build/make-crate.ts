// A crate of the tests' own, and Rust projects that are built from it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Sha256, sha256 } from "../../src/base/index.ts";
import { makeTar } from "../archive/make-tar.ts";

/** What every Cargo.lock calls the default registry. */
export const REGISTRY = "registry+https://github.com/rust-lang/crates.io-index";

export interface MadeCrate {
  readonly path: string;
  readonly sha256: Sha256;
}

/** `answer-0.1.0.crate` in a folder: a library with one function. */
export function makeCrate(folder: string): MadeCrate {
  const files = {
    "Cargo.toml": `[package]\nname = "answer"\nversion = "0.1.0"\nedition = "2018"\n`,
    "src/lib.rs": "pub fn answer() -> u32 { 42 }\n",
  };
  const entries = Object.entries(files).map(([name, data]) => ({
    name: `answer-0.1.0/${name}`,
    data,
  }));
  const bytes = gzipSync(makeTar(entries));
  const path = join(folder, "answer-0.1.0.crate");
  writeFileSync(path, bytes);
  return { path, sha256: sha256(bytes) };
}

/** A Cargo.lock of a project `demo` that needs the crate. */
export function cargoLock(hash: string, registry: string = REGISTRY): string {
  return `version = 3

[[package]]
name = "answer"
version = "0.1.0"
source = "${registry}"
checksum = "${hash}"

[[package]]
name = "demo"
version = "1.0.0"
dependencies = ["answer"]
`;
}

/** Its Cargo.toml. */
export const MANIFEST = `[package]
name = "demo"
version = "1.0.0"
edition = "2018"

[dependencies]
answer = "0.1"
`;
