import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import { openUnpackPool } from "../../src/build/index.ts";
import type { Interpreter } from "../../src/environment/index.ts";
import { openCondaBase } from "../../src/project/builds/conda-base.ts";
import { openSession } from "../../src/project/index.ts";
import type { Installable } from "../../src/project/installables.ts";
import { openStore } from "../../src/store/index.ts";
import { condaJob } from "../build/make-conda.ts";
import { removeForced } from "../store/fixture.ts";

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "mach-nix-conda-base-")));
afterAll(() => removeForced(scratch));

const INTERPRETER: Interpreter = {
  path: "/usr/bin/python3",
  version: "3.11.2",
  implementation: "cpython",
  abiflags: "",
  platform: "linux-x86_64",
  machine: "x86_64",
  libc: { name: "glibc", version: "2.36" },
  prefix: "/usr",
  basePrefix: "/usr",
  libdir: "/usr/lib",
  soabi: "cpython-311-x86_64-linux-gnu",
  cacheTag: "cpython-311",
  sitePackages: "lib/python3.11/site-packages",
  bits: 64,
};

test("builds see the programs, headers, libraries and compilers of conda packages", async () => {
  const program = { data: "#!/bin/sh\n", executable: true };
  const job = condaJob({
    name: "compilers",
    files: {
      "bin/x86_64-conda-linux-gnu-gcc": program,
      "bin/x86_64-conda-linux-gnu-g++": program,
      "bin/x86_64-conda-linux-gnu-gfortran": program,
      "bin/x86_64-conda-linux-gnu-gcc-ar": program,
      "bin/x86_64-conda-linux-gnu-ar": program,
      "include/yaml.h": "",
    },
  });
  const store = openStore(join(scratch, "store"), { derived: [] });
  const pool = openUnpackPool({ store });
  const object = await pool.add(job);
  await pool.close();
  const session = openSession({
    env: { HOME: scratch, MACH_NIX_HOME: join(scratch, "home") },
    cwd: scratch,
    now: Date.now,
    report: silent,
    options: {},
  });
  const pin = { name: "compilers", version: "1.0", build: "0", provider: "e2e" };
  const artifact = { url: "https://channel.example/e2e/compilers-1.0-0.conda", ...job };
  const item = { pin: { ...pin, dependencies: [], requestedBy: [] }, artifact, object };
  const options = { session, store, interpreter: INTERPRETER };
  const place = await openCondaBase([item as unknown as Installable], options);
  const { prefix = "" } = place;
  const bin = join(prefix, "bin");
  expect(place.interpreter).toBe(INTERPRETER);
  expect(prefix.startsWith(join(session.home.cache, "builds", "conda"))).toBe(true);
  expect(place.tools).toMatchObject({
    path: [bin],
    readable: [prefix, object],
    env: {
      CONDA_PREFIX: prefix,
      CPATH: join(prefix, "include"),
      LIBRARY_PATH: join(prefix, "lib"),
      CMAKE_PREFIX_PATH: prefix,
      CC: join(bin, "x86_64-conda-linux-gnu-gcc"),
      CXX: join(bin, "x86_64-conda-linux-gnu-g++"),
      FC: join(bin, "x86_64-conda-linux-gnu-gfortran"),
      AR: join(bin, "x86_64-conda-linux-gnu-ar"),
    },
  });
  expect(await openCondaBase([item as unknown as Installable], options)).toEqual(place);
});
