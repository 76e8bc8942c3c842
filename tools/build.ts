// Builds dist/: the library (tsc), the bundled command line (esbuild), and the default index,
// which is the one built into pip, asked of pip here so that no registry's address is in our source.
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleCommandLine, bundleLibraries, bundleWorkers, sign } from "./bundle.ts";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");

function compileLibrary(): void {
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const words = [tsc, "-p", join(ROOT, "tsconfig.build.json")];
  const { status } = spawnSync(process.execPath, words, {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(1);
}

/** The command line, what stands in files beside it, and what is started as threads. */
async function bundle(): Promise<void> {
  const folder = join(DIST, "bundle");
  for (const file of await bundleCommandLine(folder)) sign(file);
  await bundleLibraries(folder);
  await bundleWorkers(globSync("src/*/*-worker.ts", { cwd: ROOT }), folder);
}

const ASK_PIP =
  "from pip._internal.models.index import PyPI; import json; " +
  "print(json.dumps({'simpleUrl': PyPI.simple_url}))";

function askPip(): string | undefined {
  for (const python of [process.env["MACH_NIX_BUILD_PYTHON"], "python3", "python"]) {
    if (python === undefined) continue;
    const { status, stdout } = spawnSync(python, ["-c", ASK_PIP], { encoding: "utf8" });
    if (status === 0) return stdout;
  }
  return undefined;
}

function bakeDefaultIndex(): void {
  const answer = askPip();
  if (answer === undefined) {
    console.warn("no pip found: this build has no default index, so --index-url will be needed");
    return;
  }
  writeFileSync(join(DIST, "default-index.json"), answer);
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
compileLibrary();
await bundle();
bakeDefaultIndex();
