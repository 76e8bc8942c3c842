// How the command line becomes a bundle.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { librariesApart, libraryFiles, nodeModules } from "./bundle-plugins.ts";
import {
  commonModules,
  loadFromRest,
  rareEntries,
  REST,
  REST_HEAD,
  restEntry,
  type Shared,
  takeFromMain,
} from "./bundle-split.ts";
import { Doors, throughDoors } from "./doors.ts";

const ROOT = join(import.meta.dirname, "..");
const START = "src/cli/main.ts";

/** What all of the bundles have in common. */
const BUNDLING: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  target: "node24",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};

/**
 * What is loaded lazily and yet stands in the first file, because common commands load it. V8 takes a
 * millisecond for some 150 kB that it only looks at, so all else stands in the second.
 */
const COMMON: readonly RegExp[] = [
  /^src\/cli\/commands\/(?:env|lock|run|shell|sync)\.ts$/,
  /^src\/cli\/(?:help|show-error)\.ts$/,
  /^src\/project\/(?:session|operations|interpreters|settings|steering-settings)\.ts$/,
  /^src\/project\/(?:lock-project|make-environment|sync-environment|temporary-environment)\.ts$/,
  /^src\/project\/(?:resolve-plan|install-pins|index-settings|write-nix-files)\.ts$/,
  /^src\/project\/builds\/workshop\.ts$/,
  /^src\/build\/(?:compile-bytecode|compile-objects)\.ts$/,
  /(?:^|\/)node_modules\/smol-toml\//,
];

/** A file of the bundle, and what is in it. */
export interface BundleFile {
  readonly path: string;
  /** As esbuild names them: paths below the root. */
  readonly modules: readonly string[];
}

/**
 * Bundles the command line into a folder, as CommonJS, as the functions that Node would make of it (see
 * bin/start.js): `import` of a Node module makes Node read every one of its exports (4 ms for node:fs
 * alone), and a file more costs half a millisecond. Lazy parts stay lazy inside. Gives the files
 * written, the one to start first.
 */
export async function bundleCommandLine(
  folder: string,
  { minify = true }: { readonly minify?: boolean } = {},
): Promise<readonly BundleFile[]> {
  const doors = new Doors(join(ROOT, "src"));
  const plugins = [throughDoors(doors), nodeModules, librariesApart];
  const whole = await build({ ...commandLine(plugins), entryPoints: [START], write: false });
  const common = commonModules(whole.metafile, { start: START, lazy: COMMON });
  const shared: Shared = new Map();
  const text = (path: string): string => doors.rewrite(path);
  const rest = await build({
    ...commandLine([takeFromMain(common, { root: ROOT, shared, text }), ...plugins], REST_HEAD),
    stdin: { contents: restEntry(rareEntries(whole.metafile, common)), resolveDir: ROOT },
    outfile: join(folder, REST),
    minify,
  });
  const main = await build({
    ...commandLine([loadFromRest(common, { root: ROOT, shared }), ...plugins]),
    entryPoints: [START],
    outfile: join(folder, "mach-nix.cjs"),
    minify,
  });
  return [main, rest].map(({ metafile }) => {
    const [path = ""] = Object.keys(metafile.outputs);
    return { path: join(ROOT, path), modules: Object.keys(metafile.outputs[path]?.inputs ?? {}) };
  });
}

/** Bundles another program into one file that bin/start.js can start: for benchmarks of parts. */
export async function bundleProgram(entry: string, outfile: string): Promise<void> {
  const plugins = [throughDoors(new Doors(join(ROOT, "src"))), nodeModules, librariesApart];
  await build({ ...commandLine(plugins), entryPoints: [entry], outfile });
  sign({ path: outfile, modules: [] });
}

const HEAD = "(function (exports, require, module, __filename, __dirname) {";
const IMPORT_META_URL = 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;';

function commandLine(
  plugins: Plugin[],
  head: string = HEAD,
): BuildOptions & { readonly metafile: true } {
  return {
    ...BUNDLING,
    charset: "ascii",
    format: "cjs",
    metafile: true,
    supported: { "dynamic-import": false },
    plugins,
    define: {
      "import.meta.url": "importMetaUrl",
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
    },
    banner: { js: `${head}${IMPORT_META_URL}` },
    footer: { js: "})" },
  };
}

/** Ends a file of the bundle with its digest: by that the launcher tells whose compiled code it has kept. */
export function sign({ path }: BundleFile): void {
  const bytes = readFileSync(path);
  const digest = createHash("sha256").update(bytes).digest("hex");
  writeFileSync(path, Buffer.concat([bytes, Buffer.from(`//${digest}`)]));
}

/** Bundles the libraries that stand in files of their own into a folder. */
export async function bundleLibraries(folder: string): Promise<void> {
  for (const { entry, file } of libraryFiles(ROOT)) {
    await build({
      ...BUNDLING,
      entryPoints: [entry],
      outfile: join(folder, file),
      charset: "utf8",
      format: "cjs",
    });
  }
}

/** Files that are started as threads stand beside the bundle under their own names. */
export async function bundleWorkers(workers: readonly string[], folder: string): Promise<void> {
  await build({
    ...BUNDLING,
    entryPoints: [...workers],
    outdir: folder,
    entryNames: "[name]",
    format: "esm",
    plugins: [throughDoors(new Doors(join(ROOT, "src")))],
  });
}
