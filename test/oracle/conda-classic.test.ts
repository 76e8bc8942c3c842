// What conda 24.7 itself makes of the same packages at the same path, and what it says of our environments.
import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CondaObject,
  openSandbox,
  readCondaObject,
  type Sandbox,
} from "../../src/build/index.ts";
import {
  condaInterpreter,
  type CondaRecord,
  createEnvironment,
  type LinkScripts,
} from "../../src/environment/index.ts";
import { openStore, type StorePath } from "../../src/store/index.ts";
import { compareConda, compileCondaVersionSpec } from "../../src/version/index.ts";
import { type CondaCommand, condaVariables, makeConda } from "../../tools/make-conda.ts";
import { makeConda as condaBytes } from "../build/make-conda.ts";
import {
  channelFiles,
  type ChannelFile,
  channelMissing,
  CONDA_DATA,
  filesNamed,
  unpackChannel,
} from "../environment/conda-channel.ts";
import { somePython } from "../environment/fixture.ts";
import { DERIVED, removeForced } from "../store/fixture.ts";
import { sample } from "../version/arbitraries.ts";
import { condaSpecText, condaVersionText } from "../version/conda-arbitraries.ts";
import { filesIn, isCompared } from "./installed-files.ts";
import { askPython } from "./version-peer.ts";

const scratch = mkdtempSync(join(tmpdir(), "mach-nix-classic-"));
afterAll(() => removeForced(scratch));
const store = openStore(join(scratch, "store"), { derived: DERIVED });
const RATTLER = join(CONDA_DATA, "tiny/conda+rattler/test-data");

let conda: CondaCommand | undefined;
let sandbox: Sandbox | undefined;
beforeAll(async () => {
  if (channelMissing) return;
  conda = makeConda();
  sandbox = await openSandbox({ python: (await somePython()).path }).catch(() => undefined);
}, 300_000);

function run(...words: string[]): string {
  const [program, script] = conda as CondaCommand;
  const ran = spawnSync(program, [script as string, ...words], {
    encoding: "utf8",
    cwd: scratch,
    env: condaVariables(scratch),
    maxBuffer: 2 ** 26,
  });
  expect(ran.status, ran.stderr + ran.stdout).toBe(0);
  return ran.stdout;
}

let channels = 0;

/** A channel of packages that are in the store, with what they say of themselves as its list. */
function serve(files: readonly ChannelFile[], objects: readonly StorePath[]): string {
  const folder = join(scratch, `channel-${(channels += 1)}`);
  const lists = new Map<string, { packages: object; "packages.conda": object }>();
  for (const subdir of ["linux-64", "noarch"]) {
    mkdirSync(join(folder, subdir), { recursive: true });
    lists.set(subdir, { packages: {}, "packages.conda": {} });
  }
  files.forEach(({ path, filename, sha256, size }, i) => {
    const { index, noarch } = readCondaObject(objects[i] as StorePath);
    const subdir = noarch === undefined ? "linux-64" : "noarch";
    copyFileSync(path, join(folder, subdir, filename));
    const md5 = hash("md5", readFileSync(path), "hex");
    const key = filename.endsWith(".conda") ? "packages.conda" : "packages";
    Object.assign(lists.get(subdir)?.[key] ?? {}, {
      [filename]: { ...index, subdir, md5, sha256, size },
    });
  });
  for (const [subdir, list] of lists)
    writeFileSync(
      join(folder, subdir, "repodata.json"),
      JSON.stringify({ info: { subdir }, ...list }),
    );
  return pathToFileURL(folder).href;
}

interface Both {
  readonly objects: readonly StorePath[];
  readonly ours: ReadonlyMap<string, string>;
  readonly theirs: ReadonlyMap<string, string>;
  /** What conda says of our environment. */
  readonly list: readonly Record<string, unknown>[];
  readonly channel: string;
}

/**
 * What conda is asked for: names, which it puts in order; or all files as they are, where there is not
 * everything that they need.
 */
function wanted(
  all: readonly CondaObject[],
  { files, channel }: { readonly files: readonly ChannelFile[]; readonly channel: string },
): readonly string[] {
  const names = new Set(all.map(({ name }) => name));
  const needs = all.flatMap(({ index }) => (index["depends"] ?? []) as readonly string[]);
  if (needs.every((need) => names.has(need.split(" ")[0] as string))) {
    const specs = all.map(({ name, version, build }) => `${name}=${version}=${build}`);
    return ["--override-channels", "-c", channel, ...specs];
  }
  const list = join(scratch, "explicit.txt");
  const urls = files.map(({ filename }, i) => {
    const subdir = all[i]?.noarch === undefined ? "linux-64" : "noarch";
    return `${channel}/${subdir}/${filename}`;
  });
  writeFileSync(list, ["@EXPLICIT", ...urls, ""].join("\n"));
  return ["--file", list];
}

/** The same packages at the same place: by conda, taken away, then by us. */
async function both(
  name: string,
  files: readonly ChannelFile[],
  linkScripts?: LinkScripts,
): Promise<Both> {
  const directory = join(scratch, name);
  const { objects } = await unpackChannel(store, files);
  const channel = serve(files, objects);
  const all = objects.map(readCondaObject);
  run("create", "-q", "-p", directory, ...wanted(all, { files, channel }));
  const theirs = filesIn(directory);
  rmSync(directory, { recursive: true });
  const python = all.find((one) => one.name === "python");
  const records = new Map<StorePath, CondaRecord>(
    files.map(({ filename, sha256, size }, i) => {
      const subdir = all[i]?.noarch === undefined ? "linux-64" : "noarch";
      const url = `${channel}/${subdir}/${filename}`;
      return [objects[i] as StorePath, { url, filename, sha256, size }];
    }),
  );
  await createEnvironment({
    directory,
    store,
    objects: [],
    condaObjects: objects,
    source: "lock",
    interpreter:
      python === undefined
        ? await somePython()
        : condaInterpreter(python, { directory, libc: null }),
    conda: { records, ...(linkScripts !== undefined && { linkScripts }) },
  });
  const ours = filesIn(join(directory, ".mach-nix/current"));
  const list = JSON.parse(run("list", "--json", "-p", directory)) as Record<string, unknown>[];
  return { objects, ours, theirs, list, channel };
}

function compared(files: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...files].filter(([path]) => isCompared(path, new Set(["bin/tqdm"]))));
}

const clobber = (...names: string[]): ChannelFile[] =>
  filesNamed(
    join(RATTLER, "clobber"),
    names.map((name) => `clobber-${name}`),
  );

describe.skipIf(channelMissing)("conda itself", { timeout: 300_000 }, () => {
  test.each<[string, () => ChannelFile[]]>([
    ["a runnable Python", () => channelFiles()],
    ["one file in three packages", () => clobber("1-0.1.0", "2-0.1.0", "3-0.1.0")],
    ["in folders", () => clobber("nested-1", "nested-2", "nested-3")],
    ["links to files", () => clobber("with-symlink-a", "with-symlink-b")],
  ])("installs the same files with the same bytes, and lists them: %s", async (name, choose) => {
    if (conda === undefined) return;
    const { ours, theirs, list, objects, channel } = await both(
      name.replaceAll(" ", "-"),
      choose(),
    );
    expect(compared(ours)).toEqual(compared(theirs));
    const expected = objects.map((path) => {
      const { name: own, version, build } = readCondaObject(path);
      return { name: own, version, build_string: build, base_url: channel };
    });
    const named = new Map(list.map((row) => [row["name"], row]));
    expect(new Set(named.keys())).toEqual(new Set(expected.map((row) => row.name)));
    for (const row of expected) expect(named.get(row.name)).toMatchObject(row);
  });

  test("runs the same scripts with the same variables", async () => {
    if (conda === undefined || sandbox?.hasMounts !== true) return;
    const bytes = condaBytes({
      name: "scripted",
      version: "1.2",
      index: { build_number: 3 },
      files: {
        "share/scripted": "file",
        "bin/.scripted-post-link.sh": {
          data: 'for v in PREFIX PKG_NAME PKG_VERSION PKG_BUILDNUM; do eval "echo $v=\\$$v"; done > "$PREFIX/share/seen"; pwd >> "$PREFIX/share/seen"; echo "${PATH%%:*}" >> "$PREFIX/share/seen"',
          executable: true,
        },
      },
    });
    const filename = "scripted-1.2-0.conda";
    const path = join(scratch, filename);
    writeFileSync(path, bytes);
    const sha256 = hash("sha256", bytes, "hex") as ChannelFile["sha256"];
    const files = [{ path, filename, sha256, size: bytes.length, place: `linux-64/${filename}` }];
    const { ours, theirs } = await both("scripts", files, {
      of: "all",
      sandbox: async () => sandbox as Sandbox,
      readable: [],
      logs: join(scratch, "logs"),
    });
    expect(compared(ours)).toEqual(compared(theirs));
    expect([...ours.keys()]).toContain("share/seen");
  });
});

/** Conda's own code for versions. */
const VERSIONS = `
import importlib.util, types
package = types.ModuleType("conda_lock")
package.__path__ = list(importlib.util.find_spec("conda_lock").submodule_search_locations)
sys.modules["conda_lock"] = package
from conda_lock._vendor.conda.models.version import VersionOrder, VersionSpec`;

/** PEP 440 has no `~=` of one part, and conda's answers for it depend on the other parts of the spec. */
const ONE_PART = /~=(?:\d+!)?[^.,|+]*(?:\+[^,|]*)?(?=[,|]|$)/;

describe.skipIf(channelMissing)("versions as conda itself has them", () => {
  test("order of 24,000 pairs", () => {
    if (conda === undefined) return;
    const cases = sample(fc.tuple(condaVersionText, condaVersionText), 24_000);
    const body = `${VERSIONS}
def one(a, b):
    a, b = VersionOrder(a), VersionOrder(b)
    return 0 if a == b else (a > b) - (a < b)
answer = [one(*case) for case in cases]`;
    const theirs = askPython(conda[0], body, cases);
    expect(cases.filter(([a, b], i) => compareConda(a, b) !== theirs[i])).toEqual([]);
  });

  test("24,000 versions against a spec", () => {
    if (conda === undefined) return;
    const cases = sample(fc.tuple(condaSpecText, condaVersionText), 24_000).filter(
      ([spec]) => !ONE_PART.test(spec),
    );
    const body = `${VERSIONS}
answer = [VersionSpec(spec).match(version) for spec, version in cases]`;
    const theirs = askPython(conda[0], body, cases);
    expect(cases.length).toBeGreaterThan(15_000);
    const wrong = cases.filter(
      ([spec, version], i) => compileCondaVersionSpec(spec)(version) !== theirs[i],
    );
    expect(wrong).toEqual([]);
  });
});
