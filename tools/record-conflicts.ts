// `node tools/record-conflicts.ts [NAME…]`: records what the index at hand says of the packages of the
// conflicts in test/cases/conflicts/scenarios.json, a few releases of each, for the tests to replay.
import { readFileSync, writeFileSync } from "node:fs";
import { normalizeName, silent, type PackageName } from "../src/base/index.ts";
import type { FileRecord, PackageIndex, ProjectRecord } from "../src/index/index.ts";
import { openClient } from "../src/project/open-client.ts";
import { openIndex } from "../src/project/open-index.ts";
import { openSession } from "../src/project/index.ts";
import { readIndexSettings } from "../src/project/index-settings.ts";
import { parseSnapshotDate } from "../src/project/snapshot-date.ts";
import { parseRequirement } from "../src/requirement/index.ts";
import { isPrerelease, satisfiesPep440, tryParsePep440 } from "../src/version/index.ts";

interface Scenario {
  readonly name: string;
  readonly requirements: readonly string[];
  /** Packages, and which of their versions are recorded whatever their age; others' newest ones. */
  readonly record: Readonly<Record<string, string>>;
}

const FOLDER = new URL("../test/cases/conflicts/", import.meta.url);
const MOST_VERSIONS = 14;
const DATE = "2026-11-01";

/** Of the versions that a specifier admits the last of each minor series, newest first. */
function chosen(record: ProjectRecord, specifier: string): readonly number[] {
  const series = new Set<string>();
  const found: number[] = [];
  for (const [i, text] of record.versions.entries()) {
    const version = tryParsePep440(text);
    if (version === undefined || found.length >= MOST_VERSIONS) continue;
    const wantsPre = /[abrc]\d/.test(specifier);
    if (isPrerelease(version) && !wantsPre) continue;
    if (specifier !== "" && !satisfiesPep440(text, specifier, { prereleases: wantsPre })) continue;
    const minor = text.split(".").slice(0, 2).join(".") + (isPrerelease(version) ? text : "");
    if (series.has(minor)) continue;
    series.add(minor);
    found.push(i);
  }
  return found;
}

function tagsOf({ filename }: FileRecord): string {
  return filename.slice(0, -".whl".length).split("-").slice(-3).join("-");
}

/** Tags that tests can ask for: CPython's on the systems of today, and those of any. */
function isTold(tags: string): boolean {
  return (
    /^(?:py\d|cp3\d+)/.test(tags) &&
    !/win32|i686|ppc64|s390|armv7|musl|riscv|ios|android/.test(tags)
  );
}

async function releaseOf(
  index: PackageIndex,
  name: PackageName,
  files: readonly FileRecord[],
): Promise<object> {
  const wheels = files.filter(({ kind }) => kind === "wheel");
  const [first = files[0]] = wheels;
  const metadata =
    first?.kind === "wheel" ? await index.metadata(name, first) : { failure: "not recorded" };
  const requires = "failure" in metadata ? [] : metadata.requiresDist;
  const yanked = files.every((file) => file.yanked !== false) ? (files[0]?.yanked ?? "") : false;
  return {
    requires: requires.filter((line) => !/extra\s*==/.test(line)),
    ...(first?.requiresPython === undefined ? {} : { requiresPython: first.requiresPython }),
    wheels: wheels.map(tagsOf).filter(isTold),
    sdist: files.some(({ kind }) => kind === "sdist"),
    ...(yanked === false ? {} : { yanked }),
    ...(first?.uploadTime === undefined
      ? {}
      : { uploaded: new Date(first.uploadTime).toISOString().slice(0, 10) }),
  };
}

async function record(index: PackageIndex, { record: wanted }: Scenario): Promise<object> {
  const releases: Record<string, object> = {};
  for (const [spelled, specifier] of Object.entries(wanted)) {
    const name = normalizeName(parseRequirement(spelled).name);
    const project = await index.project(name);
    if (project === undefined) continue;
    const own: Record<string, object> = {};
    for (const i of chosen(project, specifier)) {
      own[project.versions[i] as string] = await releaseOf(index, name, project.files(i));
    }
    releases[name] = { ...releases[name], ...own };
  }
  return releases;
}

const session = openSession({
  env: process.env,
  cwd: process.cwd(),
  report: silent,
  options: {},
  now: Date.now,
});
const settings = readIndexSettings(session, { settings: {} });
const client = openClient(session, settings);
const index = openIndex(session, { settings, client, date: parseSnapshotDate(DATE) });
const scenarios = JSON.parse(
  readFileSync(new URL("scenarios.json", FOLDER), "utf8"),
) as readonly Scenario[];
const asked = process.argv.slice(2);
for (const scenario of scenarios) {
  if (asked.length > 0 && !asked.includes(scenario.name)) continue;
  const releases = await record(index, scenario);
  writeFileSync(
    new URL(`${scenario.name}.json`, FOLDER),
    `${JSON.stringify(releases, undefined, 1)}\n`,
  );
  console.log(scenario.name);
}
index.close();
client.close();
