// Makes .peers/conda/: conda itself, with the solver it had before libmamba, as conda-lock has it in it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const FOLDER = join(ROOT, ".peers", "conda");
const PYTHON = join(FOLDER, "bin", "python");
const SCRIPT = join(import.meta.dirname, "conda_classic.py");

/** Conda is on no index, but conda-lock has all of 24.7.1 in it. */
const PACKAGES = [
  "conda-lock==4.0.3",
  "archspec==0.2.7",
  "backports.zstd==1.8.0",
  "boltons==26.2.0",
  "certifi==2026.10.18",
  "charset-normalizer==3.5.2",
  "conda-package-handling==2.6.0",
  "conda-package-streaming==0.13.0",
  "distro==1.9.0",
  "frozendict==2.5.1",
  "idna==3.20",
  "jsonpatch==1.47",
  "jsonpointer==3.12",
  "packaging==26.3",
  "platformdirs==4.14.7",
  "pluggy==1.7.0",
  "pycosat==0.6.6",
  "requests==2.34.2",
  "ruamel.yaml==0.19.1",
  "tqdm==4.70.1",
  "truststore==0.10.5",
  "urllib3==2.8.0",
  "zstandard==0.25.0",
];

/** A program and its first words. */
export type CondaCommand = readonly [string, ...string[]];

/** How conda is started; undefined, saying so, where it cannot be installed. */
export function makeConda(): CondaCommand | undefined {
  const stamp = join(FOLDER, "complete");
  const wanted = PACKAGES.join("\n");
  const command: CondaCommand = [PYTHON, SCRIPT];
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return command;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(join(FOLDER, ".."), { recursive: true });
  const words = ["-m", "pip", "install", "-q", "--no-deps", ...PACKAGES];
  const isMade =
    run("python3", ["-m", "venv", FOLDER]) && run(PYTHON, words) && run(PYTHON, [SCRIPT, "-V"]);
  if (!isMade) {
    console.warn("conda could not be installed: what is compared with it is skipped");
    return undefined;
  }
  writeFileSync(stamp, wanted);
  return command;
}

/** Variables under which conda reads and writes only below a folder, and asks no network. */
export function condaVariables(folder: string): Readonly<Record<string, string>> {
  return {
    PATH: "/usr/bin:/bin",
    HOME: folder,
    CONDA_PKGS_DIRS: join(folder, "pkgs"),
    CONDA_OFFLINE: "1",
    CONDA_SOLVER: "classic",
    CONDA_ALWAYS_YES: "1",
    CONDA_OVERRIDE_GLIBC: "2.28",
    CONDA_CHANNEL_PRIORITY: "flexible",
  };
}

function run(command: string, args: readonly string[]): boolean {
  const { status } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  return status === 0;
}

if (process.argv[1] === import.meta.filename) makeConda();
