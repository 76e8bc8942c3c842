// Locks made from a folder of wheels: why they lack a version, what is held back, which providers count,
// and what is told of a conflict.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import {
  lockProject,
  type LockRequest,
  openSession,
  type Session,
  showProviders,
  type WhyNot,
  whyNot,
} from "../../src/project/index.ts";
import type { LockedTarget } from "../../src/lock/index.ts";
import { makeWheel } from "../build/make-wheel.ts";

/** `Requires-Dist` lines by version by name. */
type Wheels = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const WHEELS: Wheels = {
  app: { "1.0": ["lib<2"], "2.0": ["lib<3"] },
  lib: { "1.0": [], "2.0": ["extra"], "3.0": [] },
  extra: { "1.0": [] },
  lone: { "1.0": [] },
  // 3.0 needs a newer Python.
  split: { "1.0": [], "2.0": [], "3.0": [] },
};

function place(settings = ""): { readonly session: Session; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-why-not-"));
  mkdirSync(join(folder, "wheels"));
  for (const [name, versions] of Object.entries(WHEELS)) {
    for (const [version, requires] of Object.entries(versions)) {
      const needs = requires.map((line) => `Requires-Dist: ${line}\n`).join("");
      const python = name === "split" && version === "3.0" ? "Requires-Python: >=3.11\n" : "";
      const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${python}${needs}\n`;
      const file = `${name}-${version}-py3-none-any.whl`;
      writeFileSync(join(folder, "wheels", file), makeWheel({ name, version, metadata }));
    }
  }
  if (settings !== "") writeFileSync(join(folder, "mach-nix.toml"), settings);
  const env = { HOME: folder, MACH_NIX_HOME: join(folder, "home"), PIP_CONFIG_FILE: "/dev/null" };
  const options = { noIndex: true, findLinks: [join(folder, "wheels")] };
  return {
    folder,
    session: openSession({ env, cwd: folder, report: silent, options, now: Date.now }),
  };
}

function request(more: Partial<LockRequest> = {}): LockRequest {
  const target = { pythons: ["3.12"], platforms: ["linux-x86_64"] };
  return { inputs: [], packages: ["app"], ...target, ...more };
}

async function answer(
  given: { readonly session: Session },
  requirement: string,
): Promise<WhyNot | undefined> {
  const asked = { requirement, lock: "mach-nix.lock", targets: [] };
  return (await whyNot(given.session, asked))[0];
}

test("it has it, it would fit, it does not", async () => {
  const given = place();
  await lockProject(given.session, request());
  expect(await answer(given, "lib==2.0")).toMatchObject({ kind: "locked", version: "2.0" });
  expect(await answer(given, "lib==1.0")).toMatchObject({
    kind: "fits",
    version: "1.0",
    locked: "2.0",
    reason: "lib 2.0 is newer",
    changes: [
      { name: "extra", from: "1.0" },
      { name: "lib", from: "2.0", to: "1.0" },
    ],
  });
  expect(await answer(given, "lone")).toMatchObject({
    kind: "fits",
    reason: "nothing asks for lone",
  });
  const no = await answer(given, "lib==3.0");
  expect(no).toMatchObject({ kind: "conflict" });
  expect(no?.kind === "conflict" ? no.explanation : "").toContain(
    "your question asks for lib==3.0",
  );
});

test("a lock that keeps an older version says so", async () => {
  const given = place();
  await lockProject(given.session, request({ packages: ["app", "lib<2"] }));
  await lockProject(given.session, request());
  expect(await answer(given, "lib==2.0")).toMatchObject({
    kind: "fits",
    reason: "the lock keeps its versions until `--upgrade=lib`",
  });
});

test("a question is not what remedies change", async () => {
  const given = place();
  await lockProject(given.session, request({ packages: ["app==1.0"] }));
  const no = await answer(given, "lib==2.0");
  const text = no?.kind === "conflict" ? no.explanation : "";
  expect(text).toContain("change app==1.0 (the input) to allow app 2.0");
  expect(text).not.toContain("change lib==2.0");
});

test("a conflict carries what would help, as text and as data", async () => {
  const { session } = place();
  const error = await lockProject(session, request({ packages: ["app", "lib>=3"] })).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({
    code: "no-resolution",
    message: expect.stringContaining("What would help (each was tried):") as string,
    facts: {
      conflict: {
        remedies: expect.arrayContaining([
          expect.objectContaining({ kinds: ["requirement"], pins: { app: "2.0", lib: "2.0" } }),
        ]) as unknown,
      },
    },
  });
});

test("--upgrade=NAME moves the name, and what it must", async () => {
  const { session } = place();
  await lockProject(session, request({ packages: ["app", "lib<2", "lone"] }));
  const { lock } = await lockProject(
    session,
    request({ packages: ["app", "lib", "lone"], upgrade: ["app"] }),
  );
  const versions = lock.targets[0]?.pins.map(({ name, version }) => `${name} ${version}`);
  expect(versions).toEqual(["app 2.0", "lib 1.0", "lone 1.0"]);
});

test("settings steer: exclusion, override, constraint, lowest", async () => {
  const settings = `constraints = ["lib<2"]
[[exclude]]
package = "app"
versions = ">=2"
[[override]]
package = "app"
add = ["lone"]
`;
  const { session } = place(settings);
  const { lock } = await lockProject(session, request());
  const versions = lock.targets[0]?.pins.map(({ name, version }) => `${name} ${version}`);
  expect(versions).toEqual(["app 1.0", "lib 1.0", "lone 1.0"]);
});

test("a change of the steering makes the lock be made anew", async () => {
  const { session, folder } = place();
  const first = await lockProject(session, request());
  expect(first.changed).toBe(true);
  expect((await lockProject(session, request())).changed).toBe(false);
  writeFileSync(join(folder, "mach-nix.toml"), '[[exclude]]\npackage = "app"\nversions = ">=2"\n');
  const second = await lockProject(session, request());
  expect(second.changed).toBe(true);
  expect(second.lock.targets[0]?.pins[0]).toMatchObject({ name: "app", version: "1.0" });
});

test("providers in effect, and who says so", async () => {
  const { session } = place('prefer = "newest"\n[providers]\nlib = "conda-forge,wheel"\n');
  const shown = await showProviders(session, { directory: ".", providers: { app: ["sdist"] } });
  expect(shown).toMatchObject({
    prefer: "newest",
    rules: [
      { name: "_default", providers: ["wheel", "sdist", "nixpkgs"], from: "built-in" },
      { name: "app", providers: ["sdist"], from: "command line" },
      { name: "gdal", from: "built-in" },
      { name: "lib", providers: ["conda-forge", "wheel"], from: "settings" },
      { name: "setupmeta", from: "built-in" },
    ],
  });
});

function splitVersions(lock: { readonly targets: readonly LockedTarget[] }): unknown {
  return lock.targets.map(({ python, pins }) => `${python} ${pins[0]?.version}`);
}

test("targets have the same versions, unless one cannot; the newest Python is not held back", async () => {
  const { session } = place();
  const pythons = ["3.9", "3.10", "3.12"];
  const { lock } = await lockProject(session, request({ packages: ["split"], pythons }));
  expect(splitVersions(lock)).toEqual(["3.10 2.0", "3.12 3.0", "3.9 2.0"]);
  const other = place().session;
  const shared = await lockProject(other, request({ packages: ["split<3"], pythons }));
  expect(splitVersions(shared.lock)).toEqual(["3.10 2.0", "3.12 2.0", "3.9 2.0"]);
});
