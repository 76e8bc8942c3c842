// Builds dist/: the library (tsc), the bundled command line (esbuild), and the default index,
// which is the one built into pip, asked of pip here so that no registry's address is in our source.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");

function compileLibrary(): void {
  const tsc = join(ROOT, "node_modules", ".bin", "tsc");
  const { status } = spawnSync(tsc, ["-p", join(ROOT, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(1);
}

async function bundleCommandLine(): Promise<void> {
  await build({
    entryPoints: { "mach-nix": join(ROOT, "src/cli/main.ts") },
    outdir: join(DIST, "bundle"),
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node24",
    minify: true,
    legalComments: "none",
    chunkNames: "chunk-[hash]",
    logLevel: "warning",
  });
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
await bundleCommandLine();
bakeDefaultIndex();
