import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { sha256 } from "../../src/base/index.ts";
import { unpackWheel } from "../../src/build/index.ts";
import {
  createEnvironment,
  type Environment,
  type EnvironmentInput,
  type FoundInterpreter,
  findInterpreters,
  inspectInterpreter,
  type Interpreter,
} from "../../src/environment/index.ts";
import { openStore, type Store, type StorePath } from "../../src/store/index.ts";
import { type MadeEntry, makeZip } from "../archive/make-zip.ts";
import { DERIVED, temporaryFolder } from "../store/fixture.ts";

export interface MadeWheel {
  readonly name: string;
  readonly version?: string;
  /** Paths as in the wheel; `.data` may be written for `NAME-VERSION.data`. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly entryPoints?: string;
  readonly requires?: readonly string[];
}

/** Writes a wheel into a folder; gives its file name. */
export function writeWheel(folder: string, wheel: MadeWheel): string {
  const { name, version = "1.0", files, entryPoints, requires = [] } = wheel;
  const stem = `${name.replace(/[-.]/g, "_")}-${version}`;
  const info = `${stem}.dist-info`;
  const needs = requires.map((line) => `Requires-Dist: ${line}\n`).join("");
  const entries: [string, string | Uint8Array][] = [
    ...Object.entries(files).map(([path, data]): [string, string | Uint8Array] => [
      path.replace(/^\.data\//, `${stem}.data/`),
      data,
    ]),
    [`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${needs}`],
    [
      `${info}/WHEEL`,
      "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    ],
    [`${info}/licenses/LICENSE`, "free"],
  ];
  if (entryPoints !== undefined) entries.push([`${info}/entry_points.txt`, entryPoints]);
  const record = entries.map(([path, data]) => {
    const digest = Buffer.from(sha256(data), "hex").toString("base64url");
    return `${path},sha256=${digest},${Buffer.from(data as string).length}\n`;
  });
  entries.push([`${info}/RECORD`, `${record.join("")}${info}/RECORD,,\n`]);
  mkdirSync(folder, { recursive: true });
  const filename = `${stem}-py3-none-any.whl`;
  const zip = makeZip(entries.map(([path, data]): MadeEntry => ({ name: path, data })));
  writeFileSync(`${folder}/${filename}`, zip);
  return filename;
}

/** The object of a wheel made here and now. */
export function addWheel(store: Store, wheel: MadeWheel): Promise<StorePath> {
  const folder = temporaryFolder();
  const filename = writeWheel(folder, wheel);
  const path = `${folder}/${filename}`;
  const bytes = execFileSync("sha256sum", [path], { encoding: "utf8" });
  return unpackWheel(
    { path, filename, sha256: bytes.slice(0, 64) as ReturnType<typeof sha256> },
    store,
  );
}

export function testStore(folder: string = temporaryFolder()): Store {
  return openStore(`${folder}/store`, { derived: DERIVED });
}

let found: FoundInterpreter[] | undefined;

/** The interpreters of this machine. */
export function pythons(): FoundInterpreter[] {
  found ??= findInterpreters({ env: process.env });
  return found;
}

const asked = new Map<string, Promise<Interpreter>>();

export function inspect(path: string): Promise<Interpreter> {
  const facts = asked.get(path) ?? inspectInterpreter(path, { env: process.env });
  asked.set(path, facts);
  return facts;
}

/** Any CPython that environments can be made for. */
export async function somePython(): Promise<Interpreter> {
  const fits = pythons().filter(
    ({ implementation, version }) => implementation === "cpython" && /^3\.(?:9|1\d)/.test(version),
  );
  return inspect((fits[0] as FoundInterpreter).path);
}

/** An environment of wheels made here and now, in a new folder. */
export async function makeEnvironment(
  wheels: readonly MadeWheel[],
  options: Partial<EnvironmentInput> = {},
): Promise<Environment & { store: Store; objects: StorePath[]; interpreter: Interpreter }> {
  const store = options.store ?? testStore();
  const objects: StorePath[] = [];
  for (const wheel of wheels) objects.push(await addWheel(store, wheel));
  const interpreter = options.interpreter ?? (await somePython());
  const directory = options.directory ?? `${temporaryFolder()}/my env`;
  const input = { source: "lock", ...options, directory, interpreter, store, objects };
  return { ...(await createEnvironment(input)), store, objects, interpreter };
}

/** What a program of an environment prints. */
export function output(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, {
    encoding: "utf8",
    cwd: "/",
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], LC_ALL: "C.UTF-8" },
  }).trim();
}

export function python(environment: { python: string }, code: string): string {
  return output(environment.python, "-c", code);
}

export const APP: MadeWheel = {
  name: "my-app",
  files: {
    "app/__init__.py": "",
    "app/cli.py":
      "import sys\nclass Main:\n  @staticmethod\n  def run():\n    print(sys.argv, sys.prefix)\n    return 7\n",
    "single.py": "x = 1\n",
    ".data/scripts/raw.py": "#!python -E\nimport sys\nprint('raw', sys.flags.ignore_environment)\n",
    ".data/scripts/shell.sh": "#!/bin/sh\necho shell\n",
    ".data/data/share/app/data.txt": "data",
    ".data/data/etc/app.conf": "conf",
    ".data/headers/app.h": "int x;",
  },
  entryPoints: "[console_scripts]\nmy-app = app.cli:Main.run\n[app.plugins]\nx = app.cli\n",
};
