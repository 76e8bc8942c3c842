import { array, assert, asyncProperty, constantFrom, dictionary, record } from "fast-check";
import { expect, test } from "vitest";
import { type PackageName, silent } from "../../src/base/index.ts";
import type { FileRecord, PackageIndex, ReleaseMetadata } from "../../src/index/index.ts";
import { openFileIndex } from "../../src/index/snapshot/index.ts";
import { parseRequirement } from "../../src/requirement/index.ts";
import { resolve } from "../../src/resolve/index.ts";
import { comparePep440 } from "../../src/version/index.ts";
import { targetOf } from "../resolve/run-resolve.ts";
import { importDatabase } from "../index/snapshot/database.ts";

// A resolution through an index file is the one through a plain map of the same data.

const NAMES = ["a", "b", "c", "d"];
const name = constantFrom(...NAMES);
const version = constantFrom("1.0", "2.0", "10.0", "3.0rc1", "2.0.post1");
const specifier = constantFrom("", ">=2", "<10", "==1.0", "!=2.0", ">=3.0rc1");
const requirement = record({ name, specifier }).map((given) => given.name + given.specifier);
const requires = array(requirement, { maxLength: 2 });
const sdistRecord = record({
  install_requires: requires,
  extras_require: dictionary(
    constantFrom("x", ':python_version < "4"', "x:os_name == 'posix'"),
    requires,
    { maxKeys: 2 },
  ),
});
const wheelRecord = record({ requires_dist: requires });
const world = record({
  sdist: dictionary(name, dictionary(version, sdistRecord, { minKeys: 1 }), { maxKeys: 4 }),
  wheel: dictionary(name, dictionary(version, wheelRecord, { minKeys: 1 }), { maxKeys: 4 }),
});

type Sdist = {
  readonly install_requires: readonly string[];
  readonly extras_require: Readonly<Record<string, readonly string[]>>;
};
type World = {
  readonly sdist: Readonly<Record<string, Readonly<Record<string, Sdist>>>>;
  readonly wheel: Readonly<
    Record<string, Readonly<Record<string, { readonly requires_dist: readonly string[] }>>>
  >;
};

function memoryIndex({ sdist, wheel }: World): PackageIndex {
  function files(project: string, release: string): FileRecord[] {
    const found: FileRecord[] = [];
    const wheelName = `${project}-${release}-py3-none-any.whl`;
    if (wheel[project]?.[release] !== undefined) found.push(fileOf(wheelName, "wheel"));
    if (sdist[project]?.[release] !== undefined) {
      found.push(fileOf(`${project}-${release}.tar.gz`, "sdist"));
    }
    return found;
  }
  return {
    project(project) {
      const all = new Set([
        ...Object.keys(sdist[project] ?? {}),
        ...Object.keys(wheel[project] ?? {}),
      ]);
      const versions = [...all].sort((a, b) => comparePep440(b, a));
      if (versions.length === 0) return undefined;
      return {
        name: project,
        source: "memory:",
        versions,
        files: (i) => files(project, versions[i] as string),
        dated: false,
      };
    },
    metadata: (project, file) => {
      const release = file.filename.split("-")[1] as string;
      return { requiresDist: wheel[project]?.[release]?.requires_dist ?? [], extras: [] };
    },
    sdistMetadata: (project, { version }) => sdistOf(sdist[project]?.[version] as Sdist),
    prefetch: () => undefined,
    close: () => undefined,
  };
}

function fileOf(filename: string, kind: FileRecord["kind"]): FileRecord {
  return { filename, kind, url: `memory:${filename}`, yanked: false };
}

function sdistOf({ install_requires: lines, extras_require: extras }: Sdist): ReleaseMetadata {
  const more = Object.entries(extras)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, list]) => {
      const [extra, marker] = key.split(":");
      const parts = [marker ?? "", extra === "" ? "" : `extra == "${extra}"`];
      return list.map((line) => `${line} ; ${parts.filter((part) => part !== "").join(" and ")}`);
    });
  return {
    requiresDist: [...lines, ...more],
    extras: Object.keys(extras).some((key) => key.startsWith("x")) ? ["x"] : [],
  };
}

async function pinsOf(index: PackageIndex, wanted: readonly string[]): Promise<unknown> {
  const found = await resolve({
    index,
    requirements: wanted.map((line) => ({ ...parseRequirement(line), hashes: [] })),
    constraints: [],
    target: targetOf("3.9"),
    providers: { _default: ["wheel", "sdist"], b: ["sdist", "wheel"] },
    preferences: new Map<PackageName, string>(),
    prereleases: false,
    date: 0,
    report: silent,
  });
  if (found.kind === "conflict") return "conflict";
  return found.pins.map((pin) => [
    pin.name,
    pin.version,
    pin.provider,
    pin.extras,
    pin.dependencies,
    pin.file?.filename,
  ]);
}

function database({ sdist, wheel }: World): Parameters<typeof importDatabase>[0] {
  const withPythons = mapTwice(sdist, (value) => ({ "39": value, "310": "39" }));
  const withFiles = Object.entries(wheel).map(([project, versions]) => {
    const files = Object.entries(versions).map(([release, value]) => {
      return [release, { [`${project}-${release}-py3-none-any.whl`]: value }] as const;
    });
    return [project, { py3: Object.fromEntries(files) }] as const;
  });
  return { sdist: withPythons, wheel: Object.fromEntries(withFiles) };
}

function mapTwice<T>(
  table: Readonly<Record<string, Readonly<Record<string, T>>>>,
  map: (value: T) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(table).map(([key, inner]) => {
    const own = Object.entries(inner).map(([version, value]) => [version, map(value)] as const);
    return [key, Object.fromEntries(own)] as const;
  });
  return Object.fromEntries(entries);
}

test("for generated data and requirements", async () => {
  const wanted = array(constantFrom(...NAMES, "a[x]", "b>=2", "c<10"), {
    minLength: 1,
    maxLength: 3,
  });
  await assert(
    asyncProperty(world, wanted, async (data, lines) => {
      if (Object.keys({ ...data.sdist, ...data.wheel }).length === 0) return;
      const { path } = await importDatabase(database(data));
      const index = openFileIndex(path);
      try {
        expect(await pinsOf(index, lines)).toEqual(await pinsOf(memoryIndex(data), lines));
      } finally {
        index.close();
      }
    }),
    { numRuns: 100 },
  );
});
