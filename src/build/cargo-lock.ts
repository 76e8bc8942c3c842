import { isSha256, type Sha256 } from "../base/index.ts";
import { buildError } from "./errors.ts";
import { parseToml, type TomlTable } from "./toml.ts";

/** A crate of a registry, as a Cargo.lock pins it. */
export interface LockedCrate {
  readonly name: string;
  readonly version: string;
  /** The registry as Cargo.lock names it: `registry+https://…` or `sparse+https://…`. */
  readonly registry: string;
  /** Of the `.crate` file. */
  readonly sha256: Sha256;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
/** Semantic Versioning 2.0.0, 9 and 10. */
const VERSION =
  /^(?=.{1,100}$)\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
const REGISTRY = /^(?:registry|sparse)\+https?:\/\/[^\s@\\]{1,500}$/;
/** More than any project has. */
const MOST = 20_000;

/**
 * The crates that a Cargo.lock pins from registries, as it lists them; what lies in the project itself is left out.
 * Formats 1 to 4 are read. Throws `build-crates` for one that is malformed, and for crates that are not locked by
 * their hash: those of git repositories. `file` is the place named.
 */
export async function readCargoLock(text: string, file: string): Promise<readonly LockedCrate[]> {
  const lock = await parseToml(text, (what) => refused(file, what));
  const packages = lock["package"] ?? [];
  if (!Array.isArray(packages) || packages.length > MOST)
    throw refused(file, "it lists no packages");
  const sums = isTable(lock["metadata"]) ? lock["metadata"] : {};
  return packages.flatMap((one: unknown) => {
    if (!isTable(one)) throw refused(file, "it lists something that is no package");
    return one["source"] === undefined ? [] : [crateOf(one, { file, sums })];
  });
}

function crateOf(
  { name, version, source, checksum }: TomlTable,
  { file, sums }: { readonly file: string; readonly sums: TomlTable },
): LockedCrate {
  if (typeof name !== "string" || !NAME.test(name)) throw refused(file, "a crate has no name");
  if (typeof version !== "string" || !VERSION.test(version))
    throw refused(file, `${name} has no version`);
  if (typeof source !== "string" || !REGISTRY.test(source))
    throw noRegistry(file, { name, source });
  // Format 1 has the hashes in a table of their own.
  const hash = checksum ?? sums[`checksum ${name} ${version} (${source})`];
  if (typeof hash !== "string" || !isSha256(hash))
    throw refused(file, `${name} ${version} has no checksum`);
  return { name, version, registry: source, sha256: hash };
}

function noRegistry(
  file: string,
  { name, source }: { readonly name: string; readonly source: unknown },
): Error {
  const isGit = typeof source === "string" && source.startsWith("git+");
  const where = isGit ? `the git repository ${shown(source)}` : shown(source);
  return buildError(
    "build-crates",
    `${file}: the crate ${name} comes from ${where}, and only crates of registries can be locked`,
    { place: { file }, hint: "take a wheel of the project, or a release without such crates" },
  );
}

/** A hostile text, fit for a message, without credentials. */
function shown(source: unknown): string {
  return JSON.stringify(
    String(source)
      .slice(0, 200)
      .replace(/\/\/[^/@]*@/, "//***@"),
  );
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(file: string, what: string): Error {
  return buildError("build-crates", `${file}: Cargo.lock cannot be read: ${what}`, {
    place: { file },
  });
}
