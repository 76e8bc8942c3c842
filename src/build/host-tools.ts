import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { HostTools } from "./sandbox-types.ts";

/** Programs that builds look for and that are often not the system's own. */
const PROGRAMS =
  "cc gcc g++ clang gfortran cargo rustc cmake ninja make pkg-config swig go javac nvcc qmake R git pg_config mysql_config llvm-config".split(
    " ",
  );
/** What every sandbox shows: nothing in it has to be found. */
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/nix/store", "/gnu/store"];
/** No folder that a program lies in may show more than itself. */
const TOO_WIDE = new Set(["/", "/home", "/root", "/opt", "/mnt", "/srv", "/var", "/tmp"]);

/**
 * Compilers and other programs for builds that lie outside of the system's folders: those on PATH, each
 * with the folder that it is installed in, and a Rust toolchain of rustup's. `env` is the user's
 * environment; of it only PATH, HOME and RUSTUP_HOME are read. Nothing is started.
 */
export function findHostTools(env: Readonly<Record<string, string | undefined>>): HostTools {
  const home = env["HOME"];
  const rust = rustToolchain(
    env["RUSTUP_HOME"] ?? (home === undefined ? "" : join(home, ".rustup")),
  );
  const folders = new Map<string, string>();
  for (const folder of (env["PATH"] ?? "").split(":")) {
    if (!folder.startsWith("/") || isSystem(folder)) continue;
    const program = PROGRAMS.map((name) => join(folder, name)).find(isProgram);
    const installed = program === undefined ? undefined : installation(program, home);
    if (installed !== undefined) folders.set(folder, installed);
  }
  const path = [...(rust === undefined ? [] : [join(rust, "bin")]), ...folders.keys()];
  const readable = [...(rust === undefined ? [] : [rust]), ...folders.keys(), ...folders.values()];
  return { path, readable: [...new Set(readable)], env: {} };
}

function isSystem(path: string): boolean {
  return SYSTEM.some((root) => path === root || path.startsWith(`${root}/`));
}

function isProgram(path: string): boolean {
  const info = statSync(path, { throwIfNoEntry: false });
  return info?.isFile() === true && (info.mode & 0o111) !== 0;
}

/** `PREFIX` of `PREFIX/bin/PROGRAM`, the program's real place; nothing that would show a home folder. */
function installation(program: string, home: string | undefined): string | undefined {
  const folder = dirname(realpathSync(program));
  const prefix = basename(folder) === "bin" ? dirname(folder) : folder;
  // Shims and rustup's stand-ins start what lies elsewhere, which the build could not read.
  if (basename(folder) === "shims" || folder.endsWith("/.cargo/bin")) return undefined;
  if (TOO_WIDE.has(prefix) || prefix === home || prefix === join(home ?? "/", ".local"))
    return undefined;
  return prefix;
}

/** The folder of rustup's default toolchain. */
function rustToolchain(rustup: string): string | undefined {
  const toolchains = join(rustup, "toolchains");
  if (rustup === "" || !existsSync(toolchains)) return undefined;
  const wanted = defaultToolchain(join(rustup, "settings.toml"));
  const names = readdirSync(toolchains).toSorted();
  const name = names.find((one) => one === wanted || one.startsWith(`${wanted}-`)) ?? names[0];
  const found = name === undefined ? undefined : join(toolchains, name);
  return found !== undefined && existsSync(join(found, "bin", "cargo"))
    ? realpathSync(found)
    : undefined;
}

function defaultToolchain(settings: string): string {
  if (!existsSync(settings)) return "stable";
  return (
    /^default_toolchain\s*=\s*"([^"]+)"/m.exec(readFileSync(settings, "utf8"))?.[1] ?? "stable"
  );
}
