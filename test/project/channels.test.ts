import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Lock } from "../../src/lock/index.ts";
import { lockProject, openSession, type Session } from "../../src/project/index.ts";
import type { LockRequest } from "../../src/project/types.ts";
import { scratch, type TestServer } from "../http/servers.ts";
import { repodata, serveFolder } from "../index/conda/serve-channel.ts";
import { serveIndex } from "../index/simple-server.ts";

const PY311 = ["python >=3.11,<3.12.0a0"];
const BUILDS = {
  "python-3.11.9-h1_0_cpython.conda": { sha256: "1".repeat(64), size: 10 },
  "python-3.7.3-h1_0_cpython.conda": { sha256: "2".repeat(64) },
  "numpy-2.0-py311_0.conda": { sha256: "3".repeat(64), depends: [...PY311, "libblas"] },
  "libblas-3-mkl_0.conda": { sha256: "4".repeat(64), depends: ["__cuda >=12"] },
  "libblas-2-openblas_0.conda": {
    sha256: "5".repeat(64),
    size: 2_500_000,
    depends: ["__glibc >=2.17"],
  },
};
const OLD = "what is in the file";
const MD5 = createHash("md5").update(OLD).digest("hex");

interface Place {
  readonly cwd: string;
  readonly notes: readonly { readonly code: string }[];
  readonly server: TestServer;
  readonly lock: (request?: Partial<LockRequest>) => Promise<Lock>;
  readonly write: (name: string, text: string) => void;
}

async function place(settings = "", env: Record<string, string> = {}): Promise<Place> {
  const cwd = scratch();
  const noarch = repodata({}, { subdir: "noarch" });
  const server = await serveFolder({
    "forge/linux-64/repodata.json": repodata(BUILDS),
    "forge/noarch/repodata.json": noarch,
    "old/linux-64/repodata.json": repodata({ "old-1-0.tar.bz2": { md5: MD5 } }),
    "old/linux-64/old-1-0.tar.bz2": OLD,
    "bad/linux-64/repodata.json": repodata({ "old-1-0.tar.bz2": { md5: "0".repeat(32) } }),
    "bad/linux-64/old-1-0.tar.bz2": OLD,
    "t/secret/forge/linux-64/repodata.json": repodata(BUILDS),
    "t/secret/forge/linux-64/old-1-0.tar.bz2": OLD,
    "extra.json": "",
  });
  const projects = {
    requests: [{ filename: "requests-2.0-py3-none-any.whl", requires: ["numpy"] }],
    numpy: [{ filename: "numpy-2.5-py3-none-any.whl" }],
    pip: [{ filename: "pip-25.0-py3-none-any.whl" }],
    pandas: [{ filename: "pandas-1.0-py3-none-any.whl" }],
  };
  const index = await serveIndex({ current: { projects } });
  const notes: { readonly code: string }[] = [];
  const session: Session = openSession({
    env: { HOME: cwd, PIP_CONFIG_FILE: "/dev/null", MACH_NIX_HOME: join(cwd, "home"), ...env },
    cwd,
    options: { indexUrl: `${index.url}/simple` },
    report: (event) => {
      if (event.kind === "note") notes.push(event);
    },
    now: () => Date.UTC(2026, 10, 1),
  });
  const named = settings.replaceAll("SERVER", server.url);
  writeFileSync(join(cwd, "mach-nix.toml"), `platforms = ["linux-x86_64"]\n${named}`);
  return {
    cwd,
    notes,
    server,
    write: (name, text) => writeFileSync(join(cwd, name), text.replaceAll("SERVER", server.url)),
    async lock(request = {}) {
      const inputs = request.packages === undefined ? ["environment.yml"] : [];
      return (await lockProject(session, { inputs, ...request })).lock;
    },
  };
}

const CHANNELS = '[channels]\nconda-forge = "SERVER/forge"\n';

function pins({ targets }: Lock): readonly string[] {
  return (targets[0]?.pins ?? []).map(
    ({ name, version, provider, build, artifact }) =>
      `${name} ${version} ${provider} ${build} ${artifact}`,
  );
}

describe("an environment.yml", () => {
  test("puts its channels first, and its Python and platforms count", async () => {
    const { lock, write, notes } = await place(CHANNELS);
    write(
      "environment.yml",
      "channels: [conda-forge, nodefaults]\ndependencies: [python=3.11, numpy, pip, pip: [requests]]\n",
    );
    const made = await lock();
    expect(made.providers["_default"]).toEqual(["conda-forge", "wheel", "sdist", "nixpkgs"]);
    expect(made.requirements).toEqual(["numpy", "pip", "python=3.11", "requests"]);
    expect(made.targets[0]?.name).toBe("3.11-linux-x86_64");
    expect(notes).toContainEqual(
      expect.objectContaining({
        code: "conda-system-libraries",
        message: "conda's system libraries add 1 package, 2.5 MB, to 3.11-linux-x86_64",
      }),
    );
    expect(pins(made)).toEqual([
      "libblas 2 conda-forge openblas_0 conda-forge/linux-64/libblas-2-openblas_0.conda",
      "numpy 2.0 conda-forge py311_0 conda-forge/linux-64/numpy-2.0-py311_0.conda",
      "pip 25.0 wheel undefined pip-25.0-py3-none-any.whl",
      "python 3.11.9 conda-forge h1_0_cpython conda-forge/linux-64/python-3.11.9-h1_0_cpython.conda",
      "requests 2.0 wheel undefined requests-2.0-py3-none-any.whl",
    ]);
    expect(made.artifacts["conda-forge/linux-64/python-3.11.9-h1_0_cpython.conda"]?.size).toBe(10);
  });

  test("asks for a Python that no interpreter here is", async () => {
    const { lock, write } = await place(CHANNELS);
    write("environment.yml", "channels: [conda-forge]\ndependencies: [python=3.7]\n");
    expect(pins(await lock())[0]).toMatch(/^python 3\.7\.3 conda-forge/);
  });

  test("channels as addresses go by short names, without credentials or tokens", async () => {
    const { lock, write, server } = await place();
    const address = server.url.replace("://", "://user:pass@");
    write(
      "environment.yml",
      `channels: ["${address}/t/secret/forge"]\ndependencies: [python=3.11]\n`,
    );
    const made = await lock();
    const name = `127.0.0.1-${server.port}/forge`;
    expect(made.providers["_default"]?.[0]).toBe(name);
    expect(JSON.stringify(made)).not.toMatch(/secret|pass@/);
    expect(server.requests.some(({ url }) => url.startsWith("/t/secret/forge"))).toBe(true);
  });

  test("what stands under pip: comes from PyPI where that has it, unless it is asked for twice", async () => {
    const { lock, write, notes } = await place(CHANNELS);
    const asked = (conda: string, pip: string): void =>
      write(
        "environment.yml",
        `channels: [conda-forge]\ndependencies: [python=3.11, ${conda}pip: [${pip}]]\n`,
      );
    const providers = (made: Lock): readonly string[] =>
      pins(made).map((pin) => pin.split(" ").slice(0, 3).join(" "));
    asked("", "numpy");
    expect(providers(await lock())).toContain("numpy 2.5 wheel");
    asked("numpy, ", "numpy");
    const upgrade = true;
    expect(providers(await lock({ upgrade }))).toContain("numpy 2.0 conda-forge");
    asked("", "numpy");
    const own = await lock({ upgrade, providers: { numpy: ["conda-forge"] } });
    expect(providers(own)).toContain("numpy 2.0 conda-forge");
    expect(notes.map(({ code }) => code)).not.toContain("conda-build-ignored");
  });

  test("a build that is not there is told apart from a version", async () => {
    const { lock, write } = await place(CHANNELS);
    write("environment.yml", "channels: [conda-forge]\ndependencies: [libblas=2=mkl_0]\n");
    await expect(lock({ pythons: ["3.11"] })).rejects.toMatchObject({
      code: "no-resolution",
      message: expect.stringContaining(
        "libblas=2=mkl_0, but the only build of libblas that fits else is 2 openblas_0",
      ) as unknown,
    });
  });

  test("without channels, its dependencies are wheels", async () => {
    const { lock, write } = await place();
    write("environment.yml", "dependencies: [python=3.11, numpy, pip]\n");
    const made = await lock({ pythons: ["3.11"] });
    expect(pins(made)).toEqual(["numpy 2.5 wheel undefined numpy-2.5-py3-none-any.whl"]);
  });
});

test("exported builds do not apply to wheels, which a note says", async () => {
  const { lock, write, notes } = await place();
  write("environment.yml", "dependencies: [numpy=2.5=py311_0, python=3.11.9=h1_0_cpython]\n");
  const made = await lock({ pythons: ["3.11"] });
  expect(pins(made)).toEqual(["numpy 2.5 wheel undefined numpy-2.5-py3-none-any.whl"]);
  expect(notes.map(({ code }) => code)).toContain("conda-build-ignored");
});

describe("channels as providers", () => {
  test("of a requirement from PyPI, with the Python of the channel that comes first", async () => {
    const { lock } = await place(CHANNELS);
    const providers = { _default: ["conda-forge", "wheel"] };
    const made = await lock({ packages: ["requests"], providers, pythons: ["3.11"] });
    expect(pins(made).map((pin) => pin.split(" ").slice(0, 3).join(" "))).toEqual([
      "libblas 2 conda-forge",
      "numpy 2.0 conda-forge",
      "python 3.11.9 conda-forge",
      "requests 2.0 wheel",
    ]);
    const behind = { _default: ["wheel", "conda-forge"], python: ["wheel"] };
    const again = { packages: ["requests"], pythons: ["3.11"], upgrade: true } as const;
    const other = await lock({ ...again, providers: behind });
    expect(pins(other).map((pin) => pin.split(" ").slice(0, 3).join(" "))).toEqual([
      "numpy 2.5 wheel",
      "requests 2.0 wheel",
    ]);
  });

  test("that only mach-nix.toml names come behind the others", async () => {
    const { lock } = await place('[channels]\nmine = "SERVER/forge"\n');
    const made = await lock({ packages: ["libblas 2.*"], pythons: ["3.11"] });
    expect(made.providers["_default"]).toEqual(["wheel", "sdist", "nixpkgs", "mine"]);
    expect(pins(made)[0]).toMatch(/^libblas 2 mine/);
  });

  test("as repodata files on this machine", async () => {
    const { lock, cwd } = await place('[channels]\nmine = ["mine.json"]\n');
    const info = { subdir: "linux-64", base_url: "https://files.example/" };
    writeFileSync(join(cwd, "mine.json"), repodata(BUILDS, info));
    const made = await lock({ packages: ["libblas 2.*"], pythons: ["3.11"] });
    expect(Object.values(made.artifacts)[0]?.url).toBe(
      "https://files.example/libblas-2-openblas_0.conda",
    );
  });

  test("of one requirement", async () => {
    const { lock } = await place(`${CHANNELS}mine = "SERVER/old"\n`);
    const made = await lock({ inputs: [], packages: ["mine::old"], pythons: ["3.11"] });
    expect(pins(made)[0]).toMatch(/^old 1 mine/);
  });

  test.each([
    ["conda-forg", "did you mean conda-forge?"],
    ["nowhere", "[channels] nowhere"],
  ])("%s is not known", async (word, hint) => {
    const { lock } = await place();
    const locking = lock({ packages: ["numpy"], providers: { _default: [word] } });
    await expect(locking).rejects.toMatchObject({
      code: "project-provider",
      hint: expect.stringContaining(hint) as unknown,
    });
  });
});

describe("files without SHA-256", () => {
  test("are fetched and hashed, once their MD5 is right", async () => {
    const { lock } = await place('[channels]\nold = "SERVER/old"\n');
    const made = await lock({ packages: ["old 1.*"], pythons: ["3.11"] });
    expect(made.artifacts["old/linux-64/old-1-0.tar.bz2"]).toMatchObject({
      sha256: createHash("sha256").update(OLD).digest("hex"),
      size: OLD.length,
    });
  });

  test("and another MD5 are refused", async () => {
    const { lock } = await place('[channels]\nbad = "SERVER/bad"\n');
    const locking = lock({ packages: ["old 1.*"], pythons: ["3.11"] });
    await expect(locking).rejects.toMatchObject({ code: "project-incomplete-lock" });
  });
});

describe("settings", () => {
  const asked = {
    packages: ["libblas"],
    providers: { _default: ["conda-forge"] },
    pythons: ["3.11"],
  };

  test.each([
    ["in mach-nix.toml", '[virtual-packages]\ncuda = "12.4"\n', {}],
    ["as conda's variable", "", { CONDA_OVERRIDE_CUDA: "12.4" }],
  ])("a virtual package, %s", async (_, settings, env) => {
    const { lock } = await place(`${CHANNELS}${settings}`, env);
    expect(pins(await lock({ ...asked, packages: ["libblas *"] }))[0]).toMatch(/^libblas 3/);
  });

  test("a mapping, of single names and of files", async () => {
    const one = await place(`${CHANNELS}[mapping]\nlibblas = "pandas"\n`);
    const request = { ...asked, packages: ["pandas"] };
    expect(pins(await one.lock(request))[0]).toMatch(/^pandas 2 conda-forge/);
    const other = await place(`${CHANNELS}[mapping-files]\nconda-forge = "names.json"\n`);
    other.write("names.json", '{"libblas": ["pandas"]}');
    expect(pins(await other.lock(request))[0]).toMatch(/^pandas 2 conda-forge/);
  });

  test.each([
    ["[channels]\nx = 1\n", "channels.x"],
    ["channel-priority = 'loose'\n", "channel-priority"],
    ["[mapping]\nx = 1\n", "mapping.x"],
    ["[virtual-packages]\ncuda = 12\n", "virtual-packages.cuda"],
    ["mapping-files = 1\n", "mapping-files"],
    ["link-scripts = 'x'\n", "link-scripts"],
  ])("%j is refused", async (settings, key) => {
    const { lock } = await place(settings);
    await expect(lock({ packages: ["numpy"] })).rejects.toMatchObject({
      code: "project-settings",
      message: expect.stringContaining(key) as unknown,
    });
  });
});

test("the same inputs give the same lock, without asking again", async () => {
  const { lock, write, server } = await place(CHANNELS);
  write("environment.yml", "channels: [conda-forge]\ndependencies: [python=3.11, numpy]\n");
  const first = await lock();
  const before = server.requests.length;
  expect(await lock()).toEqual(first);
  expect(server.requests.length).toBe(before);
});
