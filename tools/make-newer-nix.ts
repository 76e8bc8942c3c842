// Makes .peers/nix: a newer Nix than the system's, for the tests with both.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const NIX = join(ROOT, ".peers", "nix");
const NEEDED = ["nix-build", "apt-get", "dpkg-deb", "patchelf"];

function isOnPath(name: string): boolean {
  return (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(join(folder, name)));
}

/** A copy of the repository has one that names its loader in another place. */
function doesRun(): boolean {
  return spawnSync(join(NIX, "bin", "nix-build"), ["--version"]).status === 0;
}

/** Fetches it if it is not there and can be had; says so, and goes on without, where that fails. */
export function makeNewerNix(): void {
  if (doesRun()) return;
  if (process.arch !== "x64" || !NEEDED.every(isOnPath)) return;
  const script = join(ROOT, "tools", "get-nix.sh");
  const { status } = spawnSync("bash", [script, "trixie", NIX], { stdio: "ignore" });
  if (status === 0) return;
  rmSync(NIX, { recursive: true, force: true });
  console.warn("no newer Nix could be had: tests run with the system's alone");
}

if (process.argv[1] === import.meta.filename) makeNewerNix();
