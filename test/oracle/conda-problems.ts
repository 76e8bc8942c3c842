// Problems over the shared channels, the same on every run, and their answers by ourselves and by a checker.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { channelPlaces, type CondaFolder, openChannel } from "../../src/index/conda/index.ts";
import { silent } from "../../src/base/index.ts";
import type { FolderOptions } from "../../src/index/conda/index.ts";
import type { PackageIndex } from "../../src/index/index.ts";
import { AskedRecord } from "../../src/provider/asked-record.ts";
import { condaRequirement } from "../../src/requirement/index.ts";
import { type Conflict, resolve, type Resolution } from "../../src/resolve/index.ts";
import {
  condaSubdir,
  parsePlatform,
  parsePythonVersion,
  virtualPackages,
} from "../../src/target/index.ts";
import { matchesConda, parseMatchSpec } from "../../src/version/index.ts";
import { sharedConda } from "../index/conda/serve-channel.ts";

/** A channel for a platform, and a Python that it has. */
export interface Place {
  readonly channels: readonly string[];
  readonly platform: string;
  readonly python: string;
  /** Names that are asked for; without them, any. */
  readonly popular?: readonly string[];
}

export interface Problem {
  readonly place: Place;
  readonly specs: readonly string[];
}

const SCIENCE = [
  "numpy",
  "pandas",
  "scipy",
  "scikit-learn",
  "matplotlib-base",
  "xarray",
  "dask-core",
  "numba",
  "pyarrow",
  "jupyterlab",
  "ipython",
  "requests",
  "sqlalchemy",
  "pillow",
  "h5py",
  "networkx",
  "statsmodels",
  "seaborn",
  "bokeh",
  "cryptography",
  "pytest",
  "scikit-image",
  "sympy",
  "tornado",
];

export const PLACES: readonly Place[] = [
  { channels: ["conda-forge-harvest"], platform: "linux-x86_64", python: "3.11", popular: SCIENCE },
  {
    channels: ["conda-forge-harvest"],
    platform: "linux-aarch64",
    python: "3.12",
    popular: SCIENCE,
  },
  { channels: ["conda-forge-harvest"], platform: "macos-arm64", python: "3.12", popular: SCIENCE },
  { channels: ["conda-forge-harvest"], platform: "macos-x86_64", python: "3.11", popular: SCIENCE },
  {
    channels: ["conda-forge-harvest"],
    platform: "windows-x86_64",
    python: "3.12",
    popular: SCIENCE,
  },
  { channels: ["main-merged"], platform: "linux-x86_64", python: "3.8", popular: SCIENCE },
  { channels: ["main-merged"], platform: "linux-x86_64", python: "3.11", popular: SCIENCE },
  {
    channels: ["main-aarch64-2022-02"],
    platform: "linux-aarch64",
    python: "3.9",
    popular: SCIENCE,
  },
  { channels: ["conda-forge-2024-05-py39tree"], platform: "linux-x86_64", python: "3.9" },
  { channels: ["conda-forge-2024-05-py39tree"], platform: "macos-arm64", python: "3.9" },
  { channels: ["conda-forge-2024-05-py39tree"], platform: "windows-x86_64", python: "3.9" },
  { channels: ["free-2016-09"], platform: "linux-x86_64", python: "2.7" },
  { channels: ["r-2020", "main-merged"], platform: "linux-x86_64", python: "3.8" },
  {
    channels: ["bioconda-harvest", "conda-forge-harvest"],
    platform: "linux-x86_64",
    python: "3.11",
  },
  {
    channels: ["pytorch-harvest", "conda-forge-harvest"],
    platform: "linux-x86_64",
    python: "3.11",
  },
];

export const NO_INDEX: PackageIndex = {
  project: () => undefined,
  metadata: () => ({ failure: "there is none" }),
  prefetch: () => undefined,
  close: () => undefined,
};

/** A sequence of numbers below a bound, the same every time. */
export function randoms(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) % below;
  };
}

export type Folders = readonly (readonly CondaFolder[])[];

/** The folders of a place, by channel. */
export async function foldersOf(place: Place, options: FolderOptions): Promise<Folders> {
  const subdir = condaSubdir(parsePlatform(place.platform));
  return Promise.all(
    place.channels.map(async (name) => {
      const path = join(sharedConda() as string, "channels", name);
      const [found] = channelPlaces(name, {
        folder: "/",
        addresses: { [name]: pathToFileURL(path).href },
      });
      return openChannel(found as NonNullable<typeof found>, subdir, options);
    }),
  );
}

/** Problems of a place: names alone, lower and upper bounds, exact versions, and pairs of these. */
export async function problemsOf(
  place: Place,
  folders: Folders,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<readonly Problem[]> {
  const random = randoms(seed);
  const all = [...new Set(folders[0]?.flatMap((folder) => folder.names()))]
    .filter((name) => !name.startsWith("_") && name !== "python" && !name.includes("pypy"))
    .toSorted();
  const popular = (place.popular ?? all).filter((name) => all.includes(name));
  const problems: Problem[] = [];
  while (problems.length < count) {
    const size = 1 + random(problems.length % 3 === 0 ? 6 : 3);
    const specs = new Map<string, string>();
    for (let k = 0; k < size; k++) {
      const source = random(4) === 0 ? all : popular;
      const name = source[random(source.length)] as string;
      const versions = await versionsOf(folders, name);
      specs.set(name, `${name}${specOf(versions, random)}`);
    }
    problems.push({ place, specs: [`python ${place.python}.*`, ...specs.values()] });
  }
  return problems;
}

async function versionsOf(folders: Folders, name: string): Promise<readonly string[]> {
  const lists = await Promise.all(folders.flat().map(async (folder) => folder.records(name)));
  return [...new Set(lists.flat().map(({ version }) => version))];
}

function specOf(versions: readonly string[], random: (below: number) => number): string {
  const version = versions[random(versions.length)] as string;
  const minor = version.split(".").slice(0, 2).join(".");
  return [
    "",
    "",
    "",
    ` >=${version}`,
    ` <${version}`,
    ` ==${version}`,
    ` ${minor}.*`,
    ` !=${version}`,
    ` >=${version},<99`,
  ][random(9)] as string;
}

/** Our own answer. */
export function answer(
  { place, specs }: Problem,
  folders: Folders,
): Promise<Resolution | Conflict> {
  const platform = parsePlatform(place.platform);
  return resolve({
    requirements: specs.map((spec) => condaRequirement(spec)),
    constraints: [],
    target: { python: parsePythonVersion(place.python), platform },
    index: NO_INDEX,
    providers: { _default: place.channels },
    preferences: new Map(),
    prereleases: false,
    date: Number.MAX_SAFE_INTEGER,
    report: silent,
    conda: {
      channels: new Map(place.channels.map((name, i) => [name, folders[i] ?? []])),
      virtual: virtualPackages(platform),
      strict: true,
      systemPython: false,
    },
  });
}

/** What of a solution is not as its packages' own records want it; empty where all is well. */
export async function faultsOf(
  { place, specs }: Problem,
  { pins }: Resolution,
  folders: Folders,
): Promise<readonly string[]> {
  const chosen = [];
  for (const { condaName, name, file } of pins) {
    const lists = await Promise.all(
      folders.flat().map(async (folder) => folder.records(condaName ?? name)),
    );
    const record = lists.flat().find(({ url }) => url === file?.url);
    if (record === undefined) return [`${name} is in no channel`];
    chosen.push(record);
  }
  const virtual = virtualPackages(parsePlatform(place.platform));
  const present = [
    ...chosen.map((record) => new AskedRecord(record)),
    ...virtual.map((one) => ({ ...one, build_number: 0 })),
  ];
  function has(spec: string): boolean {
    return present.some((record) => matchesConda(spec, record));
  }
  const faults = specs.filter((spec) => !has(spec)).map((spec) => `${spec} is not met`);
  for (const { name, depends, constrains } of chosen) {
    faults.push(...depends.filter((spec) => !has(spec)).map((spec) => `${name} lacks ${spec}`));
    for (const spec of constrains) {
      const parsed = parseMatchSpec(spec);
      const bad = present.filter((one) => one.name === parsed.name && !matchesConda(parsed, one));
      if (bad.length > 0) faults.push(`${name} forbids ${bad[0]?.name}: ${spec}`);
    }
  }
  const names = chosen.map(({ name }) => name);
  if (new Set(names).size < names.length) faults.push("a package is there twice");
  return faults;
}
