// Problems that made other resolvers give up, run for ever, or fall off the stack.
import { expect, test } from "vitest";
import { explainConflict, findRemedies } from "../../src/resolve/index.ts";
import { resolve } from "../../src/resolve/resolve.ts";
import type { MemoryRelease, MemoryReleases } from "./memory-index.ts";
import { inputOf, type Problem, run, versionsOf } from "./run-resolve.ts";

/** Milliseconds that each of them may take, on a slow machine. */
const LONGEST = 20_000;

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A chain of packages, each of which needs the next. */
function chain(length: number, last: MemoryRelease): Problem {
  const releases: Record<string, Record<string, MemoryRelease>> = {};
  for (const i of range(length)) releases[`p${i}`] = { "1.0": { requires: [`p${i + 1}`] } };
  releases[`p${length}`] = { "1.0": last };
  return { releases, requirements: ["p0"] };
}

test("a chain of 2,000 packages", { timeout: LONGEST }, async () => {
  const result = await run(chain(2000, {}));
  expect(Object.keys(versionsOf(result))).toHaveLength(2001);
});

test(
  "a chain of 2,000 packages that ends nowhere is told in few lines",
  { timeout: LONGEST },
  async () => {
    const result = await run(chain(2000, { requires: ["nothing-of-this-name"] }));
    if (result.kind === "resolution") throw new Error("there is a resolution");
    const lines = explainConflict(result).split("\n");
    expect(lines.length).toBeLessThan(12);
    expect(lines.join("\n")).toContain("no index has a project named nothing-of-this-name");
  },
);

/** So many pigeons, one hole less: each pigeon wants a hole, no hole takes two. */
function pigeonhole(holes: number): Problem {
  const releases: Record<string, Record<string, MemoryRelease>> = {};
  for (const pigeon of range(holes + 1)) {
    releases[`pigeon${pigeon}`] = Object.fromEntries(
      range(holes).map((hole) => [`${hole + 1}`, { requires: [`hole${hole}==${pigeon + 1}`] }]),
    );
  }
  for (const hole of range(holes)) {
    releases[`hole${hole}`] = Object.fromEntries(range(holes + 1).map((i) => [`${i + 1}`, {}]));
  }
  return { releases, requirements: range(holes + 1).map((i) => `pigeon${i}`) };
}

test("seven pigeons and six holes: none", { timeout: LONGEST }, async () => {
  const result = await run(pigeonhole(6));
  expect(result.kind).toBe("conflict");
});

/** Like boto3, botocore and urllib3: hundreds of releases, each of which pins the next package. */
function botoLike(count: number): MemoryReleases {
  const releases = (make: (i: number) => MemoryRelease): Record<string, MemoryRelease> =>
    Object.fromEntries(range(count).map((i) => [`1.${i}.0`, make(i)]));
  return {
    boto3: releases((i) => ({ requires: [`botocore>=1.${i}.0,<1.${i + 1}.0`, "s3transfer"] })),
    botocore: releases((i) => ({ requires: [i < count / 3 ? "urllib3<1.25" : "urllib3>=1.26"] })),
    s3transfer: releases((i) => ({ requires: [`botocore>=1.${i}.0`] })),
    urllib3: { "1.24": {}, "1.26": {}, "2.0": {} },
  };
}

test("boto3 with an old urllib3", { timeout: LONGEST }, async () => {
  const problem = { releases: botoLike(600), requirements: ["boto3", "urllib3<1.25"] };
  const versions = versionsOf(await run(problem));
  expect(versions).toMatchObject({ boto3: "1.199.0", botocore: "1.199.0", urllib3: "1.24" });
});

test("a hundred packages with fifty extras, all asked for", { timeout: LONGEST }, async () => {
  const releases: Record<string, Record<string, MemoryRelease>> = {};
  for (const i of range(100)) {
    releases[`provider${i}`] = Object.fromEntries(
      range(20).map((v) => [
        `${v + 1}.0`,
        { requires: [`core>=${v}.0`, `provider${(i * 7 + 1) % 100}`] },
      ]),
    );
  }
  const extras = Object.fromEntries(
    range(50).map((i) => [`x${i}`, [`provider${i}`, `provider${99 - i}>=3`]]),
  );
  releases["airflow"] = { "1.0": { extras }, "2.0": { extras, requires: ["core<12"] } };
  releases["core"] = Object.fromEntries(range(20).map((v) => [`${v}.0`, {}]));
  const asked = `airflow[${Object.keys(extras).join(",")}]`;
  const versions = versionsOf(await run({ releases, requirements: [asked] }));
  expect(Object.keys(versions)).toHaveLength(102);
  expect(versions["airflow"]).toBe("2.0");
});

test("remedies are looked for no longer than is allowed", { timeout: LONGEST }, async () => {
  const input = inputOf(pigeonhole(5));
  const outcome = await resolve(input);
  if (outcome.kind === "resolution") throw new Error("there is a resolution");
  let asked = 0;
  const span = { goOn: () => asked++ < 200, over: new Promise<undefined>(() => undefined) };
  await findRemedies(outcome, input, { providers: ["wheel"], patience: () => span });
  expect(asked).toBeLessThan(400);
});
