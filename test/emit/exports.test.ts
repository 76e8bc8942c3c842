import { describe, expect, test } from "vitest";
import { type ExportFormat, EXPORTS, leftOutOf, targetsOf } from "../../src/emit/index.ts";
import type { Lock, LockedArtifact, LockedTarget, Pin } from "../../src/lock/index.ts";
import { lockOf, pin, sampleLock } from "../lock/sample-lock.ts";

const PLACES = {
  absolute: (path: string): string => `/place/${path}`,
  relative: (path: string): string => `../${path}`,
};

/** What a format that needs no waiting gives. */
function exported(
  lock: Lock,
  format: Exclude<ExportFormat, "svg">,
  names: readonly string[] = [],
): string {
  return EXPORTS[format]({ lock, targets: targetsOf(lock, names), places: PLACES }) as string;
}

/** A lock with these pins for each Python and platform. */
function several(targets: Readonly<Record<string, readonly Pin[]>>): Lock {
  const all = lockOf(Object.values(targets).flat());
  return {
    ...all,
    targets: Object.entries(targets).map(([name, pins]): LockedTarget => {
      const [python = "", ...platform] = name.split("-");
      return { name, python, platform: platform.join("-"), pins };
    }),
  };
}

const hash = "ab".repeat(32);

test("a requirements file has versions, extras, hashes, and who asked", () => {
  expect(exported(sampleLock(), "requirements")).toBe(
    [
      "# mach-nix export --format requirements: 3.11-linux-x86_64 as of 2026-11-01T00:00:00Z",
      `click==1.0 \\\n    --hash=sha256:${hash}\n    # via flask`,
      `colorama==1.0 \\\n    --hash=sha256:${hash}\n    # via click, jinja2`,
      `flask[async,dotenv]==3.0 \\\n    --hash=sha256:${hash}\n    # via the input`,
      `jinja2==1.0 \\\n    --hash=sha256:${hash}\n    # via flask`,
      `markupsafe==1.0 \\\n    --hash=sha256:${hash}\n    # via jinja2`,
      "",
    ].join("\n"),
  );
});

describe("markers tell targets apart, and say no more than they must", () => {
  const a = pin("a");
  const win = "3.11-windows-x86_64";
  const linux = "3.11-linux-x86_64";
  const linux12 = "3.12-linux-x86_64";
  test.each([
    ["everywhere", { [linux]: [a], [win]: [a] }, "a==1.0 "],
    ["a system", { [linux]: [], [win]: [a] }, "a==1.0 ; sys_platform == 'win32' "],
    ["a Python", { [linux]: [a], [linux12]: [] }, "a==1.0 ; python_version == '3.11' "],
    [
      "a Python of three numbers",
      { "3.10.4-linux-x86_64": [a], [linux12]: [] },
      "a==1.0 ; python_full_version == '3.10.4' ",
    ],
    [
      "a machine",
      { [linux]: [a], "3.11-linux-aarch64": [] },
      "a==1.0 ; platform_machine == 'x86_64' ",
    ],
    [
      "one corner",
      { [linux]: [a], [linux12]: [], [win]: [], "3.12-windows-x86_64": [] },
      "a==1.0 ; python_version == '3.11' and sys_platform == 'linux' ",
    ],
    [
      "all but one corner",
      { [linux]: [a], [linux12]: [a], [win]: [a], "3.12-windows-x86_64": [] },
      "a==1.0 ; python_version == '3.11' or sys_platform == 'linux' ",
    ],
  ])("%s", (_, targets: Record<string, readonly Pin[]>, line) => {
    expect(exported(several(targets), "requirements")).toContain(`\n${line}\\\n`);
    expect(exported(several(targets), "pylock")).toContain(/; (.*) $/.exec(line)?.[1] ?? "");
  });

  test("two versions of a name exclude each other", () => {
    const lock = several({ [linux]: [a], [linux12]: [pin("a", { version: "2.0" })] });
    const text = exported(lock, "requirements");
    expect(text).toContain("a==1.0 ; python_version == '3.11' ");
    expect(text).toContain("a==2.0 ; python_version == '3.12' ");
  });
});

test("targets that no marker tells apart: fine where they are equal, else an error", () => {
  const names = ["3.11-linux-x86_64", "3.11-linux-x86_64-musl"] as const;
  const same = several({ [names[0]]: [pin("a")], [names[1]]: [pin("a")] });
  expect(exported(same, "requirements")).not.toContain(";");
  const differing = several({ [names[0]]: [pin("a")], [names[1]]: [pin("b")] });
  for (const format of ["requirements", "pylock"] as const) {
    const error: unknown = expect.objectContaining({ code: "export-targets-overlap" });
    expect(() => exported(differing, format)).toThrow(error as Error);
    expect(exported(differing, format, [names[0]])).toContain("a");
  }
  expect(exported(differing, "cyclonedx")).toContain("mach-nix:target");
});

test("an unknown target is named with those that there are", () => {
  expect(() => targetsOf(sampleLock(), ["2.7-mars"])).toThrow(
    expect.objectContaining({
      code: "lock-unknown-target",
      hint: "it has 3.11-linux-x86_64",
    }) as Error,
  );
  expect(() => targetsOf({ ...sampleLock(), targets: [] })).toThrow("no target");
});

describe("what is not from an index", () => {
  const reference = { provider: "reference" } as const;
  function lockWith(
    url: string,
    rest: Partial<Pin> = reference,
    more: Partial<LockedArtifact> = {},
  ): Lock {
    const one = pin("a", rest);
    const lock = lockOf([one]);
    const artifact = { url, sha256: lock.inputHash, ...more };
    return { ...lock, artifacts: { [one.artifact as string]: artifact } };
  }
  const commit = "c".repeat(40);
  test.each([
    ["https://example.org/a.whl", {}, "a @ https://example.org/a.whl \\", 'archive = { url = "'],
    ["file:w%20x/a.whl", {}, "a @ file:///place/w%20x/a.whl \\", 'archive = { path = "../w x/'],
    ["file:a/", {}, "a @ file:///place/a/", 'directory = { path = "../a'],
    ["file:a/", { editable: true }, "-e file:///place/a/", "editable = true }"],
    [
      "https://example.org/a.git",
      { commit, subdirectory: "src" },
      `a @ git+https://example.org/a.git@${commit}#subdirectory=src`,
      `vcs = { type = "git", url = "https://example.org/a.git", commit-id = "${commit}", subdirectory = "src" }`,
    ],
  ])("%s %j", (url, more, line, fields) => {
    const lock = lockWith(url, reference, more);
    expect(exported(lock, "requirements")).toContain(`\n${line}\n`);
    expect(exported(lock, "pylock")).toContain(fields);
    expect(exported(lock, "cyclonedx")).toContain('"purl": "pkg:pypi/a@1.0');
  });

  test("a wheel of a local folder is named by its place", () => {
    const lock = lockWith("file:wheels/a.whl", {});
    expect(exported(lock, "requirements")).toContain("a @ file:///place/wheels/a.whl \\");
    expect(exported(lock, "pylock")).toContain(
      'wheels = [{ name = "a-1.0-py3-none-any.whl", path =',
    );
  });

  test("a source distribution", () => {
    const lock = lockOf([pin("a", { provider: "sdist", artifact: "a-1.0.tar.gz" })]);
    expect(exported(lock, "pylock")).toContain('sdist = { name = "a-1.0.tar.gz", url =');
  });

  test("no file at all is an error where files are listed", () => {
    const { artifact: _, ...fileless } = pin("a", { provider: "nixpkgs" });
    const lock = lockOf([fileless]);
    for (const format of ["requirements", "pylock"] as const) {
      const error: unknown = expect.objectContaining({ code: "export-no-artifact" });
      expect(() => exported(lock, format)).toThrow(error as Error);
    }
    expect(exported(lock, "cyclonedx")).toContain('"name": "a"');
  });
});

describe("packages that pip does not have", () => {
  const { artifact: _, ...django } = pin("django", { provider: "nixpkgs", attribute: "django_4" });
  const blas = pin("libblas", {
    version: "3.9.0",
    provider: "conda-forge",
    build: "31_h59b9bed_openblas",
    artifact: "conda-forge/linux-64/libblas-3.9.0-31_h59b9bed_openblas.conda",
    requestedBy: ["app"],
  });
  const yaml = pin("pyyaml", {
    provider: "conda-forge",
    condaName: "pyyaml_",
    artifact: "main/noarch/a.tar.bz2",
  });
  const lock = lockOf([pin("app", { dependencies: ["libblas"] }), django, blas, yaml]);

  test.each(["requirements", "pylock"] as const)("are left out of %s, with a comment", (format) => {
    const text = exported(lock, format);
    expect(text).toContain("# left out: django 1.0 (nixpkgs)\n");
    expect(text).toContain("# left out: libblas 3.9.0 31_h59b9bed_openblas (conda-forge)\n");
    expect(text.replaceAll(/^# left out.*$/gm, "")).not.toMatch(/blas|django/);
    expect(leftOutOf(format, { lock, targets: lock.targets, places: PLACES })).toContain(
      "django 1.0 (nixpkgs)",
    );
  });

  test("are in a bill of materials, with package URLs of their kind", () => {
    const bom = JSON.parse(exported(lock, "cyclonedx")) as { components: { purl: string }[] };
    expect(bom.components.map(({ purl }) => purl)).toEqual([
      "pkg:pypi/app@1.0",
      "pkg:pypi/django@1.0",
      "pkg:conda/libblas@3.9.0?build=31_h59b9bed_openblas&channel=conda-forge&subdir=linux-64&type=conda",
      "pkg:conda/pyyaml_@1.0?channel=conda-forge&subdir=noarch&type=tar.bz2",
    ]);
    expect(bom.components[1]).toMatchObject({
      properties: [
        { name: "mach-nix:provider", value: "nixpkgs" },
        { name: "mach-nix:attribute", value: "django_4" },
      ],
    });
  });

  test("other formats leave nothing out", () => {
    expect(leftOutOf("dot", { lock, targets: lock.targets, places: PLACES })).toEqual([]);
  });

  test("a comment holds no line of the lock's", () => {
    const bad = lockOf([pin("a"), pin("b", { provider: "x\n--index-url=http://evil.example" })]);
    expect(exported(bad, "requirements")).not.toContain("\n--index-url");
    expect(exported(bad, "pylock")).not.toContain("\n--index-url");
  });
});

test("a file whose hash is not known is export-no-artifact", () => {
  const { artifact: _, ...unhashed } = pin("a", { unhashed: "a-1.0-py3-none-any.whl" });
  const error: unknown = expect.objectContaining({
    code: "export-no-artifact",
    message: "the hash of a 1.0 is not known",
  });
  for (const format of ["requirements", "pylock"] as const) {
    expect(() => exported(lockOf([unhashed]), format)).toThrow(error as Error);
  }
});

test("what a source is built with is in a bill of materials, but not installed", () => {
  const source = pin("a", { provider: "sdist", artifact: "a-1.0.tar.gz" });
  const tools = [pin("setuptools", { version: "80.0" }), source];
  const lock = lockOf([source, ...tools]);
  const [target] = lock.targets as [LockedTarget];
  const builds = { "a-1.0.tar.gz": { requires: ["setuptools"], pins: tools } };
  const text = exported({ ...lock, targets: [{ ...target, pins: [source], builds }] }, "cyclonedx");
  const { components } = JSON.parse(text) as { components: { name: string; scope?: string }[] };
  expect(components.map(({ name, scope }) => [name, scope])).toEqual([
    ["a", undefined],
    ["setuptools", "excluded"],
  ]);
});

test("a bill of materials is the same each time, and another for another lock", () => {
  const [one, again] = [exported(sampleLock(), "cyclonedx"), exported(sampleLock(), "cyclonedx")];
  expect(one).toBe(again);
  const other = exported({ ...sampleLock(), date: "2026-11-02T00:00:00Z" }, "cyclonedx");
  const serial = /"serialNumber": "urn:uuid:([0-9a-f-]+)"/;
  expect(serial.exec(one)?.[1]).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(serial.exec(one)?.[1]).not.toBe(serial.exec(other)?.[1]);
});

test("a graph has every release once, and every edge", () => {
  const dot = exported(sampleLock(), "dot");
  expect(dot).toContain('  "flask 3.0" [color="#2f6bde", width=1.07, penwidth=2];\n');
  expect(dot).toContain('  "jinja2 1.0" -> "markupsafe 1.0";\n  "markupsafe 1.0" -> "jinja2 1.0";');
  expect(dot.match(/->/g)).toHaveLength(6);
  const mermaid = exported(sampleLock(), "mermaid");
  expect(mermaid).toContain('  n2["flask 3.0"]\n');
  expect(mermaid.match(/-->/g)).toHaveLength(6);
  expect(exported(lockOf([]), "mermaid")).toBe("graph LR\n");
});

test("a graph of several providers has a colour for each", () => {
  const lock = lockOf([
    pin("a", { provider: "conda-forge" }),
    pin("b"),
    pin("c", { provider: "bioconda" }),
  ]);
  const colors = exported(lock, "dot").matchAll(/^ {2}"(.).*color="(#\w+)"/gm);
  expect([...colors].map(([, name, color]) => [name, color])).toEqual([
    ["a", "#0a84a8"],
    ["b", "#2f6bde"],
    ["c", "#3c8a1e"],
  ]);
  expect(exported(lock, "mermaid")).toContain(
    "  classDef provider2 stroke:#2f6bde\n  class n1 provider2\n",
  );
});

test("names that a graph's language would read otherwise are written as text", () => {
  const lock = lockOf([pin('a"]; b [x="\\'), pin("<script>")]);
  expect(exported(lock, "dot")).toContain('  "a\\"]; b [x=\\"\\\\ 1.0" [');
  expect(exported(lock, "mermaid")).toContain('["a#quot;]; b [x=#quot;\\ 1.0"]');
});

test("a picture: every package and arrow, no document type, hostile names as text", async () => {
  const lock = sampleLock();
  const draw = (lock: Lock): string | Promise<string> =>
    EXPORTS.svg({ lock, targets: lock.targets, places: PLACES });
  const svg = await draw(lock);
  expect(svg.startsWith("<svg ")).toBe(true);
  expect(svg.match(/class="node"/g)).toHaveLength(5);
  expect(svg.match(/class="edge"/g)).toHaveLength(6);
  expect(await draw(lock)).toBe(svg);
  const hostile = await draw(lockOf([pin("<script>alert(1)</script>"), pin('x" onload="y')]));
  expect(hostile).not.toMatch(/<script|" onload="/);
  expect(hostile.match(/class="node"/g)).toHaveLength(2);
});
