// What a release's source distribution says it needs, and what its wheel's METADATA says: of real releases
// from the index that pip would use. Seventy with MACH_NIX_ALL_SDISTS=1, else ten.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { normalizeName, silent } from "../../src/base/index.ts";
import { observeSetup, openSandbox, unpackSdist } from "../../src/build/index.ts";
import {
  bestSdist,
  bucketFiles,
  type FileRecord,
  type LiveIndex,
  type MetadataBuilder,
  type MetadataFailure,
  openLiveIndex,
  type ReleaseMetadata,
  sdistReading,
} from "../../src/index/index.ts";
import { downloadListed } from "../../src/project/download-sdist.ts";
import { openSession } from "../../src/project/index.ts";
import { openClient } from "../../src/project/open-client.ts";
import { readIndexSettings } from "../../src/project/index-settings.ts";
import { formatRequirement, parseDependency } from "../../src/requirement/index.ts";
import { hasSetuptools, PYTHON, setuptoolsHome } from "../crawl/served-projects.ts";
import { indexAtHand } from "../e2e/index-at-hand.ts";

/** By what builds them; some of each say nothing static. */
const RELEASES = {
  few: `requests 2.31.0, flask 3.0.3, simplejson 3.19.2, attrs 23.2.0, rich 13.7.1, click 8.1.7, tomli 2.0.1,
    six 1.16.0, pyyaml 6.0.1, httpx 0.27.0`,
  many: `urllib3 2.2.1, idna 3.7, certifi 2024.2.2, charset-normalizer 3.3.2, jinja2 3.1.4,
    markupsafe 2.1.5, itsdangerous 2.2.0, werkzeug 3.0.3, blinker 1.8.2, pytest 8.2.0, pluggy 1.5.0,
    iniconfig 2.0.0, packaging 24.0, black 24.4.2, isort 5.13.2, pygments 2.18.0, markdown-it-py 3.0.0,
    mdurl 0.1.2, typing-extensions 4.11.0, anyio 4.3.0, sniffio 1.3.1, h11 0.14.0, httpcore 1.0.5,
    starlette 0.37.2, fastapi 0.111.0, uvicorn 0.29.0, pydantic 2.7.1, annotated-types 0.6.0,
    sqlalchemy 2.0.30, alembic 1.13.1, mako 1.3.3, django 5.0.6, asgiref 3.8.1, sqlparse 0.5.0,
    celery 5.4.0, kombu 5.3.7, vine 5.1.0, amqp 5.2.0, billiard 4.2.0, redis 5.0.4, boto3 1.34.100,
    botocore 1.34.100, s3transfer 0.10.1, jmespath 1.0.1, python-dateutil 2.9.0.post0, pytz 2024.1,
    tqdm 4.66.4, colorama 0.4.6, tabulate 0.9.0, virtualenv 20.26.1, filelock 3.14.0, platformdirs 4.2.1,
    distlib 0.3.8, tox 4.15.0, sphinx 7.3.7, docutils 0.21.2, babel 2.15.0, alabaster 0.7.16,
    beautifulsoup4 4.12.3, soupsieve 2.5, marshmallow 3.21.2, paramiko 3.4.0, decorator 5.1.1,
    networkx 3.3, jsonschema 4.22.0, toolz 0.12.1`,
};

const all = process.env["MACH_NIX_ALL_SDISTS"] === "1";
const releases = (all ? `${RELEASES.few}, ${RELEASES.many}` : RELEASES.few)
  .split(",")
  .map((text) => text.trim().split(" ") as [string, string]);

const scratch = mkdtempSync(join(tmpdir(), "sdist-as-wheel-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs setup.py, where only it tells. */
const build: MetadataBuilder = async ({ file, path }) => {
  const sandbox = await openSandbox({ python: PYTHON.path });
  const folder = mkdtempSync(join(scratch, "run-"));
  mkdirSync(join(folder, "work"));
  try {
    const into = join(folder, "work");
    const source = await unpackSdist(path, { filename: file.filename, into });
    const modules = [setuptoolsHome()];
    const answer = await observeSetup({ sandbox, python: PYTHON.path, folder, source, modules });
    if ("error" in answer) return { failure: answer.error };
    const { setupMetadata } = await bucketFiles();
    const { sdistReleaseMetadata } = await sdistReading();
    return sdistReleaseMetadata(setupMetadata(answer.setup));
  } finally {
    await sandbox.remove(folder);
  }
};

function openIndex(): LiveIndex {
  const { env } = process;
  const session = openSession({ env, cwd: scratch, report: silent, options: {}, now: Date.now });
  const settings = readIndexSettings(session, { settings: {} });
  const client = openClient(session, settings);
  const index = openLiveIndex({
    client,
    configuration: { ...settings.configuration, findLinks: [] },
    cacheDirectory: scratch,
    date: Date.now(),
    now: Date.now,
    report: silent,
    sdists: {
      build,
      download: (file) => downloadListed(file, { client, cacheDirectory: scratch, base: scratch }),
    },
  });
  afterAll(() => {
    index.close();
    client.close();
  });
  return index;
}

/** What it comes to, in one spelling. */
function asked(metadata: ReleaseMetadata | MetadataFailure): unknown {
  if ("failure" in metadata) return metadata;
  const lines = metadata.requiresDist.map((line) => {
    const requirement = parseDependency(line);
    return requirement === undefined ? line : formatRequirement(requirement);
  });
  const python = (metadata.requiresPython ?? "").replaceAll(" ", "").split(",");
  return { lines: [...new Set(lines)].toSorted(), python: python.toSorted() };
}

describe.runIf(hasSetuptools() && indexAtHand())("sdist as wheel", () => {
  const index = openIndex();
  const python = PYTHON.version.split(".").map(Number);

  test.each(releases)("%s %s", { timeout: 60_000 }, async (name, version) => {
    const project = normalizeName(name);
    const record = await index.project(project);
    const files = record?.files(record.versions.indexOf(version)) ?? [];
    const wheel = files.find(({ kind }) => kind === "wheel");
    const file = bestSdist(files);
    if (wheel === undefined || file === undefined) throw new Error("no wheel or no sdist");
    const ofSdist = asked(
      (await index.sdistMetadata?.(project, { version, file, python })) as ReleaseMetadata,
    );
    const ofWheel = asked(await index.metadata(project, wheel as FileRecord));
    expect(ofSdist).toEqual(ofWheel);
  });
});
