import {
  array,
  assert,
  constantFrom,
  integer,
  option,
  property,
  record,
  uniqueArray,
} from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../../src/base/index.ts";
import { encodeAddresses, readAddresses } from "../../src/index/snapshot/file-addresses.ts";
import type { FileFacts, SdistFacts } from "../../src/index/snapshot/project-data.ts";
import { ProjectPayload, projectPayload } from "../../src/index/snapshot/project-payload.ts";

// What an index says of files, and where files are, is read as it was written.

const optional = { requiredKeys: [] };
const text = constantFrom("", "a", "broken on é", ">=3.9");
const fileFacts = {
  uploadTime: integer({ min: -1e12, max: 4e12 }),
  yanked: text,
  isUnread: constantFrom<true>(true),
};
const wheelFacts = option(record(fileFacts, optional), { nil: undefined });
const sdistFacts = option(
  record({ ...fileFacts, filename: text, requiresPython: text }, optional),
  {
    nil: undefined,
  },
);
const versions = uniqueArray(constantFrom("1", "2", "10", "1.0rc1", "odd"), { maxLength: 5 });

function known(facts: FileFacts | undefined): SdistFacts | undefined {
  return facts === undefined || Object.keys(facts).length === 0 ? undefined : facts;
}

test("facts of wheels and source distributions", () => {
  const release = record({
    wheels: array(wheelFacts, { maxLength: 3 }),
    sdist: option(record({ facts: sdistFacts }), { nil: undefined }),
  });
  assert(
    property(versions, array(release, { minLength: 5, maxLength: 5 }), (names, releases) => {
      const rows = names.map((version, i) => ({ version, ...(releases[i] as object) })) as {
        version: string;
        wheels: (FileFacts | undefined)[];
        sdist: { facts: SdistFacts | undefined } | undefined;
      }[];
      const wheels = rows
        .filter((row) => row.wheels.length > 0)
        .map(({ version, wheels: facts }) => ({
          version,
          files: facts.map((own, i) => ({
            filename: `a-${version}-${i}.whl`,
            tag: "py3",
            metadata: {},
            ...(own === undefined ? {} : { facts: own }),
          })),
        }));
      const sdists = rows.flatMap(({ version, sdist }) =>
        sdist === undefined
          ? []
          : [{ version, pythons: [], ...(sdist.facts && { facts: sdist.facts }) }],
      );
      const payload = new ProjectPayload(projectPayload(byVersion(sdists), byVersion(wheels)));
      for (let i = 0; i < payload.versions.length; i++) {
        const row = rows.find(({ version }) => version === payload.versions.get(i));
        const expected = [
          ...(row?.wheels ?? []),
          ...(row?.sdist === undefined ? [] : [row.sdist.facts]),
        ].map(known);
        const read = payload.facts(i);
        expect(expected.map((_, k) => read[k])).toEqual(expected);
      }
    }),
  );
});

/** In the order in which an index keeps versions. */
function byVersion<T extends { readonly version: string }>(releases: readonly T[]): T[] {
  const order = ["10", "2", "1", "1.0rc1", "odd"];
  return releases.toSorted((a, b) => order.indexOf(a.version) - order.indexOf(b.version));
}

test("addresses and hashes", () => {
  const address = record(
    {
      filename: constantFrom("a-1.tar.gz", "a-1-py3-none-any.whl", "b.zip", "é"),
      folder: constantFrom("https://files.example/a/", "https://files.example/aa/bb/", ""),
      version: option(constantFrom("1", "2.0"), { nil: undefined }),
      size: option(integer({ min: 0, max: 2 ** 40 }), { nil: undefined }),
    },
    { noNullPrototype: true },
  );
  assert(
    property(uniqueArray(address, { selector: ({ filename }) => filename }), (given) => {
      const files = given.map(({ filename, folder, version, size }) => ({
        filename,
        url: folder === "" ? "https://files.example/get?id=7" : folder + filename,
        sha256: sha256(filename + folder),
        ...(version === undefined ? {} : { version }),
        ...(size === undefined ? {} : { size }),
      }));
      const sorted = files.toSorted((a, b) => (a.filename < b.filename ? -1 : 1));
      expect(readAddresses(encodeAddresses(files))).toEqual(sorted);
    }),
  );
});
