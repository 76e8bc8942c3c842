import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_REGISTRY, parseToml, tableAt, type TomlTable } from "../../build/index.ts";
import { projectError } from "../errors.ts";
import type { Session } from "../session.ts";

/** What the user's cargo configuration says of registries (Cargo Book, "Source Replacement", "Registries"). */
export interface CargoSettings {
  /** The file, for messages. */
  readonly file: string;
  readonly table: TomlTable;
  readonly env: Session["env"];
}

/** Longer chains of replacements are circles. */
const MOST = 10;

/**
 * The configuration in CARGO_HOME, by default `~/.cargo`; empty where there is none. Throws
 * `project-crates` for a file that is no TOML.
 */
export async function readCargoSettings({ env, home }: Session): Promise<CargoSettings> {
  const folder = env["CARGO_HOME"] ?? join(home.user, ".cargo");
  for (const name of ["config", "config.toml"]) {
    const file = join(folder, name);
    const text = textOf(file);
    if (text === undefined) continue;
    const table = await parseToml(text, (what) => unusable(file, what));
    return { file, table, env };
  }
  return { file: join(folder, "config.toml"), table: {}, env };
}

/**
 * The address of the sparse index that stands for a registry, as the user's configuration has it:
 * undefined where that is cargo's own. `registry` is Cargo.lock's name of it. Throws `project-crates` where
 * it is something else than a sparse index.
 */
export function indexOf(registry: string, settings: CargoSettings): string | undefined {
  let name = registry === DEFAULT_REGISTRY ? "crates-io" : sourceNamed(registry, settings);
  for (let left = MOST; name !== undefined && left > 0; left--) {
    const next = textAt(settings.table, "source", name, "replace-with");
    if (next === undefined) break;
    name = next;
  }
  const source = name === undefined ? undefined : tableAt(settings.table, "source", name);
  for (const kind of ["directory", "local-registry", "git"]) {
    if (source?.[kind] === undefined) continue;
    const what = `it replaces ${name} by a ${kind}, which has no addresses to lock`;
    throw unusable(settings.file, what);
  }
  const address = name === undefined ? undefined : addressOf(name, settings);
  if (address !== undefined) return sparse(address, settings);
  return registry === DEFAULT_REGISTRY ? undefined : sparse(registry, settings);
}

function addressOf(name: string, { table, env }: CargoSettings): string | undefined {
  const variable = `CARGO_REGISTRIES_${name.toUpperCase().replaceAll("-", "_")}_INDEX`;
  return (
    textAt(table, "source", name, "registry") ??
    env[variable] ??
    textAt(table, "registries", name, "index")
  );
}

/** The name that the configuration gives a registry. */
function sourceNamed(registry: string, { table }: CargoSettings): string | undefined {
  const url = registry.replace(/^registry\+/, "");
  const places = [
    [tableAt(table, "source"), "registry"],
    [tableAt(table, "registries"), "index"],
  ] as const;
  for (const [list, key] of places)
    for (const name of Object.keys(list ?? {}))
      if (textAt(list as TomlTable, name, key) === url) return name;
  return undefined;
}

function sparse(address: string, { file }: CargoSettings): string {
  const url = /^sparse\+(https?:\/\/.+)$/.exec(address)?.[1];
  if (url === undefined || !URL.canParse(url)) {
    const shown = JSON.stringify(address.slice(0, 200).replace(/\/\/[^/@]*@/, "//***@"));
    throw unusable(file, `the registry ${shown} is no sparse index (sparse+https://…)`);
  }
  return url.endsWith("/") ? url : `${url}/`;
}

function textAt(table: TomlTable, ...path: readonly string[]): string | undefined {
  const keys = path.slice(0, -1);
  const value = tableAt(table, ...keys)?.[path.at(-1) as string];
  return typeof value === "string" ? value : undefined;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function unusable(file: string, what: string): Error {
  return projectError("project-crates", `the registry of crates cannot be used: ${what}`, {
    place: { file },
    hint: "name a sparse index in cargo's configuration: [source.crates-io] replace-with, [source.NAME] registry",
  });
}
