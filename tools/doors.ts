// The bundle goes through doors: what a file imports from `../x/index.ts` comes straight from the file
// that makes it. So loading a module loads what it uses, not all that stands behind the same door.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Plugin } from "esbuild";

/** Where a name that a door gives is made, and under which name. */
interface Origin {
  readonly file: string;
  readonly name: string;
}

/** `import { a, type B } from "../x/index.ts";`, and the same with `export`, over any number of lines. */
const STATIC = /^(import|export) \{([^}]*)\} from "(\.[^"]*\/index\.ts)";$/gm;
/** `const { a } = await import("../x/index.ts");` */
const DYNAMIC = /^( *)const \{([^}]*)\} = await import\("(\.[^"]*\/index\.ts)"\);$/gm;

/** The plugin. */
export function throughDoors(doors: Doors): Plugin {
  return {
    name: "through-doors",
    setup(build) {
      build.onLoad({ filter: /\.ts$/, namespace: "file" }, ({ path }) =>
        doors.has(path) ? { contents: doors.rewrite(path), loader: "ts" } : undefined,
      );
    },
  };
}

/** The doors below a folder, and what they give. */
export class Doors {
  private readonly folder: string;
  private readonly paths: ReadonlySet<string>;
  private readonly known = new Map<string, ReadonlyMap<string, Origin>>();

  constructor(folder: string) {
    this.folder = folder;
    this.paths = new Set(
      globSync("**/index.ts", { cwd: folder }).map((path) => join(folder, path)),
    );
  }

  /** Whether a file is below the folder. */
  has(path: string): boolean {
    return path.startsWith(this.folder);
  }

  /** A file's text, with the names that it takes from doors taken from where they are made. */
  rewrite(path: string): string {
    const text = readFileSync(path, "utf8");
    return text
      .replaceAll(STATIC, (all, word: string, names: string, door: string) =>
        this.apart(
          path,
          { all, names, door },
          (list, file) => `${word} { ${list} } from "${file}";`,
        ),
      )
      .replaceAll(DYNAMIC, (all, space: string, names: string, door: string) =>
        this.apart(path, { all, names: names.replaceAll(":", " as "), door }, (list, file) => {
          const picked = list.replaceAll(" as ", ": ");
          return `${space}const { ${picked} } = await import("${file}");`;
        }),
      );
  }

  private apart(
    importer: string,
    { all, names, door }: { readonly all: string; readonly names: string; readonly door: string },
    write: (list: string, file: string) => string,
  ): string {
    const path = resolve(dirname(importer), door);
    if (!this.paths.has(path)) return all;
    const byFile = Map.groupBy(valueNames(names), ({ name }) => this.originOf(path, name).file);
    const lines = [...byFile].map(([file, own]) => {
      const list = own.map(({ name, local }) => `${this.originOf(path, name).name} as ${local}`);
      return write(list.join(", "), specifier(importer, file));
    });
    return lines.join(" ");
  }

  private originOf(door: string, name: string): Origin {
    const origin = this.exportsOf(door).get(name);
    if (origin === undefined) throw new Error(`${door} has no ${name}`);
    return origin;
  }

  private exportsOf(door: string): ReadonlyMap<string, Origin> {
    let found = this.known.get(door);
    if (found === undefined) this.known.set(door, (found = this.readDoor(door)));
    return found;
  }

  private readDoor(door: string): ReadonlyMap<string, Origin> {
    const text = readFileSync(door, "utf8");
    const found = new Map(ownNames(text).map((name) => [name, { file: door, name }]));
    for (const [, list = "", from = ""] of text.matchAll(
      /^export \{([^}]*)\} from "([^"]+)";$/gm,
    )) {
      const file = resolve(dirname(door), from);
      for (const { name, local } of valueNames(list)) {
        found.set(local, this.paths.has(file) ? this.originOf(file, name) : { file, name });
      }
    }
    for (const [, from = ""] of text.matchAll(/^export \* from "([^"]+)";$/gm)) {
      const file = resolve(dirname(door), from);
      for (const name of ownNames(readFileSync(file, "utf8"))) found.set(name, { file, name });
    }
    return found;
  }
}

/** The values in `a, type B, c as d`, with what each is called here. */
function valueNames(list: string): readonly { readonly name: string; readonly local: string }[] {
  return list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "" && !item.startsWith("type "))
    .map((item) => {
      const [name = "", local = name] = item.split(/\s+as\s+/);
      return { name, local };
    });
}

/** The values that a file itself declares and exports. */
function ownNames(text: string): readonly string[] {
  const declared = /^export (?:async )?(?:function\*?|const|let|class) ([\w$]+)/gm;
  return [...text.matchAll(declared)].map(([, name = ""]) => name);
}

function specifier(importer: string, file: string): string {
  const path = relative(dirname(importer), file).replaceAll("\\", "/");
  return path.startsWith(".") ? path : `./${path}`;
}
