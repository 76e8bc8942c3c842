import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { silent } from "../../../src/base/index.ts";
import { importIndex, type ImportResult } from "../../../src/index/snapshot/index.ts";

/** What a pypi-deps-db holds: folder, project, and the JSON of it. */
export type Database = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export function bucketOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 2);
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "mach-nix-index-"));
}

/** Writes a checkout: `sdist/XX.json` and so on, and the time stamp. */
export function writeDatabase(
  database: Database,
  { folder = temporaryFolder(), date = 1_694_121_121 }: { folder?: string; date?: number } = {},
): string {
  const buckets = new Map<string, Record<string, unknown>>();
  for (const [kind, projects] of Object.entries(database)) {
    for (const [name, value] of Object.entries(projects)) {
      const path = join(folder, kind, `${bucketOf(name)}.json`);
      const bucket = buckets.get(path) ?? (Object.create(null) as Record<string, unknown>);
      bucket[name] = value;
      buckets.set(path, bucket);
    }
  }
  for (const [path, bucket] of buckets) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(bucket, undefined, 2));
  }
  writeFileSync(join(folder, "UNIX_TIMESTAMP"), String(date));
  return folder;
}

/** An index file of a database. */
export async function importDatabase(
  database: Database,
): Promise<ImportResult & { readonly source: string }> {
  const source = writeDatabase(database);
  const output = join(temporaryFolder(), "test.index");
  const result = await importIndex({ source, output, sourceName: "test", report: silent });
  return { ...result, source };
}

export const SMALL: Database = {
  sdist: {
    numpy: {
      "1.0": { "27": { install_requires: ["six"] }, "39": "27", "310": "27" },
      "2.0": "1.0",
      "1.10": {
        "39": {
          install_requires: ["six>=1"],
          python_requires: [">=3.6"],
          extras_require: {
            test: ["pytest", 'mock; python_version < "3.3"'],
            ':python_version < "3.8"': ["typing"],
            'test:platform_system == "Windows"': ["pywin32"],
          },
          setup_requires: [],
          tests_require: ["nose"],
        },
      },
      "not a version": "1.0",
    },
    six: { "1.16.0": { "27": {}, "39": "27", "310": "27" } },
    "zope.interface": { "5.0": { "39": { install_requires: ["setuptools"] } } },
  },
  wheel: {
    numpy: {
      cp39: {
        "2.0": {
          "numpy-2.0-cp39-cp39-manylinux1_x86_64.whl": {
            requires_dist: ['pytest ; extra == "test"'],
            provides_extras: ["test"],
            requires_python: ">=3.9",
          },
          "numpy-2.0-cp39-cp39-win32.whl": "2.0@numpy-2.0-cp39-cp39-manylinux1_x86_64.whl",
        },
      },
      py3: { "2.1": { "Numpy-2.1.0-py3-none-any.whl": { requires_external: ["libfoo"] } } },
    },
    "zope-interface": {
      py3: { "6.0": { "zope.interface-6.0-py3-none-any.whl": {} } },
    },
  },
  "sdist-errors": {
    numpy: {
      "0.9": { "39": "Traceback\nSyntaxError: invalid syntax", "310": "39" },
      "1.10": { "310": "ImportError: no" },
    },
    broken: { "1.0": { "27": "IOError: setup.py" }, "2.0": "1.0" },
  },
};
