import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sha256, silent, UserError } from "../../src/base/index.ts";
import { PROJECT_ERRORS } from "../../src/project/errors.ts";
import {
  lockProject,
  makeEnvironment,
  openSession,
  syncEnvironment,
  type LockRequest,
  type Session,
} from "../../src/project/index.ts";
import { fileName, release, wheelBytes } from "../e2e/local-index.ts";

interface Place {
  readonly folder: string;
  readonly session: Session;
}

/** A folder with files and a session in it, whose only packages are the wheels in `wheels/`. */
function place(files: Readonly<Record<string, string | Uint8Array>> = {}): Place {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-project-"));
  mkdirSync(join(folder, "wheels"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const session = openSession({
    env: { HOME: folder, PATH: process.env["PATH"], MACH_NIX_HOME: join(folder, "home") },
    cwd: folder,
    report: silent,
    options: { noIndex: true, findLinks: [join(folder, "wheels")] },
    now: () => Date.parse("2026-11-20T00:00:00Z"),
  });
  return { folder, session };
}

/** A wheel of one module. */
function tinyWheel(
  name: string,
  requires: readonly string[] = [],
): { readonly filename: string; readonly bytes: Buffer; readonly sha256: string } {
  const made = release(name, "1.0", { requires });
  const bytes = wheelBytes(made);
  return { filename: fileName(made), bytes, sha256: sha256(bytes) };
}

async function failure(work: Promise<unknown>): Promise<UserError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  const { code, exit } = error as UserError;
  expect(exit).toBe(PROJECT_ERRORS[code as keyof typeof PROJECT_ERRORS].exit);
  return error as UserError;
}

/** The locks of some tests are for this platform. */
const IS_LINUX_X64 = process.platform === "linux" && process.arch === "x64";

const FOR_311: Pick<LockRequest, "pythons" | "platforms"> = {
  pythons: ["3.11"],
  platforms: ["linux-x86_64"],
};

function lock({ session }: Place, request: Partial<LockRequest>): Promise<unknown> {
  return lockProject(session, { inputs: [], ...FOR_311, ...request });
}

describe("what is asked for", () => {
  test("project-no-input: neither files nor names", async () => {
    expect(await failure(lock(place(), {}))).toMatchObject({ code: "project-no-input" });
  });

  test("project-input-missing: a folder where a file should be", async () => {
    const here = place();
    const error = await failure(lock(here, { inputs: ["wheels"] }));
    expect(error).toMatchObject({ code: "project-input-missing" });
    expect(error.message).toContain(join(here.folder, "wheels"));
  });

  test.each(["2026-02-30", "tomorrow", "2026-11-01T12:00:00"])("project-date: %s", async (date) => {
    const error = await failure(lock(place(), { packages: ["six"], date }));
    expect(error).toMatchObject({ code: "project-date" });
    expect(error.message).toContain(date);
  });

  test("no-resolution: a name that is nowhere", async () => {
    const error = await failure(lock(place(), { packages: ["not-there"] }));
    expect(error).toMatchObject({ code: "no-resolution", exit: 3 });
    expect(error.message).toContain("not-there");
  });

  test("project-unhashed: a dependency that is not listed with its hash", async () => {
    const here = place();
    const dependency = tinyWheel("leaf");
    const wheel = tinyWheel("stem", ["leaf"]);
    for (const { filename, bytes } of [dependency, wheel]) {
      writeFileSync(join(here.folder, "wheels", filename), bytes);
    }
    const text = `stem==1.0 --hash=sha256:${wheel.sha256}\n`;
    writeFileSync(join(here.folder, "requirements.txt"), text);
    const error = await failure(lock(here, { inputs: ["requirements.txt"] }));
    expect(error).toMatchObject({ code: "project-unhashed" });
    expect(error.message).toContain("leaf==1.0 (needed by stem)");
    const both = `${text}leaf==1.0 --hash=sha256:${dependency.sha256}\n`;
    writeFileSync(join(here.folder, "requirements.txt"), both);
    await lock(here, { inputs: ["requirements.txt"] });
  });
});

describe("settings", () => {
  test.each([
    ["python = 3.11", "python"],
    ["platforms = 'linux-x86_64'", "platforms"],
    ["[providers]\n_default = 3", "providers._default"],
    ["[indexes]\nsix = 'ftp://example.org'", "indexes.six"],
    ["pyhton = '3.11'", "pyhton"],
    ["python = ", ""],
  ])("project-settings: %s", async (text, key) => {
    const here = place({ "mach-nix.toml": text });
    const error = await failure(lock(here, { packages: ["six"] }));
    expect(error).toMatchObject({ code: "project-settings" });
    expect(error.message).toContain(key);
    expect(error.place?.file).toBe(join(here.folder, "mach-nix.toml"));
  });

  test("project-no-index: neither pip nor the build knows one", async () => {
    const { session } = place();
    const { readIndexSettings } = await import("../../src/project/index-settings.ts");
    const without: Session = { ...session, options: {} };
    const error = await failure(
      Promise.resolve().then(() =>
        readIndexSettings(without, { settings: {}, builtIn: () => undefined }),
      ),
    );
    expect(error).toMatchObject({ code: "project-no-index" });
    const offline: Session = { ...session, options: { offline: true } };
    const settings = readIndexSettings(offline, { settings: {}, builtIn: () => undefined });
    expect(settings.urls).toEqual([]);
  });
});

describe("direct references", () => {
  test("project-reference: a wheel that is not there, or of another project", async () => {
    const wheel = tinyWheel("stem");
    const here = place({ [wheel.filename]: wheel.bytes });
    const missing = await failure(lock(here, { packages: ["stem @ ./stem-2.0-py3-none-any.whl"] }));
    expect(missing).toMatchObject({ code: "project-reference" });
    const other = await failure(lock(here, { packages: [`leaf @ ./${wheel.filename}`] }));
    expect(other).toMatchObject({ code: "project-reference" });
    await lock(here, { packages: [`stem @ ./${wheel.filename}`] });
  });

  test("a commit that is no project; project-git: a ref that is not there", async () => {
    const here = place();
    const repository = join(here.folder, "repository");
    const git = (...words: readonly string[]): string =>
      execFileSync(
        "git",
        ["-C", repository, "-c", "user.name=a", "-c", "user.email=a@b", ...words],
        {
          encoding: "utf8",
        },
      );
    execFileSync("git", ["init", "-q", repository]);
    git("commit", "-q", "--allow-empty", "-m", "first");
    git("tag", "v1");
    const url = `git+file://${repository}`;
    const build = await failure(lock(here, { packages: [`stem @ ${url}@v1`] }));
    expect(build).toMatchObject({ code: "project-needs-build" });
    const error = await failure(lock(here, { packages: [`stem @ ${url}@v2`] }));
    expect(error).toMatchObject({ code: "project-git" });
    expect(error.message).toContain("v2");
  });
});

test("project-foreign-directory: what somebody else made is left alone", async () => {
  const here = place({ "thesis.tex": "" });
  const request = { inputs: [], packages: ["six"], ...FOR_311, directory: "." };
  const error = await failure(makeEnvironment(here.session, request));
  expect(error).toMatchObject({ code: "project-foreign-directory" });
  expect(error.message).toContain("thesis.tex");
});

describe("sync", () => {
  function lockText(target: object, artifacts: object = {}): string {
    return JSON.stringify({
      version: 1,
      inputHash: "0".repeat(64),
      date: "2026-11-20T00:00:00Z",
      providers: { _default: ["wheel"] },
      indexes: [],
      requirements: [],
      targets: Array.isArray(target) ? target : [target],
      artifacts,
    });
  }

  function sync(text: string): Promise<unknown> {
    const { session } = place({ "mach-nix.lock": text });
    return syncEnvironment(session, { directory: "." });
  }

  const empty = { name: "3.11-macos-arm64", python: "3.11", platform: "macos-arm64", pins: [] };

  test("project-no-target: a lock for another platform", async () => {
    const error = await failure(sync(lockText(empty)));
    expect(error).toMatchObject({ code: "project-no-target" });
    expect(error.message).toContain("3.11-macos-arm64");
  });

  test.skipIf(!IS_LINUX_X64)(
    "project-target-ambiguous: two Pythons that are both here",
    async () => {
      const platform = "linux-x86_64";
      const targets = ["3.10", "3.11"].map((python) => ({
        name: `${python}-${platform}`,
        python,
        platform,
        pins: [],
      }));
      expect(await failure(sync(lockText(targets)))).toMatchObject({
        code: "project-target-ambiguous",
      });
    },
  );

  test.skipIf(!IS_LINUX_X64)("project-incomplete-lock: a pin without a file", async () => {
    const pin = {
      name: "six",
      version: "1.0",
      provider: "conda-forge",
      dependencies: [],
      requestedBy: ["input"],
    };
    const target = {
      name: "3-linux-x86_64",
      python: "3.11",
      platform: "linux-x86_64",
      pins: [pin],
    };
    const text = lockText({ ...target, name: "3.11-linux-x86_64" });
    expect(await failure(sync(text))).toMatchObject({ code: "project-incomplete-lock" });
  });
});
