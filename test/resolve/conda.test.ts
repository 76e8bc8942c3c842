import { describe, expect, test } from "vitest";
import type { PackageName, ProgressEvent } from "../../src/base/index.ts";
import { type CondaOptions, NameMapping, type NameTable } from "../../src/provider/index.ts";
import { parseRequirements } from "../../src/requirement/index.ts";
import {
  type Conflict,
  explainConflict,
  resolve,
  type Resolution,
} from "../../src/resolve/index.ts";
import { parsePlatform, parsePythonVersion, virtualPackages } from "../../src/target/index.ts";
import { type MemoryBuilds, MemoryFolder } from "./memory-channel.ts";
import { MemoryIndex, type MemoryReleases } from "./memory-index.ts";

interface Asked {
  readonly pypi?: MemoryReleases;
  readonly channel?: MemoryBuilds;
  readonly second?: MemoryBuilds;
  /** Lines as in a requirements file; conda's spellings are conda's. */
  readonly wants: readonly string[];
  readonly constraints?: readonly string[];
  readonly order?: readonly string[];
  readonly single?: Readonly<Record<string, readonly string[]>>;
  readonly mapping?: NameTable;
  readonly platform?: string;
  readonly keep?: Readonly<Record<string, string>>;
  readonly date?: string;
  readonly options?: Partial<CondaOptions>;
  readonly turns?: number;
}

interface Answer {
  readonly found: Resolution | Conflict;
  readonly index: MemoryIndex;
  readonly folder: MemoryFolder;
  readonly notes: readonly ProgressEvent[];
}

const PYTHON: MemoryBuilds = {
  "python-3.11.4-h1_0_cpython": { depends: ["openssl >=3"] },
  "python-3.11.9-h1_0_cpython": {
    depends: ["openssl >=3"],
    constrains: ["python_abi 3.11.* *_cp311"],
  },
  "python-3.12.1-h1_0_cpython": { depends: ["openssl >=3"] },
  "python-3.11.9-h1_1_pypy": {},
  "openssl-3.0-h_0": { depends: ["__glibc >=2.17,<3.0.a0"] },
};

async function ask(asked: Asked): Promise<Answer> {
  const platform = parsePlatform(asked.platform ?? "linux-x86_64");
  const index = new MemoryIndex(asked.pypi ?? {}, { turns: asked.turns ?? 0 });
  const folder = new MemoryFolder("forge", { ...PYTHON, ...asked.channel });
  const second = new MemoryFolder("second", asked.second ?? {});
  const notes: ProgressEvent[] = [];
  const found = await resolve({
    requirements: parseRequirements(asked.wants.join("\n"), { path: "r.txt" }),
    constraints: parseRequirements((asked.constraints ?? []).join("\n"), { path: "c.txt" }),
    target: { python: parsePythonVersion("3.11"), platform },
    index,
    providers: { _default: asked.order ?? ["forge", "second", "wheel"], ...asked.single },
    preferences: new Map(Object.entries(asked.keep ?? {})) as Map<PackageName, string>,
    prereleases: false,
    date: Date.parse(asked.date ?? "2026-11-01"),
    report: (event) => notes.push(event),
    conda: {
      channels: new Map([
        ["forge", [folder]],
        ["second", [second]],
      ]),
      virtual: virtualPackages(platform),
      mapping: new NameMapping({ own: asked.mapping ?? {} }),
      ...asked.options,
    },
  });
  return { found, index, folder, notes };
}

/** The pins as `name version provider`, python and openssl left out. */
async function pins(asked: Asked): Promise<readonly string[]> {
  const { found } = await ask(asked);
  if (found.kind === "conflict") throw new Error(explainConflict(found));
  return found.pins
    .filter(({ name }) => name !== "python" && name !== "openssl")
    .map(({ name, version, provider, build, condaName }) =>
      [name, version, provider, build, condaName].filter((one) => one !== undefined).join(" "),
    );
}

async function conflict(asked: Asked): Promise<string> {
  const { found } = await ask(asked);
  if (found.kind === "resolution") throw new Error(found.pins.map(({ name }) => name).join(" "));
  return explainConflict(found);
}

const py = (version: string): string =>
  `python >=${version},<3.${Number(version.slice(2)) + 1}.0a0`;

describe("builds of one channel", () => {
  test("fewer features, then the version, the build number and the time of the build", async () => {
    const channel = {
      "a-2.0-x_0": { features: ["slow"] },
      "a-1.1-x_0": {},
      "a-1.1-y_1": { built: "2024-01-01" },
      "a-1.1-z_1": { built: "2024-02-01" },
      "a-1.0-x_9": {},
    };
    expect(await pins({ channel, wants: ["a *"] })).toEqual(["a 1.1 forge z_1"]);
    expect(await pins({ channel, wants: ["a 2.*"] })).toEqual(["a 2.0 forge x_0"]);
  });

  test("the Python that is the target's, and nothing that needs another or another system", async () => {
    const channel = {
      "a-1.2-py312_0": { depends: [py("3.12")] },
      "a-1.1-py311_0": { depends: [py("3.11"), "__glibc >=2.99"] },
      "a-1.0-py311_0": { depends: [py("3.11"), "__linux"] },
    };
    const { found } = await ask({ channel, wants: ["a *"] });
    expect(found).toMatchObject({
      pins: [
        { name: "a", version: "1.0", requestedBy: ["input"], dependencies: ["python"] },
        { name: "openssl" },
        { name: "python", version: "3.11.9", provider: "forge", build: "h1_0_cpython" },
      ],
    });
    const text = await conflict({ channel, wants: ["a >=1.1"] });
    expect(text).toContain("a 1.1 needs __glibc >=2.99, which the target");
    expect(text).toContain("a 1.2 needs python >=3.12,<3.13.0a0, which the target");
  });

  test("constraints hold where the package is there, and bring nothing", async () => {
    const channel = {
      "a-1-x_0": { constrains: ["b <2", "c"] },
      "b-1-x_0": {},
      "b-2-x_0": {},
      "c-1-x_0": {},
    };
    expect(await pins({ channel, wants: ["a *"] })).toEqual(["a 1 forge x_0"]);
    expect(await pins({ channel, wants: ["a *", "b *"] })).toEqual([
      "a 1 forge x_0",
      "b 1 forge x_0",
    ]);
    const text = await conflict({ channel, wants: ["a *", "b 2"] });
    expect(text).toContain("a 1 goes only with b <2, where that is there at all");
    expect(text).toContain("r.txt:2 asks for b 2");
  });

  test("a build asked for", async () => {
    const channel = { "blas-1.0-mkl_0": {}, "blas-1.0-openblas_1": {} };
    expect(await pins({ channel, wants: ["blas * mkl*"] })).toEqual(["blas 1.0 forge mkl_0"]);
    expect(await pins({ channel, wants: ["blas *"] })).toEqual(["blas 1.0 forge openblas_1"]);
  });

  test("what was built after the date does not exist", async () => {
    const channel = { "a-1-x_0": { built: "2024-01-01" }, "a-2-x_0": { built: "2024-03-01" } };
    const asked = { channel, wants: ["a *"] };
    expect(await pins({ ...asked, date: "2024-02-01" })).toEqual(["a 1 forge x_0"]);
  });

  test("a former pin is kept with its build", async () => {
    const channel = { "a-1-x_0": {}, "a-1-y_1": {}, "a-2-x_0": {} };
    const keep = { "conda:a": "1 x_0" };
    expect(await pins({ channel, wants: ["a *"], keep })).toEqual(["a 1 forge x_0"]);
  });

  test("a need that cannot be read makes the build unusable, not the run", async () => {
    const channel = { "a-2-x_0": { depends: ["b >=1<"] }, "a-1-x_0": {} };
    const { found } = await ask({ channel, wants: ["a *"] });
    expect(found.skipped).toMatchObject([{ version: "2" }]);
    expect(await pins({ channel, wants: ["a *"] })).toEqual(["a 1 forge x_0"]);
  });
});

describe("several channels", () => {
  const channel = { "a-1-x_0": {}, "b-1-x_0": { depends: ["a"] } };
  const second = { "a-2-x_0": {}, "c-1-x_0": { depends: ["a 2"] } };

  test("an earlier one wins; a later one helps where priority is flexible", async () => {
    expect(await pins({ channel, second, wants: ["a *"] })).toEqual(["a 1 forge x_0"]);
    expect(await pins({ channel, second, wants: ["c *"] })).toEqual([
      "a 2 second x_0",
      "c 1 second x_0",
    ]);
    const strict = { channel, second, wants: ["c *"], options: { strict: true } };
    expect(await conflict(strict)).toContain("c 1 needs a 2");
  });

  test("a channel asked for", async () => {
    expect(await pins({ channel, second, wants: ["second::a"] })).toEqual(["a 2 second x_0"]);
  });

  test("a list of its own for one package", async () => {
    const single = { a: ["second"] };
    expect(await pins({ channel, second, wants: ["a *"], single })).toEqual(["a 2 second x_0"]);
  });
});

describe("one solve with PyPI", () => {
  const numpy = {
    "numpy-2.0-py311_0": { depends: [py("3.11"), "libblas"] },
    "numpy-1.26-py311_0": { depends: [py("3.11"), "libblas"] },
    "libblas-3-x_0": {},
  };

  test("a PyPI package that needs an older conda package", async () => {
    const asked = {
      channel: numpy,
      pypi: { old: { "1.0": { requires: ["numpy<2"] } }, numpy: { "2.1": {}, "1.25": {} } },
      wants: ["old", "numpy"],
    };
    expect(await pins(asked)).toEqual([
      "libblas 3 forge x_0",
      "numpy 1.26 forge py311_0",
      "old 1.0 wheel",
    ]);
  });

  test("a PyPI package whose dependency conda has, and the other way round", async () => {
    const channel = {
      ...numpy,
      "plots-1-py_0": {
        depends: ["python >=3.6", "numpy >=1.11", "pandas >=0.22"],
        noarch: "python",
      },
    } as const;
    const pypi = {
      pandas: { "2.0": { requires: ["numpy>=1.20"] }, "3.0a1": {} },
      numpy: { "2.5": {} },
    };
    const { found, index } = await ask({ channel, pypi, wants: ["plots *"] });
    expect(found).toMatchObject({
      pins: [
        { name: "libblas" },
        { name: "numpy", version: "2.0", provider: "forge", requestedBy: ["pandas", "plots"] },
        { name: "openssl" },
        { name: "pandas", version: "2.0", provider: "wheel", requestedBy: ["plots"] },
        { name: "plots", dependencies: ["numpy", "pandas", "python"] },
        { name: "python" },
      ],
    });
    expect(index.asked).toContain("pandas");
  });

  test("numpy asked for by both: one version for both", async () => {
    const channel = { ...numpy, "sci-1-py311_0": { depends: [py("3.11"), "numpy >=1.20,<2"] } };
    const pypi = {
      tool: { "1.0": { requires: ["numpy>=1.26"] } },
      numpy: { "1.26": {}, "2.5": {} },
    };
    expect(await pins({ channel, pypi, wants: ["sci *", "tool"] })).toEqual([
      "libblas 3 forge x_0",
      "numpy 1.26 forge py311_0",
      "sci 1 forge py311_0",
      "tool 1.0 wheel",
    ]);
  });

  test("numpy asked for by both without a version for both: both sides are named", async () => {
    const channel = { ...numpy, "sci-1-py311_0": { depends: [py("3.11"), "numpy >=1.20,<2"] } };
    const pypi = { tool: { "1.0": { requires: ["numpy>=2"] } }, numpy: { "1.26": {}, "2.5": {} } };
    const text = await conflict({ channel, pypi, wants: ["sci *", "tool"] });
    expect(text).toContain("sci 1 needs numpy >=1.20,<2");
    expect(text).toMatch(/tool 1\.0 .*needs numpy>=2/);
    expect(text.split("\n")).toContain(
      "  - conda's numpy and PyPI's numpy are one project, of which there is one version",
    );
  });

  test("a wheel where conda's versions do not fit, for conda's packages too", async () => {
    const channel = {
      "numpy-1.26-py311_0": { depends: [py("3.11")] },
      "sci-1-py311_0": { depends: ["numpy >=1.20"] },
    };
    const pypi = { tool: { "1.0": { requires: ["numpy>=2"] } }, numpy: { "1.26": {}, "2.5": {} } };
    expect(await pins({ channel, pypi, wants: ["sci *", "tool"] })).toEqual([
      "numpy 2.5 wheel",
      "sci 1 forge py311_0",
      "tool 1.0 wheel",
    ]);
  });

  test("conda's constraint binds a wheel", async () => {
    const channel = { "sci-1-py311_0": { depends: [py("3.11")], constrains: ["dask <2"] } };
    const pypi = { dask: { "1.0": {}, "2.0": {} } };
    expect(await pins({ channel, pypi, wants: ["sci *", "dask"] })).toEqual([
      "dask 1.0 wheel",
      "sci 1 forge py311_0",
    ]);
    const text = await conflict({ channel, pypi, wants: ["sci *", "dask>=2"] });
    expect(text).toContain("sci 1 goes only with dask <2");
    expect(text).toContain("r.txt:2 asks for dask>=2");
  });

  test("wheels first: conda brings what is no Python project", async () => {
    const pypi = { numpy: { "2.5": {} } };
    const channel = { ...numpy, "tool-1-x_0": { depends: ["numpy", "libblas"] } };
    const order = ["wheel", "forge"];
    expect(await pins({ channel, pypi, wants: ["tool *"], order })).toEqual([
      "libblas 3 forge x_0",
      "numpy 2.5 wheel",
      "tool 1 forge x_0",
    ]);
  });

  test("torch is pytorch, opencv-python is opencv and py-opencv", async () => {
    const channel = {
      "pytorch-2.1-py311_0": { depends: [py("3.11")] },
      "opencv-4.8-py311_0": { depends: ["libopencv 4.8", "py-opencv 4.8"] },
      "py-opencv-4.8-py311_0": { depends: [py("3.11"), "libopencv 4.8"] },
      "libopencv-4.8-py311_0": { depends: [py("3.11")] },
    };
    const pypi = {
      vision: { "1.0": { requires: ["torch>=2", "opencv-python"] } },
      torch: { "2.1": {}, "2.9": {} },
      "opencv-python": { "4.9": {} },
    };
    expect(await pins({ channel, pypi, wants: ["vision"] })).toEqual([
      "libopencv 4.8 forge py311_0",
      "opencv-python 4.8 forge py311_0 py-opencv",
      "torch 2.1 forge py311_0 pytorch",
      "vision 1.0 wheel",
    ]);
    expect(await pins({ channel, pypi, wants: ["vision", "opencv *", "pytorch *"] })).toEqual([
      "libopencv 4.8 forge py311_0",
      "opencv 4.8 forge py311_0",
      "opencv-python 4.8 forge py311_0 py-opencv",
      "torch 2.1 forge py311_0 pytorch",
      "vision 1.0 wheel",
    ]);
    const text = await conflict({
      channel,
      pypi,
      wants: ["torch>=2.9", "pytorch 2.1.*"],
      order: ["forge", "wheel"],
    });
    expect(text).toContain("r.txt:1 asks for torch>=2.9");
    expect(text).toContain("r.txt:2 asks for pytorch 2.1.*");
  });

  test("a metapackage and what it is made of are one project", async () => {
    const channel = {
      "matplotlib-3.8-py311_0": { depends: ["matplotlib-base >=3.8,<3.8.1.0a0", "pyqt"] },
      "matplotlib-base-3.8-py311_0": { depends: [py("3.11")] },
      "matplotlib-base-3.7-py311_0": { depends: [py("3.11")] },
      "pyqt-5-py311_0": { depends: [py("3.11")] },
    };
    const pypi = { plots: { "1.0": { requires: ["matplotlib<3.9"] } }, matplotlib: { "3.10": {} } };
    expect(await pins({ channel, pypi, wants: ["plots"] })).toEqual([
      "matplotlib 3.8 forge py311_0 matplotlib-base",
      "plots 1.0 wheel",
    ]);
    expect(await pins({ channel, pypi, wants: ["plots", "matplotlib 3.8.*"] })).toEqual([
      "matplotlib 3.8 forge py311_0 matplotlib-base",
      "matplotlib.conda 3.8 forge py311_0 matplotlib",
      "plots 1.0 wheel",
      "pyqt5 5 forge py311_0 pyqt",
    ]);
  });

  test("a name that both worlds have for different things", async () => {
    const channel = {
      "graphviz-9-x_0": {},
      "python-graphviz-0.20-py_0": { depends: ["python", "graphviz"] },
    };
    const pypi = {
      graphviz: { "0.20": {}, "0.21": {} },
      draw: { "1": { requires: ["graphviz"] } },
    };
    expect(await pins({ channel, pypi, wants: ["draw"] })).toEqual([
      "draw 1 wheel",
      "graphviz 0.20 forge py_0 python-graphviz",
      "graphviz.conda 9 forge x_0 graphviz",
    ]);
  });

  test("the user's mapping comes before what would be guessed", async () => {
    const channel = {
      "odd-name-1-py_0": { depends: ["python"] },
      "even-1-py_0": { depends: ["python"] },
    };
    const pypi = { project: { "2": {} }, even: { "7": {} } };
    const mapping = { "odd-name": ["project"], even: [] };
    expect(await pins({ channel, pypi, wants: ["project", "even"], mapping })).toEqual([
      "even 7 wheel",
      "project 1 forge py_0 odd-name",
    ]);
  });

  test("a build beside a PEP 508 requirement is conda's alone", async () => {
    const channel = {
      "tool-1.0-abc_0": { depends: ["python"] },
      "tool-1.1-xyz_0": { depends: ["python"] },
    };
    const pypi = { tool: { "1.5": {} } };
    expect(await pins({ channel, pypi, wants: ["tool[x] >=1 abc*"] })).toEqual([
      "tool 1.0 forge abc_0",
    ]);
  });

  test("a constraints file binds conda's packages by their PyPI names", async () => {
    const asked = { channel: numpy, wants: ["numpy"], constraints: ["numpy<2"] };
    expect(await pins(asked)).toEqual(["libblas 3 forge x_0", "numpy 1.26 forge py311_0"]);
  });

  test("the answer does not depend on when answers arrive", async () => {
    const channel = {
      ...numpy,
      "sci-1-py311_0": { depends: [py("3.11"), "numpy >=1.20", "pandas"] },
    };
    const pypi = {
      pandas: { "2.0": { requires: ["numpy>=1.22", "six"] } },
      six: { "1.16": {} },
      numpy: { "1.26": {}, "2.5": {} },
      tool: { "1.0": { requires: ["numpy<2", "six"] } },
    };
    const asked = { channel, pypi, wants: ["sci *", "tool"] };
    const expected = await pins(asked);
    for (const turns of [1, 3, 7]) expect(await pins({ ...asked, turns })).toEqual(expected);
  });

  test("PyPI is not asked for what only conda's packages need and a channel has", async () => {
    const { index } = await ask({
      channel: numpy,
      pypi: { numpy: { "9": {} } },
      wants: ["numpy *"],
    });
    expect(index.asked).toEqual([]);
  });
});

describe("without channels", () => {
  const nothing = { order: ["wheel"], options: { channels: new Map() } };

  test("conda's requirements are met by wheels, and by the Python that is there", async () => {
    const pypi = { numpy: { "1.26": {}, "2.0rc1": {} }, torch: { "2.1": {} } };
    const wants = ["python 3.11.*", "numpy >=1.20", "pytorch 2.*"];
    const { found } = await ask({ ...nothing, pypi, wants });
    expect(found).toMatchObject({
      pins: [
        { name: "numpy", version: "1.26", requestedBy: ["input"] },
        { name: "torch", version: "2.1", requestedBy: ["input"] },
      ],
    });
  });

  test("a build cannot be met", async () => {
    const text = await conflict({
      ...nothing,
      pypi: { numpy: { "1.26": {} } },
      wants: ["numpy 1.26 py*"],
    });
    expect(text).toContain("r.txt:1 asks for numpy 1.26 py*");
  });

  test("what no one has", async () => {
    const text = await conflict({ ...nothing, wants: ["libcurl 8.*"] });
    expect(text).toContain("but no channel has a package named libcurl");
  });
});
