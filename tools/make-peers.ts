// Makes .peers/: a virtual environment with the tools that tests and benchmarks compare us with.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const PEERS = join(ROOT, ".peers");
const PACKAGES = [
  "packaging==26.3",
  "uv==0.13.9",
  "pip==26.3",
  "py-rattler==0.28.0",
  "cyclonedx-python-lib[json-validation]==11.12.0",
];

/** The peers' Python, or undefined where they could not be installed. */
export function peerPython(): string | undefined {
  const python = join(PEERS, "bin", "python");
  return existsSync(join(PEERS, "complete")) ? python : undefined;
}

/** The path of an installed peer's command, such as `uv`. */
export function peerCommand(name: string): string | undefined {
  return peerPython() === undefined ? undefined : join(PEERS, "bin", name);
}

function run(command: string, args: readonly string[]): boolean {
  const { status } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  return status === 0;
}

/** Installs the peers if they are not there; says so, and goes on without, where that fails. */
export function makePeers(): void {
  const stamp = join(PEERS, "complete");
  const wanted = PACKAGES.join("\n");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  rmSync(PEERS, { recursive: true, force: true });
  const made =
    run("python3", ["-m", "venv", PEERS]) &&
    run(join(PEERS, "bin", "python"), ["-m", "pip", "install", "-q", ...PACKAGES]);
  if (made) writeFileSync(stamp, wanted);
  else console.warn("peers not installed: tests against packaging, pip and uv are skipped");
}

if (process.argv[1] === import.meta.filename) makePeers();
