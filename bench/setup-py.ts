// How often does running setup.py give what pypi-deps-db has for the same release? Draws small releases by
// a seed, gets them from the index that is configured for pip, runs each setup.py shut in, and prints a
// line for each difference and the share that is equal.
//
//     node bench/setup-py.ts BUCKETS --python PATH --setuptools FOLDER [--count 200] [--cache DIR]
//
// BUCKETS is a folder with sdist/XX.json files, the more the better. --setuptools is a folder that holds an
// unpacked setuptools wheel; pypi-deps-db's own was one before 58.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mapBounded } from "../src/base/index.ts";
import type { BucketFiles, FileRecord, SdistMetadata } from "../src/index/index.ts";
import { cache, choose, close, draw, files, run } from "./setup-run.ts";

/** The same for records that ask for the same, in one spelling. */
function canonical(files: BucketFiles, metadata: SdistMetadata): Record<string, unknown> {
  const extras = Object.create(null) as Record<string, readonly string[]>;
  for (const [key, list] of metadata.extrasRequire ?? []) extras[key] = list;
  const normal = files.setupMetadata({
    install_requires: metadata.installRequires ?? [],
    setup_requires: metadata.setupRequires ?? [],
    tests_require: metadata.testsRequire ?? [],
    extras_require: extras,
    python_requires: metadata.pythonRequires ?? [],
  });
  const once = (list: readonly string[] = []): readonly string[] => [...new Set(list)].toSorted();
  return {
    install: once(normal.installRequires),
    setup: once(normal.setupRequires),
    tests: once(normal.testsRequire),
    python: once(
      normal.pythonRequires?.flatMap((text) => text.split(",").map((one) => one.trim())),
    ),
    extras: Object.fromEntries(
      (normal.extrasRequire ?? [])
        .map(([key, list]) => [key, once(list)])
        .filter(([, list]) => list?.length !== 0),
    ),
  };
}

async function extract(file: FileRecord): Promise<unknown> {
  try {
    const { answer } = await run(file);
    return "setup" in answer ? canonical(files, files.setupMetadata(answer.setup)) : answer.error;
  } catch (error) {
    return String(error);
  }
}

const chosen = await choose(draw<SdistMetadata>("sdist", () => true));
const lines = await mapBounded(chosen, 2, async ({ release, file }) => {
  const expected = canonical(files, release.expected);
  const found = await extract(file);
  const same = JSON.stringify(expected) === JSON.stringify(found);
  return same ? "" : JSON.stringify({ file: file.filename, expected, found });
});
const different = lines.filter((line) => line !== "");
for (const line of different) console.log(line);
writeFileSync(join(cache, "differences.ndjson"), different.join("\n"));
const equal = chosen.length - different.length;
console.log(`${equal} of ${chosen.length} equal (${((100 * equal) / chosen.length).toFixed(1)} %)`);
await close();
