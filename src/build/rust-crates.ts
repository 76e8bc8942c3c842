import { posix } from "node:path";
import type { BuildSource } from "./build-types.ts";
import { type LockedCrate, readCargoLock } from "./cargo-lock.ts";
import { buildError } from "./errors.ts";
import { sourceName } from "./source-tree.ts";
import { readSourceTexts } from "./source-texts.ts";
import { parseToml, tableAt, type TomlTable } from "./toml.ts";

/** Build tools that start cargo, as requirements name them. */
const TOOLS = /^(?:maturin|setuptools[-_.]rust)(?![\w.-])/i;
const FILES = /(?:^|\/)(?:Cargo\.lock|Cargo\.toml|pyproject\.toml|\.cargo\/config(?:\.toml)?)$/;
const LARGEST = 4 * 2 ** 20;

type Texts = ReadonlyMap<string, string>;

/** Whether what builds a source starts cargo, as far as its requirements tell. */
export function buildsRust(requires: readonly string[]): boolean {
  return requires.some((line) => TOOLS.test(line.trim()));
}

/**
 * The crates that a Rust project is built from, each once, as its Cargo.lock pins them: the lock beside the manifest
 * that maturin or setuptools-rust builds, or in a folder above it. None where nothing is fetched: there is no
 * manifest, it depends on nothing, or the source brings its crates along. Throws `build-crates`, above all where a
 * manifest has dependencies and there is no Cargo.lock.
 */
export async function findCrates(source: BuildSource): Promise<readonly LockedCrate[]> {
  const texts = await readSourceTexts(source, {
    wanted: (path) => FILES.test(path),
    largest: LARGEST,
  });
  const name = sourceName(source);
  const crates = new Map<string, LockedCrate>();
  const manifests = await manifestsOf(texts, name);
  for (const manifest of manifests) {
    const folders = foldersAbove(posix.dirname(manifest));
    if (await bringsCrates(texts, folders)) continue;
    const lock = folders
      .map((folder) => posix.join(folder, "Cargo.lock"))
      .find((path) => texts.has(path));
    if (lock === undefined) {
      if (await hasDependencies(texts, folders)) throw noLock(name, manifest);
      continue;
    }
    for (const crate of await readCargoLock(texts.get(lock) as string, `${name}: ${lock}`))
      crates.set(`${crate.name} ${crate.version} ${crate.registry}`, crate);
  }
  return [...crates.values()];
}

/** Manifests that are built: those that pyproject.toml names, else one at the root, else all that have a lock. */
async function manifestsOf(texts: Texts, name: string): Promise<readonly string[]> {
  const project = await tomlOf(texts.get("pyproject.toml"), name);
  const named = [
    tableAt(project, "tool", "maturin")?.["manifest-path"],
    ...["ext-modules", "bins"].flatMap((key) => {
      const list = tableAt(project, "tool", "setuptools-rust")?.[key];
      return Array.isArray(list) ? list.map((one: unknown) => pathOf(one)) : [];
    }),
  ].flatMap((path) => (typeof path === "string" ? [posix.normalize(path)] : []));
  if (named.length > 0) return named.filter((path) => texts.has(path));
  if (texts.has("Cargo.toml")) return ["Cargo.toml"];
  const all = [...texts.keys()].filter((path) => posix.basename(path) === "Cargo.toml");
  const locked = all.filter((path) => texts.has(posix.join(posix.dirname(path), "Cargo.lock")));
  return locked.length > 0 ? locked : all;
}

/** setuptools-rust's `path`, by default Cargo.toml. */
function pathOf(module: unknown): unknown {
  return typeof module === "object" && module !== null
    ? ((module as TomlTable)["path"] ?? "Cargo.toml")
    : undefined;
}

/** A folder and those above it up to the source's root, `.`. */
function foldersAbove(folder: string): readonly string[] {
  if (folder === "." || folder.startsWith("..")) return ["."];
  return [folder, ...foldersAbove(posix.dirname(folder))];
}

/** Whether the source's own cargo configuration takes its crates from a folder of the source. */
async function bringsCrates(texts: Texts, folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    for (const file of ["config.toml", "config"]) {
      const text = texts.get(posix.join(folder, ".cargo", file));
      if (text === undefined) continue;
      const sources = Object.values(tableAt(await tomlOf(text, file), "source") ?? {});
      if (sources.some((one) => tableAt({ one }, "one")?.["directory"] !== undefined)) return true;
    }
  }
  return false;
}

async function hasDependencies(texts: Texts, folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    const manifest = await tomlOf(texts.get(posix.join(folder, "Cargo.toml")), folder);
    const tables = [manifest, ...Object.values(tableAt(manifest, "target") ?? {})];
    const keys = ["dependencies", "build-dependencies"];
    if (tables.some((table) => keys.some((key) => !isEmpty(tableAt({ table }, "table", key)))))
      return true;
  }
  return false;
}

function isEmpty(table: TomlTable | undefined): boolean {
  return table === undefined || Object.keys(table).length === 0;
}

/** What is no TOML is cargo's and the backend's to refuse. */
async function tomlOf(text: string | undefined, name: string): Promise<TomlTable> {
  if (text === undefined) return {};
  try {
    return await parseToml(text, (what) => new NotToml(`${name}: ${what}`));
  } catch (error) {
    if (error instanceof NotToml) return {};
    throw error;
  }
}

class NotToml extends Error {}

function noLock(name: string, manifest: string): Error {
  const message = `${name} has no Cargo.lock for ${manifest}, so nothing says which crates it is built from`;
  return buildError("build-crates", message, {
    place: { file: name },
    hint: "take a wheel of the project, or a release whose source distribution has a Cargo.lock",
  });
}
