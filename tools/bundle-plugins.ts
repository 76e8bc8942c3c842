// How the bundle treats what is not ours: Node's modules, and libraries that few commands need.
import { join } from "node:path";
import type { Plugin } from "esbuild";

/** Node's modules that are there when Node starts. */
const LIGHT = /^node:(?:fs|path|url)$/;
/** Those that are not, and cost milliseconds: node:crypto has 5, node:child_process 4. */
const HEAVY =
  /^node:(?:crypto|zlib|child_process|worker_threads|https?|tls|net|os|util|readline|stream|stream\/promises|fs\/promises|timers\/promises)$/;

/**
 * Node's modules without the copies of all their exports that esbuild would make for each importer:
 * of a light one, the exports in use; a heavy one is loaded when something of it is first used.
 */
export const nodeModules: Plugin = {
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

/** Each in a file of its own beside the bundle: by what is imported. */
const APART: Readonly<Record<string, { readonly file: string; readonly entry: string }>> = {
  // A fifth of the code, for environment.yml only.
  yaml: { file: "yaml.cjs", entry: "node_modules/yaml/dist/index.js" },
  // Graphviz, for pictures only.
  "@viz-js/viz": { file: "viz.cjs", entry: "node_modules/@viz-js/viz/dist/viz.cjs" },
};

export const librariesApart: Plugin = {
  name: "libraries-apart",
  setup(build) {
    build.onResolve({ filter: /^[@\w]/ }, ({ path }) => {
      const library = Object.hasOwn(APART, path) ? APART[path] : undefined;
      return library === undefined ? undefined : { path: `./${library.file}`, external: true };
    });
  },
};

/** Those libraries: where each begins, and the file that it becomes. */
export function libraryFiles(
  root: string,
): readonly { readonly entry: string; readonly file: string }[] {
  return Object.values(APART).map(({ entry, file }) => ({ entry: join(root, entry), file }));
}
