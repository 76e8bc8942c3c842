import { describe, expect, test } from "vitest";
import {
  formatOf,
  inputIdentity,
  inputLines,
  parseEnvironmentYml,
  parsePyproject,
  parseScript,
  readRequirements,
  rewriteIncludes,
} from "../../src/requirement/index.ts";

const HEX = "a".repeat(64);

function reader(files: Readonly<Record<string, string | Uint8Array>>) {
  return { readFile: (path: string) => files[path] };
}

describe("requirements files", () => {
  test("includes are relative to the file that has them; constraints are kept apart", async () => {
    const input = await readRequirements("d/r.txt", {
      ...reader({
        "d/r.txt": "a\n-r s/x.txt\n-f wheels\n-f https://h/w\n",
        "d/s/x.txt": "-c ../c.txt\nb",
        "d/c.txt": "a<2\n-r s/y.txt",
        "d/s/y.txt": "c",
      }),
    });
    expect(inputLines(input)).toEqual(["a", "b", "c"]);
    expect(input.constraints.map(({ text }) => text)).toEqual(["a<2"]);
    expect(input.files.map(({ path }) => path)).toEqual([
      "d/r.txt",
      "d/s/x.txt",
      "d/c.txt",
      "d/s/y.txt",
    ]);
    expect(input.options.findLinks).toEqual(["d/wheels", "https://h/w"]);
  });

  test("a file included on two ways is read once", async () => {
    let reads = 0;
    const files: Record<string, string> = {
      "r.txt": "-r a.txt\n-r b.txt",
      "a.txt": "-r c.txt",
      "b.txt": "-r c.txt",
      "c.txt": "x",
    };
    const readFile = (path: string) => {
      if (path === "c.txt") reads++;
      return files[path];
    };
    const input = await readRequirements("r.txt", { readFile });
    expect([inputLines(input), reads]).toEqual([["x"], 1]);
  });

  test("files of the network are read where a reader is given, relative to each other", async () => {
    const pages: Record<string, string> = {
      "https://h/d/x.txt": "-r y.txt",
      "https://h/d/y.txt": "x",
    };
    const input = await readRequirements("r.txt", {
      ...reader({ "r.txt": "-r https://h/d/x.txt" }),
      readUrl: async (url) => Promise.resolve(pages[url]),
    });
    expect(inputLines(input)).toEqual(["x"]);
  });

  test("options of all files add up; later ones win", async () => {
    const input = await readRequirements("r.txt", {
      ...reader({
        "r.txt":
          "-i https://a/simple\n--extra-index-url https://b/\n--no-binary :all:\n-r x.txt\n--pre --prefer-binary",
        "x.txt": "-i https://c/simple\n--only-binary=Foo_bar --trusted-host h --use-feature x",
      }),
    });
    expect(input.options).toEqual({
      indexUrl: "https://c/simple",
      extraIndexUrls: ["https://b/"],
      findLinks: [],
      noIndex: false,
      pre: true,
      noBinary: [":all:"],
      onlyBinary: ["foo-bar"],
      requireHashes: false,
      trustedHosts: ["h"],
      preferBinary: true,
    });
  });

  test("hashes and pins can come from a constraint", async () => {
    const input = await readRequirements("r.txt", {
      ...reader({
        "r.txt": `a\n-c c.txt\nb==1 \\\n  --hash=sha256:${HEX} \\\n  --hash=sha256:${HEX.replaceAll("a", "b")}\nhttps://h/d-1.zip#sha256=${HEX}`,
        "c.txt": `a==1 --hash=sha256:${HEX}`,
      }),
    });
    expect(input.requirements.map(({ hashes }) => hashes.length)).toEqual([0, 2, 0]);
  });

  test.each<[string, Uint8Array]>([
    ["UTF-8 with a mark", Buffer.from("\ufefffoo==1 # é")],
    [
      "UTF-16 LE",
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("# é\nfoo==1", "utf16le")]),
    ],
    [
      "UTF-16 BE",
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from("# é\nfoo==1", "utf16le").swap16()]),
    ],
    ["UTF-32 LE", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
    ["UTF-32 BE", Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x61])],
    ["Latin-1", Buffer.from("# -*- coding: latin-1 -*-\n# \xe9\nfoo==1\n", "latin1")],
    ["Windows-1251", Buffer.from("# coding=windows-1251\n# \xe9\nfoo==1\n", "latin1")],
  ])("the encoding %s", async (name, content) => {
    const input = await readRequirements("r.txt", reader({ "r.txt": content }));
    expect(inputLines(input)).toEqual([name.startsWith("UTF-32") ? "a" : "foo==1"]);
  });

  test.each<[string, Uint8Array]>([
    ["broken UTF-8", Buffer.from([0x66, 0xff])],
    ["an unknown encoding", Buffer.from("# coding: nonsense\nfoo")],
    ["broken UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0xff, 0xff, 0xff, 0xff])],
  ])("%s is an error", async (_, content) => {
    await expect(readRequirements("r.txt", reader({ "r.txt": content }))).rejects.toMatchObject({
      code: "requirements-file",
    });
  });

  test("what the reader throws is told about the file; a bug is not", async () => {
    const refused = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    const throwing = (error: Error) => ({
      readFile: () => {
        throw error;
      },
    });
    await expect(readRequirements("r.txt", throwing(refused))).rejects.toMatchObject({
      code: "requirements-file",
    });
    await expect(readRequirements("r.txt", throwing(new TypeError("bug")))).rejects.toThrow(
      TypeError,
    );
  });
});

describe("pyproject.toml", () => {
  const text = `
[project]
name = "My.Project"
requires-python = ">=3.9"
dependencies = ["a>=1", "my-project[one]; os_name == 'nt'"]
[project.optional-dependencies]
One = ["b", "my_project[two]"]
two = ["c"]
[dependency-groups]
Dev = ["d", {include-group = "test_all"}]
test-all = ["e", "my-project[two]"]
`;

  test.each<[object, string[]]>([
    [{}, ["a>=1", "b", "c"]],
    [{ extras: ["ONE"] }, ["a>=1", "b", "c", "b", "c"]],
    [{ groups: ["dev"] }, ["a>=1", "b", "c", "d", "e", "c"]],
  ])("with %j", (options, names) => {
    const { requirements, requiresPython } = parsePyproject(text, options);
    expect(requirements.map((each) => each.text)).toEqual(names);
    expect(requiresPython).toBe(">=3.9");
    expect(requirements[1]?.marker).toBeDefined();
  });

  test("is what readRequirements reads from a .toml", async () => {
    const input = await readRequirements("x/pyproject.toml", {
      ...reader({ "x/pyproject.toml": text }),
      extras: ["two"],
      groups: ["test_all"],
    });
    expect(inputIdentity(input)).toEqual([
      "a>=1",
      'b; os_name == "nt"',
      "c",
      'c; os_name == "nt"',
      "e",
      "requires-python >=3.9",
    ]);
    expect(input.requirements[0]?.place).toEqual({ file: "x/pyproject.toml", line: 5, column: 18 });
  });

  test("extras that refer to each other end", () => {
    const knot = `[project]\nname = "p"\n[project.optional-dependencies]\na = ["p[b]", "p[b]", "x"]\nb = ["p[a]", "p[a]", "y"]`;
    const { requirements } = parsePyproject(knot, { extras: ["a"] });
    expect([...new Set(requirements.map((each) => each.text))].toSorted()).toEqual(["x", "y"]);
    const wide = Array.from(
      { length: 40 },
      (_, i) => `e${i} = ["p[e${i + 1}]", "p[e${i + 1}]"]`,
    ).join("\n");
    expect(() =>
      parsePyproject(`[project]\nname = "p"\n[project.optional-dependencies]\n${wide}\ne40 = []`, {
        extras: ["e0"],
      }),
    ).toThrow("too often");
  });

  test("names of the prototype are no members", () => {
    expect(parsePyproject("[project]\n[__proto__]\ndependencies = ['a']").requirements).toEqual([]);
    expect(() => parsePyproject("[project]", { extras: ["constructor"] })).toThrow("no extra");
  });
});

describe("script blocks", () => {
  test.each<[string, string[] | undefined]>([
    ["x\n# /// script\n# dependencies = ['a',\n#\n#  'b']\n# ///\ny", ["a", "b"]],
    ["# /// script\r\n# dependencies = ['a']\r\n# ///\r\n", ["a"]],
    ["# /// other\n# x\n# ///\n# /// script\n# dependencies = ['a']\n# ///", undefined],
    ["# /// script\n# ///", undefined],
    ["# /// script\n# dependencies = ['a']\n", undefined],
    ["#/// script\n# dependencies = ['a']\n# ///", undefined],
  ])("%j", (text, names) => {
    expect(parseScript(text)?.requirements.map((each) => each.text)).toEqual(names);
  });

  test("a block ends at the last closing line of its comment", () => {
    const text = "# /// script\n# dependencies = ['a']\n# ///\n# more = 1\n# ///";
    expect(() => parseScript(text)).toThrow("TOML");
  });

  test("[tool] is left alone, and Python is read", async () => {
    const script =
      "# /// script\n# requires-python = '>=3.11'\n# [tool.uv]\n# dependencies = 1\n# ///\n";
    const input = await readRequirements("s.py", reader({ "s.py": script }));
    expect(inputIdentity(input)).toEqual(["requires-python >=3.11"]);
  });
});

describe("environment.yml", () => {
  const text = `# comment
name: 1.10
channels: [conda-forge, nodefaults]
dependencies:
  - python=3.10
  - "bioconda::Samtools >=1.10,<2"
  - numpy[version='>=1.2']
  - pip
  - pip:
    - requests>=2 # why
    - -r more.txt
    - --extra-index-url https://h/simple
variables: {A: 1.10, B: no}
prefix: /opt/x
platforms: [linux-64]
unknown: 1
`;

  test("is read as data, with scalars as they are written", () => {
    const environment = parseEnvironmentYml(text, { path: "e.yml" });
    expect(environment).toMatchObject({
      name: "1.10",
      channels: ["conda-forge", "nodefaults"],
      prefix: "/opt/x",
      platforms: ["linux-64"],
      ignoredKeys: ["unknown"],
      dependencies: [
        {
          text: "python=3.10",
          name: "python",
          spec: "=3.10",
          place: { file: "e.yml", line: 5, column: 5 },
        },
        { channel: "bioconda", name: "samtools", spec: ">=1.10,<2" },
        { name: "numpy", spec: "[version='>=1.2']" },
        { name: "pip", spec: "" },
      ],
    });
    expect([...environment.variables]).toEqual([
      ["A", "1.10"],
      ["B", "no"],
    ]);
    expect(environment.pip.map(({ kind }) => kind)).toEqual(["requirement", "include", "option"]);
  });

  test("conda's dependencies, channels and platforms are part of the input", async () => {
    const input = await readRequirements("d/e.yml", reader({ "d/e.yml": text, "d/more.txt": "x" }));
    expect(input.channels).toEqual(["conda-forge"]);
    expect(input.platforms).toEqual(["linux-64"]);
    expect(input.variables?.get("B")).toBe("no");
    expect(inputIdentity(input)).toEqual([
      "--extra-index-url 0 https://h/simple",
      "channel 0 conda-forge",
      "conda bioconda::Samtools >=1.10,<2",
      "conda numpy[version='>=1.2']",
      "conda pip",
      "conda python=3.10",
      "requests>=2",
      "requires-python ==3.10.*",
      "x",
    ]);
  });

  test.each([
    ["python", []],
    ["python 3.10.*", ["requires-python ==3.10.*"]],
    ["python>=3.8,<3.11", ["requires-python >=3.8,<3.11"]],
    ["python==3.10.4", ["requires-python ==3.10.4"]],
    ["python=3.10=h1_cpython", ["requires-python ==3.10.*"]],
    ["python 3.9|3.10", []],
  ])("%s", async (spec, expected) => {
    const input = await readRequirements(
      "e.yaml",
      reader({ "e.yaml": `dependencies:\n- ${spec}\n` }),
    );
    expect(inputIdentity(input)).toEqual([`conda ${spec}`, ...expected]);
  });

  test("empty sections, aliases", () => {
    expect(parseEnvironmentYml("name:\nchannels: ~\ndependencies:\n").dependencies).toEqual([]);
    const aliased = parseEnvironmentYml("channels: &a [x]\nplatforms: *a");
    expect(aliased.platforms).toEqual(["x"]);
  });
});

test.each([
  ["a/pyproject.toml", "pyproject"],
  ["s.py", "script"],
  ["environment.YAML", "environment-yml"],
  ["requirements.in", "requirements"],
  ["-", "requirements"],
])("the format of %s", (path, format) => {
  expect(formatOf(path)).toBe(format);
});

test("credentials are in no line of an input", async () => {
  const text =
    "-i https://u:secret@h/simple\n--extra-index-url https://secret@h/\n-f https://u:secret@h/w\na @ git+https://secret@h/x\n";
  const input = await readRequirements("r.txt", reader({ "r.txt": text }));
  expect(input.options.indexUrl).toContain("secret");
  expect(inputIdentity(input).join("\n")).not.toContain("secret");
});

test.each([
  ["-r a.txt # x\r\n-cb.txt", "-r ../a.txt # x\r\n-c../b.txt"],
  ["--requirement=a.txt\n--find-links 'a b'", "--requirement=../a.txt\n--find-links '../a b'"],
  ["-e ./p[x]\n-e .", "-e .././p[x]\n-e ../."],
  [
    "./p[x] ; os_name=='a'\nfoo @ ./w.whl#sha256=a",
    ".././p[x] ; os_name=='a'\nfoo @ .././w.whl#sha256=a",
  ],
  ["--req\\\nuirement a\\\n.txt", "--req\\\nuirement ../a.txt"],
  ["-r https://h/x\n-f file:///x\n-r /abs\n-r ${X}/a\nbroken =\nnumpy\n--nope", undefined],
  ["-e 'a @ ./x y'\n", undefined],
])("the paths of %j", (text, expected) => {
  expect(rewriteIncludes(text, (path) => `../${path}`)).toBe(expected ?? text);
  expect(rewriteIncludes(text, () => undefined)).toBe(text);
});
