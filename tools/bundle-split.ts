// The bundle in two files: the first has what common commands load, the second what others need besides.
import { relative } from "node:path";
import type { Metafile, OnResolveArgs, Plugin, PluginBuild } from "esbuild";

/** The second file's name. */
export const REST = "rest.cjs";

/**
 * The modules of the first file, as esbuild names them: those that the start needs, and what is loaded
 * lazily and yet common, each with all that it imports.
 */
export function commonModules(
  { inputs }: Metafile,
  { start, lazy }: { readonly start: string; readonly lazy: readonly RegExp[] },
): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    for (const { path: next, kind, external } of inputs[path]?.imports ?? []) {
      if (external === true) continue;
      // Node's modules (`heavy:node:http`) are in each file that has a use for them.
      const isOurs = !next.includes(":");
      if (isOurs && kind === "dynamic-import" && !lazy.some((one) => one.test(next))) continue;
      waiting.push(next);
    }
  }
  return found;
}

/** What the first file loads of the second. */
export function rareEntries({ inputs }: Metafile, common: ReadonlySet<string>): readonly string[] {
  const found = [...common].flatMap((path) =>
    (inputs[path]?.imports ?? []).filter(({ external }) => external !== true),
  );
  return [...new Set(found.map(({ path }) => path))].filter((path) => !common.has(path)).sort();
}

/** The second file's own text: gives a module by its name, once it has those of the first. */
export function restEntry(rare: readonly string[]): string {
  const parts = rare.map((path) => `${JSON.stringify(path)}: () => require("./${path}")`);
  return `const parts = { ${parts.join(", ")} };
    module.exports = (name, ofMain) => { main ??= ofMain(); return parts[name](); };`;
}

/** What stands around it: `require` knows the modules of the first file. */
export const REST_HEAD: string =
  "(function (exports, nodeRequire, module, __filename, __dirname) { let main;" +
  'const require = (name) => name.startsWith("main:") ? main[name.slice(5)] : nodeRequire(name);';

/** Names that the second file takes from modules of the first; undefined where it takes the whole. */
export type Shared = Map<string, Set<string> | undefined>;

// Imports that go through doors stand several on a line.
const IMPORTS =
  /(?:(?:^|; )(?:import|export) (?:(\{[^}]*\})|[^"]*?) from |(?:const (\{[^}]*\}) = await )?import\()"([^"]+)"/gm;

/** For the second file: modules of the first are taken from there, and `shared` notes which. */
export function takeFromMain(
  common: ReadonlySet<string>,
  {
    root,
    shared,
    text,
  }: {
    readonly root: string;
    readonly shared: Shared;
    /** A file's text as it is bundled. */
    readonly text: (path: string) => string;
  },
): Plugin {
  return {
    name: "take-from-main",
    setup(build) {
      build.onResolve({ filter: /^[^:]+$/ }, async (args) => {
        const path = await resolved(build, args, root);
        if (path === undefined || !common.has(path)) return undefined;
        note(shared, path, namesTaken(text(args.importer), args.path));
        return { path: `main:${path}`, external: true };
      });
    },
  };
}

function namesTaken(text: string, specifier: string): readonly string[] | undefined {
  const names: string[] = [];
  for (const [, fixed, lazy, from] of text.matchAll(IMPORTS)) {
    if (from !== specifier) continue;
    const list = fixed ?? lazy;
    if (list === undefined) return undefined;
    for (const item of list.slice(1, -1).split(",")) {
      const [name = ""] = item.trim().split(/\s+as\s+|:/);
      if (name !== "" && !item.trim().startsWith("type ")) names.push(name.trim());
    }
  }
  return names;
}

function note(shared: Shared, path: string, names: readonly string[] | undefined): void {
  const before = shared.has(path) ? shared.get(path) : new Set<string>();
  shared.set(
    path,
    before === undefined || names === undefined ? undefined : new Set([...before, ...names]),
  );
}

/** For the first file: what is not common comes out of the second, given what that takes. */
export function loadFromRest(
  common: ReadonlySet<string>,
  { root, shared }: { readonly root: string; readonly shared: Shared },
): Plugin {
  return {
    name: "load-from-rest",
    setup(build) {
      build.onResolve({ filter: /^rest:file$/ }, () => ({ path: `./${REST}`, external: true }));
      build.onResolve({ filter: /^rest:shared$/ }, ({ path }) => ({ path, namespace: "rest" }));
      build.onResolve({ filter: /^[^:]+$/ }, async (args) => {
        if (args.kind !== "dynamic-import") return undefined;
        const path = await resolved(build, args, root);
        return path === undefined || common.has(path) ? undefined : { path, namespace: "rest" };
      });
      build.onLoad({ filter: /./, namespace: "rest" }, ({ path }) => ({
        contents: path === "rest:shared" ? sharedModule(shared) : rareModule(path),
        loader: "js",
        resolveDir: root,
      }));
    },
  };
}

function rareModule(path: string): string {
  return `module.exports = require("rest:file")(${JSON.stringify(path)}, () => require("rest:shared").shared());`;
}

/** All modules that the second file takes from: objects that read the names in use, when they are read. */
function sharedModule(shared: Shared): string {
  const imports: string[] = [];
  const objects: string[] = [];
  for (const [i, [path, names]] of [...shared].entries()) {
    const key = JSON.stringify(path);
    if (names === undefined) {
      imports.push(`import * as m${i} from "./${path}";`);
      objects.push(`${key}: m${i}`);
    } else {
      const list = [...names].sort();
      imports.push(
        `import { ${list.map((name) => `${name} as m${i}_${name}`).join(", ")} } from "./${path}";`,
      );
      objects.push(
        `${key}: { ${list.map((name) => `get ${name}() { return m${i}_${name}; }`).join(", ")} }`,
      );
    }
  }
  return `${imports.join("\n")}\nexport const shared = () => ({ ${objects.join(",\n")} });`;
}

const ASKED = Symbol("asked");

/** The module that is meant, as esbuild names it; undefined for what is none of the bundle. */
async function resolved(
  build: PluginBuild,
  { path, importer, resolveDir, kind, pluginData }: OnResolveArgs,
  root: string,
): Promise<string | undefined> {
  if (pluginData === ASKED) return undefined;
  const found = await build.resolve(path, { importer, resolveDir, kind, pluginData: ASKED });
  if (found.errors.length > 0 || found.external || found.namespace !== "file") return undefined;
  return relative(root, found.path).replaceAll("\\", "/");
}
