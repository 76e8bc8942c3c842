// Builds dist/: the library (tsc), the bundled command line (esbuild), and the default index,
// which is the one built into pip, asked of pip here so that no registry's address is in our source.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");

const BUNDLING: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node24",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};

function compileLibrary(): void {
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const words = [tsc, "-p", join(ROOT, "tsconfig.build.json")];
  const { status } = spawnSync(process.execPath, words, {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(1);
}

const IMPORT_META_URL = 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;';

// CommonJS in one file, as the function that Node would make of it (see bin/start.js): `import` of a Node module makes Node read every one of its exports (4 ms for
// node:fs alone), and each further chunk costs half a millisecond. Lazy parts stay lazy inside it.
async function bundleCommandLine(): Promise<void> {
  const outfile = join(DIST, "bundle", "mach-nix.cjs");
  await build({
    ...BUNDLING,
    entryPoints: [join(ROOT, "src/cli/main.ts")],
    outfile,
    charset: "ascii",
    format: "cjs",
    supported: { "dynamic-import": false },
    plugins: [nodeModules, librariesApart],
    define: {
      "import.meta.url": "importMetaUrl",
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
    },
    banner: {
      js: `(function (exports, require, module, __filename, __dirname) {${IMPORT_META_URL}`,
    },
    footer: { js: "})" },
  });
  // By its end the launcher tells whose compiled code it has kept.
  const digest = createHash("sha256").update(readFileSync(outfile)).digest("hex");
  appendFileSync(outfile, `//${digest}`);
}

/** Node's modules that are there when Node starts. */
const LIGHT = /^node:(?:fs|path|url)$/;
/** Those that are not, and cost milliseconds: node:crypto has 5, node:child_process 4. */
const HEAVY =
  /^node:(?:crypto|zlib|child_process|worker_threads|https?|tls|net|os|util|readline|stream|stream\/promises|fs\/promises)$/;

/**
 * Node's modules without the copies of all their exports that esbuild would make for each importer:
 * of a light one, the exports in use; a heavy one is loaded when something of it is first used.
 */
const nodeModules: Plugin = {
  name: "node-modules",
  setup(build) {
    build.onResolve({ filter: LIGHT }, ({ path }) => ({ path, namespace: "light" }));
    build.onLoad({ filter: LIGHT, namespace: "light" }, ({ path }) => ({
      contents: lightModule(path),
    }));
    build.onResolve({ filter: HEAVY }, ({ path }) => ({ path, namespace: "heavy" }));
    build.onLoad({ filter: HEAVY, namespace: "heavy" }, ({ path }) => ({
      contents: heavyModule(path),
    }));
  },
};

function exportsOf(path: string): string[] {
  return Object.keys(process.getBuiltinModule(path) as object);
}

function lightModule(path: string): string {
  const exported = exportsOf(path).map(
    (name) => `export const ${name} = /* @__PURE__ */ get("${name}");`,
  );
  const get = `const get = (name) => process.getBuiltinModule("${path}")[name];`;
  return [
    get,
    ...exported,
    `export default /* @__PURE__ */ process.getBuiltinModule("${path}");`,
  ].join("\n");
}

function heavyModule(path: string): string {
  const getters = exportsOf(path).map((name) => `get ${name}() { return load().${name}; }`);
  const load = `const load = () => process.getBuiltinModule("${path}");`;
  return `${load} module.exports = { ${getters.join(", ")} };`;
}

/** Libraries that few commands need, each in a file of its own beside the bundle: by what is imported. */
const APART: Readonly<Record<string, { readonly file: string; readonly entry: string }>> = {
  // A fifth of the code, for environment.yml only.
  yaml: { file: "yaml.cjs", entry: "node_modules/yaml/dist/index.js" },
  // Graphviz, for pictures only.
  "@viz-js/viz": { file: "viz.cjs", entry: "node_modules/@viz-js/viz/dist/viz.cjs" },
};

const librariesApart: Plugin = {
  name: "libraries-apart",
  setup(build) {
    build.onResolve({ filter: /^[@\w]/ }, ({ path }) => {
      const library = Object.hasOwn(APART, path) ? APART[path] : undefined;
      return library === undefined ? undefined : { path: `./${library.file}`, external: true };
    });
  },
};

async function bundleLibraries(): Promise<void> {
  for (const { file, entry } of Object.values(APART)) {
    await build({
      ...BUNDLING,
      entryPoints: [join(ROOT, entry)],
      outfile: join(DIST, "bundle", file),
      charset: "utf8",
      format: "cjs",
    });
  }
}

/** Files that are started as threads stand beside the bundle under their own names. */
async function bundleWorkers(): Promise<void> {
  const workers = globSync("src/*/*-worker.ts", { cwd: ROOT });
  if (workers.length === 0) return;
  await build({
    ...BUNDLING,
    entryPoints: workers.map((path) => join(ROOT, path)),
    outdir: join(DIST, "bundle"),
    entryNames: "[name]",
    format: "esm",
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
await bundleLibraries();
await bundleWorkers();
bakeDefaultIndex();
