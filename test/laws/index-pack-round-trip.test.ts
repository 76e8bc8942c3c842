import * as fc from "fast-check";
import { expect, test } from "vitest";
import { normalizeName, type Sha256 } from "../../src/base/index.ts";
import { DatedProject } from "../../src/index/dated-project.ts";
import { keptFromBytes } from "../../src/index/kept-project.ts";
import {
  packMetadata,
  readRecord,
  scanRecords,
  type ToldMetadata,
} from "../../src/index/metadata-records.ts";
import { packProject } from "../../src/index/pack-project.ts";
import { groupReleases, type ListedFile } from "../../src/index/release-files.ts";
import type { FileRecord } from "../../src/index/index.ts";

// What is packed is what is unpacked, as of any date.

const demo = normalizeName("demo");
const word = fc.stringMatching(/^[ -~\u00e0-\u00ff]{1,12}$/).map((text) => text.trim());

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

const hash = fc.stringMatching(/^[0-9a-f]{64}$/).map((text) => text as Sha256);
const listedFile: fc.Arbitrary<ListedFile> = fc
  .record({
    version: fc.tuple(fc.nat(3), fc.nat(3)).map((parts) => parts.join(".")),
    tag: fc.constantFrom("py3-none-any", "cp311-cp311-win32", "cp312-cp312-win32"),
    place: fc.constantFrom(
      "https://a.test/x/",
      "https://a.test/y/",
      "https://b.test/",
      "https://a.test/q?f=",
    ),
    sha256: optional(hash),
    size: optional(fc.nat()),
    uploadTime: optional(fc.integer({ min: 1, max: 10 })),
    requiresPython: optional(word.filter((text) => text !== "")),
    yanked: fc.oneof(fc.constant(false as const), word),
    coreMetadata: optional(fc.oneof(fc.constant(true as const), hash)),
  })
  .map(({ version, tag, place, ...rest }) => {
    const filename = `demo-${version}-${tag}.whl`;
    const file = { filename, url: `${place}${filename}`, ...rest };
    return Object.fromEntries(
      Object.entries(file).filter(([, value]) => value !== undefined),
    ) as unknown as ListedFile;
  });

function plain(file: FileRecord): object {
  const { filename, kind, url, sha256, size, uploadTime, requiresPython, yanked, coreMetadata } =
    file;
  return { filename, kind, url, sha256, size, uploadTime, requiresPython, yanked, coreMetadata };
}

test("a project as of a date is its files uploaded by then", () => {
  fc.assert(
    fc.property(
      fc.array(listedFile, { maxLength: 30 }),
      fc.integer({ min: 0, max: 11 }),
      (files, date) => {
        const releases = groupReleases(files, demo);
        const kept = keptFromBytes(packProject({ fetchedAt: 1, url: "https://i.test/", releases }));
        if (kept === undefined) throw new Error("not readable");
        const project = new DatedProject({
          name: demo,
          source: "s",
          kept,
          date,
          onDamage: (cause) => {
            throw cause;
          },
        });
        const expected = releases
          .map(({ version, files: own }) => ({
            version,
            files: own.filter(({ uploadTime }) => uploadTime === undefined || uploadTime <= date),
          }))
          .filter(({ files: own }) => own.length > 0);
        expect(project.versions).toEqual(expected.map(({ version }) => version));
        expected.forEach(({ files: own }, i) =>
          expect(project.files(i).map(plain)).toEqual(own.map(plain)),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test("metadata comes back as it was", () => {
  const line = word.filter((text) => text !== "");
  const metadata = fc.record({
    requiresDist: fc.array(line),
    extras: fc.array(fc.stringMatching(/^[a-z]{1,5}$/)),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(hash, metadata, optional(line)), { maxLength: 6 }), (all) => {
      const records = all.map(([key, value, requiresPython]) => ({
        key,
        value: requiresPython === undefined ? value : { ...value, requiresPython },
      }));
      const bytes = Buffer.concat(records.map(({ key, value }) => packMetadata(key, value)));
      const found = scanRecords(bytes);
      const told: ToldMetadata = new Map();
      for (const { key, value } of records) {
        expect(readRecord(bytes, found.get(key) ?? -1, told)).toEqual(value);
      }
    }),
    { numRuns: 300 },
  );
});
