import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readCondaObject } from "../../src/build/index.ts";
import { condaInterpreter, createEnvironment } from "../../src/environment/index.ts";
import { openStore, type StorePath } from "../../src/store/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
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
import { filesIn, isCompared } from "./installed-files.ts";

const scratch = mkdtempSync(join(tmpdir(), "mach-nix-rattler-"));
afterAll(() => removeForced(scratch));
const store = openStore(join(scratch, "store"), { derived: DERIVED });

const CLOBBER = join(CONDA_DATA, "tiny/conda+rattler/test-data/clobber");

/**
 * Sets of packages to be installed together. Where one has a file and another a folder, conda, mamba and
 * py-rattler each do something else, so these are left out.
 */
const SETS: Readonly<Record<string, () => ChannelFile[]>> = {
  "a runnable Python": () => channelFiles(),
  "one file in three packages": () => clobber("1-0.1.0", "2-0.1.0", "3-0.1.0"),
  "in folders": () => clobber("nested-1", "nested-2", "nested-3"),
  "links to files": () => clobber("with-symlink-a", "with-symlink-b"),
};

function clobber(...names: readonly string[]): ChannelFile[] {
  return filesNamed(
    CLOBBER,
    names.map((name) => `clobber-${name}`),
  );
}

interface Installed {
  /** Contents and mode of each file, by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly index: readonly unknown[];
  /** Paths that several packages have, with the package whose file is there. */
  readonly clobbered: ReadonlyMap<string, string>;
}

async function ours(
  name: string,
  files: readonly ChannelFile[],
  directory: string,
): Promise<Installed> {
  const { objects } = await unpackChannel(store, files);
  const python = objects.map(readCondaObject).find((one) => one.name === "python");
  const interpreter =
    python === undefined ? await somePython() : condaInterpreter(python, { directory, libc: null });
  const { clobbered } = await createEnvironment({
    directory,
    store,
    objects: [],
    condaObjects: objects,
    source: name,
    interpreter,
  });
  return {
    files: filesIn(join(directory, ".mach-nix/current")),
    index: objects.map(indexOf),
    clobbered: new Map(clobbered.map(({ path, kept }) => [path, kept])),
  };
}

/** As the channel would say it: old packages do not name their subdir. */
function indexOf(path: StorePath): unknown {
  const { index, noarch } = readCondaObject(path);
  return { subdir: noarch === undefined ? "linux-64" : "noarch", ...index };
}

test.skipIf(channelMissing || peerPython() === undefined)(
  "what is in an environment is what py-rattler would install there",
  { timeout: 240_000 },
  async () => {
    const jobs = [];
    const made = new Map<string, Installed>();
    for (const [number, [name, choose]] of Object.entries(SETS).entries()) {
      const files = choose();
      const directory = join(scratch, `env-${number}`);
      const installed = await ours(name, files, directory);
      made.set(name, installed);
      const packages = files.map(({ path, sha256, size }, i) => ({
        path,
        sha256,
        size,
        index: installed.index[i],
      }));
      jobs.push({ prefix: join(scratch, `rattler-${number}`), as: directory, packages });
    }
    const script = join(import.meta.dirname, "conda-install-rattler.py");
    const { stdout, stderr } = spawnSync(peerPython() as string, [script], {
      input: JSON.stringify(jobs),
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    expect(stderr).toBe("");
    const theirs = JSON.parse(stdout) as Record<string, string>[];
    const scripts = new Set(["bin/tqdm"]);
    for (const [number, name] of Object.keys(SETS).entries()) {
      const found = new Map(Object.entries(theirs[number] as Record<string, string>));
      const { files, clobbered } = made.get(name) as Installed;
      // Conda lets the last package have a file, py-rattler the first, and keeps the others' aside.
      for (const [path, kept] of clobbered)
        found.set(path, found.get(`__clobbers__/${kept}/${path}`) ?? (found.get(path) as string));
      const compared = (all: ReadonlyMap<string, string>): Record<string, string> => {
        const entries = [...all].filter(([path]) => isCompared(path, scripts));
        return { name, ...Object.fromEntries(entries) };
      };
      expect(compared(files)).toEqual(compared(found));
    }
  },
);
