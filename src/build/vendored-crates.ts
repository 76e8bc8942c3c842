import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { VendoredCrate } from "./build-types.ts";
import type { LockedCrate } from "./cargo-lock.ts";
import { buildError } from "./errors.ts";
import { findCrates } from "./rust-crates.ts";
import { layOutSource } from "./source-tree.ts";

/** The registry that crates come from unless a project says otherwise, as every Cargo.lock names it. */
export const DEFAULT_REGISTRY = "registry+https://github.com/rust-lang/crates.io-index";

/** Below the work folder. */
const FOLDER = "crates";
const CARGO_HOME = "home/.cargo";
/** The work folder's path where builds see it at one. */
const INSIDE = "/build";

export interface VendorPlaces {
  /** The source's root on this machine. */
  readonly root: string;
  /** What the source is called in messages. */
  readonly name: string;
  /** The work folder on this machine. */
  readonly work: string;
  /** The work folder as the build sees it. */
  readonly inside: string;
}

/**
 * Lays the crates that a source's Cargo.lock names out as a directory source, and writes the configuration that
 * makes cargo take them from there and from nowhere else (Cargo Book, "Source Replacement"). Throws `build-crates`
 * where one is not among the crates given, and ARCHIVE_ERRORS.
 */
export async function vendorCrates(
  crates: readonly VendoredCrate[],
  places: VendorPlaces,
): Promise<void> {
  const { root, work, inside } = places;
  const wanted = await findCrates({ kind: "tree", path: root });
  const files = new Map(crates.map(({ sha256, path }) => [sha256, path]));
  mkdirSync(join(work, FOLDER), { recursive: true });
  for (const crate of wanted) {
    const path = files.get(crate.sha256);
    if (path === undefined) throw notLocked(crate, places);
    await layOutCrate(crate, { path, work });
  }
  const home = join(work, CARGO_HOME);
  mkdirSync(home, { recursive: true });
  const registries = new Set(wanted.map(({ registry }) => registry));
  writeFileSync(join(home, "config.toml"), configuration(inside, registries));
}

async function layOutCrate(
  { name, version, sha256 }: LockedCrate,
  { path, work }: { readonly path: string; readonly work: string },
): Promise<void> {
  const unpacked = join(work, `${FOLDER}.unpacked`);
  const filename = `${name}-${version}.tar.gz`;
  const root = await layOutSource({ kind: "sdist", path, filename, sha256 }, unpacked);
  const sums = join(root, ".cargo-checksum.json");
  rmSync(sums, { recursive: true, force: true });
  // The crate's own hash is that of Cargo.lock, and was checked; nobody can have changed its files since.
  writeFileSync(sums, JSON.stringify({ files: {}, package: sha256 }));
  renameSync(root, join(work, FOLDER, `${name}-${version}`));
  rmSync(unpacked, { recursive: true, force: true });
}

/** A JSON text is a TOML string as well. */
function configuration(inside: string, registries: ReadonlySet<string>): string {
  const others = [...registries].filter((registry) => registry !== DEFAULT_REGISTRY);
  const tables = others.map((registry, i) => {
    const url = JSON.stringify(registry.replace(/^registry\+/, ""));
    return `[source.other-${i}]\nregistry = ${url}\nreplace-with = "locked"\n`;
  });
  const remap = JSON.stringify(`--remap-path-prefix=${inside}=${INSIDE}`);
  return [
    `[source.crates-io]\nreplace-with = "locked"\n`,
    ...tables,
    `[source.locked]\ndirectory = ${JSON.stringify(join(inside, FOLDER))}\n`,
    `[net]\noffline = true\n`,
    // Where paths are not the same each time, rustc writes these instead.
    ...(inside === INSIDE ? [] : [`[build]\nrustflags = [${remap}]\n`]),
  ].join("\n");
}

function notLocked({ name, version }: LockedCrate, { name: source }: VendorPlaces): Error {
  const message = `${source} needs the crate ${name} ${version}, which the lock does not have`;
  return buildError("build-crates", message, {
    place: { file: source },
    hint: "lock again: its Cargo.lock has changed",
  });
}
