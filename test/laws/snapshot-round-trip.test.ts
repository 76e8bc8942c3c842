import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { array, assert, asyncProperty, constantFrom, dictionary, record } from "fast-check";
import { expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import { diffFiles, exportIndex, importIndex } from "../../src/index/snapshot/index.ts";
import { importSource } from "../../src/index/snapshot/import-source.ts";
import {
  type Database,
  importDatabase,
  SMALL,
  temporaryFolder,
} from "../index/snapshot/database.ts";

// Every record survives: what an import's export says is what the data said, references followed; and
// an import of the export is the same index, byte for byte.

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The data with references followed and keys sorted, by a reader of its own. */
function plainly(folder: string, value: Table): unknown {
  const entries = Object.entries(value).map(([name, project]) => {
    const table = project as Table;
    return [name, folder === "wheel" ? plainWheels(table) : plainVersions(table)] as const;
  });
  return sorted(Object.fromEntries(entries));
}

function plainVersions(versions: Table): unknown {
  const entries = Object.entries(versions).map(([version, own]) => {
    const pythons = (typeof own === "string" ? versions[own] : own) as Table;
    const records = Object.entries(pythons).map(([python, value]) => {
      return [python, typeof value === "string" ? (pythons[value] ?? value) : value];
    });
    return [version, Object.fromEntries(records)];
  });
  return Object.fromEntries(entries);
}

function plainWheels(tags: Table): unknown {
  const entries = Object.entries(tags).map(([tag, versions]) => {
    const byVersion = Object.entries(versions as Table).map(([version, files]) => {
      const byFile = Object.entries(files as Table).map(([file, value]) => {
        if (typeof value !== "string") return [file, value];
        const [of = "", ...name] = value.split("@");
        return [file, ((versions as Table)[of] as Table)[name.join("@")]];
      });
      return [version, Object.fromEntries(byFile)];
    });
    return [tag, Object.fromEntries(byVersion)];
  });
  return Object.fromEntries(entries);
}

function sorted(value: unknown): unknown {
  if (!isTable(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function readFolder(root: string, folder: string): Table {
  const path = join(root, folder);
  if (!existsSync(path)) return {};
  const buckets = readdirSync(path).map(
    (name) => JSON.parse(readFileSync(join(path, name), "utf8")) as Table,
  );
  return Object.assign({}, ...buckets) as Table;
}

/** As `toEqual`, which takes minutes for what a bucket holds. */
function expectSame(ours: unknown, theirs: unknown): void {
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) expect(ours).toEqual(theirs);
}

async function checkRoundTrip(source: string, path: string): Promise<void> {
  const directory = join(temporaryFolder(), "export");
  exportIndex({ file: path, directory, report: silent });
  for (const folder of ["sdist", "wheel", "sdist-errors"]) {
    expectSame(
      plainly(folder, readFolder(directory, folder)),
      plainly(folder, readFolder(source, folder)),
    );
  }
  const output = join(temporaryFolder(), "again.index");
  await importIndex({ source: directory, output, sourceName: "test", report: silent });
  expect(readFileSync(output).equals(readFileSync(path))).toBe(true);
  expect([...diffFiles(path, output)]).toEqual([]);
  const again = join(temporaryFolder(), "export");
  exportIndex({ file: output, directory: again, report: silent });
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".json")) continue;
    expect(readFileSync(join(again, name)).equals(readFileSync(join(directory, name)))).toBe(true);
  }
}

test("of a small database", async () => {
  const { source, path } = await importDatabase(SMALL);
  await checkRoundTrip(source, path);
});

const DATA = join(import.meta.dirname, "../../../shared/data/pypi-deps-db");
const missing = existsSync(DATA) ? "" : " (skipped: no ../shared/data here)";

/** Some buckets of each folder of the real data, as a checkout. */
async function realBuckets(most: Readonly<Record<string, number>>): Promise<string> {
  const folder = temporaryFolder();
  const left = new Map(Object.entries(most));
  for (const name of readdirSync(DATA).filter((path) => path.endsWith(".tar.zst"))) {
    for await (const { path, bytes } of importSource(join(DATA, name))) {
      const kind = dirname(path);
      const wanted = left.get(kind) ?? 0;
      if (wanted > 0) {
        mkdirSync(join(folder, kind), { recursive: true });
        writeFileSync(join(folder, path), bytes);
        left.set(kind, wanted - 1);
      }
      const isErrors = name.startsWith("sdist-errors");
      if (!isErrors && left.get("sdist") === 0 && left.get("wheel") === 0) break;
      if (isErrors && left.get("sdist-errors") === 0) break;
    }
  }
  writeFileSync(join(folder, "UNIX_TIMESTAMP"), "1694121121");
  return folder;
}

test.skipIf(missing !== "")(`of real buckets${missing}`, { timeout: 180_000 }, async () => {
  const source = await realBuckets({ sdist: 1, wheel: 1, "sdist-errors": 1 });
  const output = join(temporaryFolder(), "real.index");
  const made = await importIndex({ source, output, sourceName: "test", report: silent });
  expect(made.malformed).toBe(0);
  expect(made.counts["sdists"]).toBeGreaterThan(10_000);
  await checkRoundTrip(source, output);
});

const text = constantFrom("a", "b>=1", 'c; python_version < "3"', "é", "10", "");
const lists = array(text, { maxLength: 3 });
const key = constantFrom("x", ":m", "x:m", "7", "constructor");
const sdistRecord = record(
  {
    install_requires: lists,
    setup_requires: lists,
    tests_require: lists,
    python_requires: lists,
    extras_require: dictionary(key, lists, { maxKeys: 3 }),
  },
  { requiredKeys: [] },
);
const wheelRecord = record(
  { requires_dist: lists, provides_extras: lists, requires_external: lists, requires_python: text },
  { requiredKeys: [] },
);
const name = constantFrom("a", "b", "a.b", "a-b", "a_b", "constructor", "7");
const version = constantFrom("1", "2", "10", "1.0", "1.0rc1", "2004d", "1!1", "1.0+x");
const python = constantFrom("27", "36", "310", "40");
const filename = constantFrom("a-1-py3-none-any.whl", "A-1.0-x.whl", "odd.whl", "a-2-cp39.whl");
const tag = constantFrom("py3", "cp39", "3.7");
const some = { minKeys: 1, maxKeys: 3 };
const pythons = dictionary(python, sdistRecord, some);
const databases = record({
  sdist: dictionary(name, dictionary(version, pythons, some), { maxKeys: 4 }),
  wheel: dictionary(
    name,
    dictionary(tag, dictionary(version, dictionary(filename, wheelRecord, some), some), some),
    { maxKeys: 4 },
  ),
  "sdist-errors": dictionary(
    name,
    dictionary(version, dictionary(python, constantFrom("no", "Error: x\ny"), some), some),
    { maxKeys: 2 },
  ),
});

test("of generated databases", async () => {
  await assert(
    asyncProperty(databases, async (database) => {
      if (Object.values(database).every((folder) => Object.keys(folder).length === 0)) return;
      const { source, path, malformed } = await importDatabase(database as Database);
      expect(malformed).toBe(0);
      await checkRoundTrip(source, path);
    }),
    { numRuns: 40 },
  );
});
