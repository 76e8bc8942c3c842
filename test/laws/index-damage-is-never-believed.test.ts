import * as fc from "fast-check";
import { expect, test } from "vitest";
import { normalizeName } from "../../src/base/index.ts";
import { keptFromBytes } from "../../src/index/kept-project.ts";
import { metadataKey, packMetadata } from "../../src/index/metadata-records.ts";
import { packProject } from "../../src/index/pack-project.ts";
import { groupReleases } from "../../src/index/release-files.ts";

// Whatever single byte of a kept answer changes: what is read is as it was, or is not read at all.

const demo = normalizeName("demo");
const listed = Array.from({ length: 12 }, (_, i) => ({
  filename: `demo-${i}.0-py3-none-any.whl`,
  url: `https://files.test/ab/demo-${i}.0-py3-none-any.whl`,
  requiresPython: ">=3.8",
  uploadTime: 1_700_000_000_000 + i,
  yanked: false as const,
}));
const releases = groupReleases(listed, demo);
const first = releases[0]?.files[0];
if (first === undefined) throw new Error("no file");
const key = metadataKey(first);
const bytes = Buffer.concat([
  packProject({ fetchedAt: 77, url: "https://index.test/demo/", etag: "e", releases }),
  packMetadata(key, { requiresDist: ["a"], extras: [] }),
]);
const whole = JSON.stringify(readAll(bytes));

function readAll(data: Buffer): unknown {
  const kept = keptFromBytes(data);
  if (kept === undefined) return undefined;
  const files = kept.head.versions.map((_, i) => {
    try {
      return kept.files(i).map(({ filename, url, uploadTime, requiresPython, yanked }) => {
        return { filename, url, uploadTime, requiresPython, yanked };
      });
    } catch {
      return "damaged";
    }
  });
  return {
    fetchedAt: kept.head.fetchedAt,
    versions: kept.head.versions,
    metadata: kept.metadata(key),
    files,
  };
}

test("a changed byte is never believed", () => {
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ change;
      const read = readAll(changed) as Record<string, unknown> | undefined;
      if (read === undefined) return;
      const expected = JSON.parse(whole) as Record<string, unknown>;
      expect([77, 0]).toContain(read["fetchedAt"]);
      expect(read["versions"]).toEqual(expected["versions"]);
      expect([expected["metadata"], undefined]).toContainEqual(read["metadata"]);
      (read["files"] as unknown[]).forEach((files, i) => {
        expect([(expected["files"] as unknown[])[i], "damaged"]).toContainEqual(files);
      });
    }),
    { numRuns: 3000 },
  );
});
