// The command line as it is built, but telling which modules of it a run has loaded.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BundleFile, bundleCommandLine } from "../../tools/bundle.ts";
import { ROOT, type Ran, scratch, startProgram } from "../e2e/program.ts";

/** Modules that a run has loaded: files of ours, such as `src/cli/main.ts`, and Node's, such as `crypto`. */
export interface Loaded extends Ran {
  readonly files: readonly string[];
  /** Those of them that are in the bundle's second file. */
  readonly rest: readonly string[];
  readonly builtins: readonly string[];
}

export interface TracedProgram {
  run(
    words: readonly string[],
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
  ): Promise<Loaded>;
}

/** Where esbuild begins a module that is loaded lazily, with the module's path as the key of `fn`. */
const BEGIN = /(var __esm = \(fn, res[^)]*\) => function __init\(\) \{)/;
const NOTE = "if (fn) __loaded.push(Object.getOwnPropertyNames(fn)[0]);";

/** Builds it beside links to what else a built tree has. */
export async function buildTraced(): Promise<TracedProgram> {
  const root = scratch("traced");
  const folder = join(root, "dist", "bundle");
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "python", "nix", "page", "default.nix", "flake.nix"]) {
    symlinkSync(join(ROOT, name), join(root, name));
  }
  for (const name of ["unpack-worker.js", "compile-worker.js", "yaml.cjs"]) {
    symlinkSync(join(ROOT, "dist", "bundle", name), join(folder, name));
  }
  const [main, rest] = await bundleCommandLine(folder, { minify: false });
  if (main === undefined || rest === undefined) throw new Error("the bundle has not two files");
  const first = patch(main, `const __loaded = globalThis.__loaded = []; ${EXIT}`);
  patch(rest, "const __loaded = globalThis.__loaded;");
  return {
    async run(words, { cwd, env }) {
      const trace = join(scratch("trace"), "modules.json");
      const paths = [join(ROOT, "bin", "start.js"), main.path].map((path) => JSON.stringify(path));
      const argv = ["-e", `require(${paths[0]})(${paths[1]})`, "--", "mach-nix", ...words];
      const traced = { ...env, TRACE: trace };
      const ran = await startProgram(process.execPath, argv, { cwd, env: traced });
      const { loaded, builtins } = JSON.parse(readFileSync(trace, "utf8")) as {
        readonly loaded: readonly string[];
        readonly builtins: readonly string[];
      };
      const files = [...first, ...loaded].filter((path) => path.startsWith("src/"));
      const apart = files.filter((path) => rest.modules.includes(path));
      return { ...ran, files: files.toSorted(), rest: apart, builtins };
    },
  };
}

/** Makes a file note what is loaded of it. Gives what is there from the start. */
function patch({ path, modules }: BundleFile, head: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  if (!BEGIN.test(text)) throw new Error("esbuild begins lazy modules otherwise than it did");
  writeFileSync(path, text.replace(BEGIN, `${head}\n$1 ${NOTE}`));
  return modules.filter((module) => !text.includes(`"${module}"()`));
}

const EXIT = `process.on("exit", () => {
  const builtins = process.moduleLoadList.flatMap((item) => /^NativeModule (.+)$/.exec(item)?.[1] ?? []);
  require("node:fs").writeFileSync(process.env.TRACE, JSON.stringify({ loaded: __loaded, builtins }));
});`;
