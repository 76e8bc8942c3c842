// `node bench/nix.ts [PACKAGES]`: what evaluating a lock with the Nix library costs, in time and memory,
// against the same packages written as plain buildPythonPackage calls (what `mach-nix gen` writes), on
// the double of nixpkgs. Prints the medians and their ratios; the aim is 1.5.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { nixExpression } from "../src/emit/index.ts";
import { readLockFile } from "../src/lock/index.ts";
import { hostFacts, attributeOf } from "../test/nix/host-facts.ts";

const ROOT = join(import.meta.dirname, "..");
const RUNS = 9;
const packages = Number(process.argv[2] ?? 100);
const folder = mkdtempSync(join(tmpdir(), "mach-nix-bench-nix-"));

interface Cost {
  /** Seconds of processor time. */
  readonly time: number;
  /** Bytes allocated while evaluating. */
  readonly memory: number;
}

/** A lock of wheels, each of which needs a few of those before it; every third has compiled code. */
function writeLock(): string {
  const digits = "0123456789abcdef".repeat(4);
  const pins = Array.from({ length: packages }, (_, i) => {
    const tags = i % 3 === 0 ? "cp311-cp311-manylinux_2_17_x86_64" : "py3-none-any";
    const needed = [...new Set([i >> 1, Math.floor(i / 3), i >> 3])].filter((one) => one < i);
    return {
      name: `package-${String(i).padStart(4, "0")}`,
      version: `1.${i}`,
      provider: "wheel",
      artifact: `package_${String(i).padStart(4, "0")}-1.${i}-${tags}.whl`,
      dependencies: needed.map((one) => `package-${String(one).padStart(4, "0")}`).toSorted(),
      requestedBy: ["input"],
    };
  });
  const artifacts = Object.fromEntries(
    pins.map(({ artifact }) => [
      artifact,
      { url: `https://127.0.0.1/${artifact}`, sha256: digits },
    ]),
  );
  const target = { name: "3.11-linux-x86_64", python: "3.11", platform: "linux-x86_64", pins };
  const lock = {
    version: 1,
    inputHash: digits,
    date: "2026-01-01T00:00:00Z",
    providers: { _default: ["wheel"] },
    indexes: [],
    requirements: [],
    targets: [target],
    artifacts,
  };
  const path = join(folder, "mach-nix.lock");
  writeFileSync(path, JSON.stringify(lock));
  return path;
}

function writeNixpkgs(): string {
  const nixpkgs = join(folder, "nixpkgs");
  cpSync(join(ROOT, "nix", "test", "nixpkgs"), nixpkgs, { recursive: true });
  const facts = hostFacts({
    python3: attributeOf("3.11"),
    mirrors: [],
    packages: {},
    selfContained: false,
  });
  writeFileSync(join(nixpkgs, "host.json"), JSON.stringify(facts));
  return nixpkgs;
}

function evaluate(file: string): Cost {
  const stats = join(folder, "stats.json");
  const { status, stderr } = spawnSync("nix-instantiate", [file], {
    encoding: "utf8",
    env: {
      ...process.env,
      NIX_SHOW_STATS: "1",
      NIX_SHOW_STATS_PATH: stats,
      NIX_STORE_DIR: join(folder, "nix", "store"),
      NIX_STATE_DIR: join(folder, "nix", "var"),
      NIX_LOG_DIR: join(folder, "nix", "log"),
    },
  });
  if (status !== 0) throw new Error(stderr);
  const { cpuTime, gc } = JSON.parse(readFileSync(stats, "utf8")) as {
    cpuTime: number;
    gc: { totalBytes: number };
  };
  return { time: cpuTime, memory: gc.totalBytes };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

mkdirSync(folder, { recursive: true });
const lock = writeLock();
const nixpkgs = writeNixpkgs();
const read = readLockFile(lock).lock;
writeFileSync(join(folder, "plain.nix"), nixExpression(read, read.targets[0] as never));
const files = {
  library: `(import ${ROOT}/nix { pkgs = import ${nixpkgs} { }; }).mkPython { lock = ${lock}; }`,
  plain: `(import ${folder}/plain.nix { pkgs = import ${nixpkgs} { }; }).environment`,
};
const costs: Record<string, Cost[]> = { library: [], plain: [] };
for (const [name, text] of Object.entries(files))
  writeFileSync(join(folder, `${name}-call.nix`), text);
for (let run = 0; run <= RUNS; run++)
  for (const name of Object.keys(files)) {
    const cost = evaluate(join(folder, `${name}-call.nix`));
    // The first writes the derivations, which the others find.
    if (run > 0) costs[name]?.push(cost);
  }
const [library, plain] = ["library", "plain"].map((name) => ({
  time: median((costs[name] ?? []).map(({ time }) => time)),
  memory: median((costs[name] ?? []).map(({ memory }) => memory)),
})) as [Cost, Cost];
const shown = ({ time, memory }: Cost): string =>
  `${(time * 1000).toFixed(0)} ms, ${(memory / 1e6).toFixed(1)} MB`;
console.log(`${packages} packages, median of ${RUNS}`);
console.log(`  the library:   ${shown(library)}`);
console.log(`  plain calls:   ${shown(plain)}`);
console.log(
  `  ratio:         ${(library.time / plain.time).toFixed(2)} in time, ${(library.memory / plain.memory).toFixed(2)} in memory`,
);
