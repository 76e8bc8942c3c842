import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../src/base/index.ts";
import { splitCondaName } from "../../src/build/index.ts";
import { type Lock, LOCK_VERSION, type Pin, writeLock } from "../../src/lock/index.ts";
import { openSession, type Session, syncEnvironment } from "../../src/project/index.ts";
import { type ChannelFile, channelFiles, channelMissing } from "../environment/conda-channel.ts";
import { writeWheel } from "../environment/fixture.ts";
import { removeForced } from "../store/fixture.ts";

const scratch = mkdtempSync(join(tmpdir(), "mach-nix-conda-sync-"));
afterAll(() => removeForced(scratch));

let server: Server;
let files: ChannelFile[] = [];
let asked = 0;

beforeAll(async () => {
  if (channelMissing) return;
  files = channelFiles();
  server = createServer((request, response) => {
    asked += 1;
    const file = files.find(({ place }) => request.url === `/e2e/${place}`);
    if (file === undefined) response.writeHead(404).end();
    else createReadStream(file.path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void server?.close());

function session(events: ProgressEvent[] = []): Session {
  return openSession({
    env: { PATH: process.env["PATH"], HOME: scratch, MACH_NIX_HOME: join(scratch, "home") },
    cwd: scratch,
    now: Date.now,
    report: (event) => events.push(event),
    options: { noIndex: true },
  });
}

function pinOf({ place, filename }: ChannelFile): Pin {
  const { name, version, build } = splitCondaName(filename);
  return {
    name: name as Pin["name"],
    version,
    build,
    provider: "e2e",
    artifact: `e2e/${place}`,
    dependencies: [],
    requestedBy: ["input"],
  };
}

/** A lock of the whole channel, with a wheel beside it. */
function lockOf(wheels: string): Lock {
  const { port } = server.address() as AddressInfo;
  const filename = writeWheel(wheels, { name: "lib", files: { "lib/__init__.py": "x = 1\n" } });
  const wheel = hash("sha256", readFileSync(join(wheels, filename)), "hex");
  const packages = files.map((file) => [
    `e2e/${file.place}`,
    { url: `http://127.0.0.1:${port}/e2e/${file.place}`, sha256: file.sha256, size: file.size },
  ]);
  return {
    version: LOCK_VERSION,
    inputHash: "0".repeat(64) as Lock["inputHash"],
    date: "2026-11-20T00:00:00Z",
    providers: { _default: ["e2e", "wheel"] },
    indexes: [],
    requirements: ["python"],
    targets: [
      {
        name: "3.7-linux-x86_64",
        python: "3.7",
        platform: "linux-x86_64",
        pins: [
          ...files.map(pinOf),
          {
            name: "lib" as Pin["name"],
            version: "1.0",
            provider: "wheel",
            artifact: filename,
            dependencies: [],
            requestedBy: ["input"],
          },
        ],
      },
    ],
    artifacts: {
      ...(Object.fromEntries(packages) as Lock["artifacts"]),
      [filename]: {
        url: `file:wheels/${filename}`,
        sha256: wheel as Lock["inputHash"],
      },
    },
  };
}

const WORKS = `import sys, ssl, sqlite3, lib, requests; print(sys.prefix, sys.version.split()[0])`;

function works(directory: string): string {
  const ran = spawnSync(join(directory, "bin/python"), ["-c", WORKS], {
    encoding: "utf8",
    env: {},
  });
  expect(ran.stderr).toBe("");
  return ran.stdout.trim();
}

describe.skipIf(channelMissing)("a lock with pins of a channel", { timeout: 240_000 }, () => {
  const directory = join(scratch, "env");

  test("becomes an environment with the Python of the channel, and nothing is fetched twice", async () => {
    mkdirSync(join(directory, "wheels"), { recursive: true });
    writeFileSync(join(directory, "mach-nix.lock"), writeLock(lockOf(join(directory, "wheels"))));
    const events: ProgressEvent[] = [];
    const made = await syncEnvironment(session(events), { directory: "env", compile: "never" });
    expect(made).toMatchObject({ python: "3.7.3", changed: true, distributions: files.length + 1 });
    expect(works(directory)).toBe(`${directory} 3.7.3`);
    expect(asked).toBe(files.length);
    expect(readdirSync(join(directory, "conda-meta"))).toHaveLength(files.length + 1);
    const again = await syncEnvironment(session(), { directory: "env", compile: "never" });
    expect(again).toMatchObject({ changed: false, added: 0 });
  });

  test("is made anew where the directory was moved, and where the store was", async () => {
    const moved = join(scratch, "moved");
    renameSync(directory, moved);
    const made = await syncEnvironment(session(), { directory: "moved", compile: "never" });
    expect(made).toMatchObject({ changed: true, added: 0 });
    expect(works(moved)).toBe(`${moved} 3.7.3`);
    expect(asked).toBe(files.length);
  });

  test("takes its Python for the one asked for, and compiles with it", async () => {
    const made = await syncEnvironment(session(), {
      directory: "moved",
      python: "3.7",
      compile: "now",
    });
    expect(made).toMatchObject({ python: "3.7.3", changed: false });
    const objects = readdirSync(join(scratch, "home/store"));
    const lib = objects.find((name) => name.endsWith("-lib-1.0")) as string;
    const cache = readdirSync(join(scratch, "home/store", lib, "site/lib/__pycache__"));
    expect(cache).toEqual(["__init__.cpython-37.pyc"]);
  });

  test("sets the variables of its environment.yml, and notices when these change", async () => {
    const file = join(scratch, "moved/environment.yml");
    writeFileSync(file, "dependencies: [python]\nvariables:\n  GREETING: hello\n");
    const made = await syncEnvironment(session(), { directory: "moved", compile: "never" });
    expect(made).toMatchObject({ changed: true, added: 0 });
    const script = '. "$0/bin/activate" && echo "$GREETING"';
    const ran = spawnSync("sh", ["-c", script, join(scratch, "moved")], { encoding: "utf8" });
    expect(ran.stdout).toBe("hello\n");
    writeFileSync(file, "dependencies: [{}]\n");
    const again = await syncEnvironment(session(), { directory: "moved", compile: "never" });
    expect(again).toMatchObject({ changed: true });
  });
});
