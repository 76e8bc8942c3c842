import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findHostTools } from "../../build/index.ts";
import { projectError } from "../errors.ts";
import type { Session } from "../session.ts";

const TIMEOUT_MS = 20_000;
/** What cargo says of an index that it cannot reach. */
const NOT_REACHED = /(https?:\/\/[^\s`'"]+\/)config\.json/;

/**
 * The sparse index that cargo itself has built in: no address of a registry stands in our source. It is asked, in a
 * folder and a CARGO_HOME of its own, for a crate that it cannot reach, and names the address in its complaint. Nothing
 * of the network is touched. Throws `project-crates` where there is no cargo, or one that says something else.
 */
export async function askCargo({ env, home }: Session): Promise<string> {
  const cargo = findCargo(env);
  if (cargo === undefined) throw unknown("there is no cargo on this machine");
  mkdirSync(join(home.cache, "builds"), { recursive: true });
  const folder = mkdtempSync(join(home.cache, "builds", "cargo-"));
  try {
    writeFileSync(join(folder, "Cargo.toml"), MANIFEST);
    writeFileSync(join(folder, "lib.rs"), "");
    const said = await complaint(cargo, { env, folder });
    const index = NOT_REACHED.exec(said)?.[1];
    if (index === undefined) throw unknown(`${cargo} does not name it`);
    return index;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const MANIFEST = `[package]
name = "question"
version = "0.0.0"
edition = "2018"
[lib]
path = "lib.rs"
[dependencies]
cfg-if = "1"
[workspace]
`;

async function complaint(
  cargo: string,
  { env, folder }: { readonly env: Session["env"]; readonly folder: string },
): Promise<string> {
  const { execFile } = await import("node:child_process");
  return new Promise((resolve) => {
    const options = {
      cwd: folder,
      timeout: TIMEOUT_MS,
      env: {
        PATH: env["PATH"],
        HOME: folder,
        CARGO_HOME: join(folder, "home"),
        // Nobody listens there.
        CARGO_HTTP_PROXY: "http://127.0.0.1:1",
        CARGO_NET_RETRY: "0",
        ...(env["RUSTUP_HOME"] === undefined ? {} : { RUSTUP_HOME: env["RUSTUP_HOME"] }),
      },
    };
    execFile(cargo, ["fetch"], options, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

/** Of rustup's, the toolchain's own. */
function findCargo(env: Session["env"]): string | undefined {
  const folders = [...findHostTools(env).path, ...(env["PATH"] ?? "").split(":")];
  return folders
    .filter((folder) => folder.startsWith("/") && !folder.endsWith("/.cargo/bin"))
    .map((folder) => join(folder, "cargo"))
    .find((path) => existsSync(path));
}

function unknown(why: string): Error {
  return projectError("project-crates", `where crates come from is not known: ${why}`, {
    hint: "install a Rust toolchain, or name a sparse index in cargo's configuration: [source.crates-io] replace-with",
  });
}
