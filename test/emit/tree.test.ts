import { expect, test } from "vitest";
import { emitTree, treeOf } from "../../src/emit/index.ts";
import type { LockedTarget } from "../../src/lock/index.ts";
import { lockOf, pin, sampleLock } from "../lock/sample-lock.ts";

const target = sampleLock().targets[0] as LockedTarget;

test("a tree shows versions, providers, extras, and each subtree once", () => {
  expect(emitTree.text(target, {})).toBe(
    [
      "3.11-linux-x86_64",
      "└── flask[async,dotenv] 3.0 (wheel)",
      "    ├── click 1.0 (wheel)",
      "    │   └── colorama 1.0 (wheel)",
      "    └── jinja2 1.0 (wheel)",
      "        ├── colorama 1.0 (wheel)",
      "        └── markupsafe 1.0 (wheel)",
      "            └── jinja2 1.0 (wheel) (cycle)",
      "(cycle) it stands above itself",
      "",
    ].join("\n"),
  );
});

test("lines are cut to the terminal's width, levels to the depth", () => {
  const text = emitTree.text(target, { columns: 20, depth: 2 });
  const lines = text.trimEnd().split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(20);
  expect(lines).toHaveLength(4);
});

test("what the depth cuts off is not called shown", () => {
  expect(emitTree.text(target, { depth: 2 })).not.toContain("(*)");
});

test("as JSON it is one document with the same nodes", () => {
  const document = JSON.parse(emitTree.json(target, {})) as { target: string; tree: unknown };
  expect(document.target).toBe("3.11-linux-x86_64");
  expect(document.tree).toEqual(treeOf(target));
});

test("a made-up chain without end does not exhaust the stack", () => {
  const pins = Array.from({ length: 20_000 }, (_, i) =>
    pin(`p${i}`, {
      dependencies: i < 19_999 ? [`p${i + 1}`] : [],
      requestedBy: [i === 0 ? "input" : `p${i - 1}`],
    }),
  );
  const chain = lockOf(pins).targets[0] as LockedTarget;
  expect(emitTree.text(chain, {}).split("\n").length).toBeLessThan(600);
  expect(emitTree.json(chain, {}).length).toBeGreaterThan(1000);
});

test("inverted, it goes from what needs nothing to what was asked for; cycles end, marked", () => {
  expect(emitTree.text(target, { invert: true })).toBe(
    [
      "3.11-linux-x86_64",
      "├── colorama 1.0 (wheel)",
      "│   ├── click 1.0 (wheel)",
      "│   │   └── flask[async,dotenv] 3.0 (wheel)",
      "│   └── jinja2 1.0 (wheel)",
      "│       └── flask[async,dotenv] 3.0 (wheel)",
      "└── markupsafe 1.0 (wheel)",
      "    └── jinja2 1.0 (wheel) (*)",
      "(*) what needs it is shown above",
      "",
    ].join("\n"),
  );
  const document = JSON.parse(emitTree.json(target, { invert: true, depth: 1 })) as {
    tree: unknown;
  };
  expect(document.tree).toMatchObject([
    { name: "colorama", dependents: [] },
    { name: "markupsafe", dependents: [] },
  ]);
});

test("inverted, a cycle that ends nowhere is there, too", () => {
  const a = pin("a", { dependencies: ["b"], requestedBy: ["b", "input"] });
  const b = pin("b", { dependencies: ["a"], requestedBy: ["a"] });
  const cycle = lockOf([a, b]).targets[0] as LockedTarget;
  const lines = emitTree.text(cycle, { invert: true }).split("\n");
  expect(lines.slice(1, 4)).toEqual([
    "└── a 1.0 (wheel)",
    "    └── b 1.0 (wheel)",
    "        └── a 1.0 (wheel) (cycle)",
  ]);
});

test("what stands elsewhere is marked (*), what stands above itself (cycle), each once", () => {
  const pins = [
    pin("a", { dependencies: ["b", "c"] }),
    pin("b", { dependencies: ["c"], requestedBy: ["a"] }),
    pin("c", { dependencies: ["b"], requestedBy: ["a", "b"] }),
  ];
  const [both] = lockOf(pins).targets as [LockedTarget];
  expect(emitTree.text(both, {}).split("\n").slice(1, -1)).toEqual([
    "└── a 1.0 (wheel)",
    "    ├── b 1.0 (wheel)",
    "    │   └── c 1.0 (wheel)",
    "    │       └── b 1.0 (wheel) (cycle)",
    "    └── c 1.0 (wheel) (*)",
    "(*) dependencies shown above",
    "(cycle) it stands above itself",
  ]);
  expect(treeOf(both)[0]?.dependencies[1]).toMatchObject({ repeated: true, cycle: false });
});

test("with sizes: columns, and the sum of what the target has", () => {
  const { artifact: _, ...fileless } = pin("nixed", { provider: "nixpkgs" });
  const conda = pin("blas", { provider: "conda-forge", build: "mkl_0", artifact: "blas.conda" });
  const lock = lockOf([
    pin("app", { dependencies: ["blas", "nixed"] }),
    { ...conda, requestedBy: ["app"] },
    { ...fileless, requestedBy: ["app"] },
  ]);
  const [first] = lock.targets as [LockedTarget];
  const artifacts = {
    ...lock.artifacts,
    "blas.conda": { ...lock.artifacts["blas.conda"]!, size: 1_234_567 },
  };
  expect(emitTree.text(first, { size: true, artifacts }).split("\n").slice(1, -1)).toEqual([
    "└── app 1.0             wheel            10 B",
    "    ├── blas 1.0 mkl_0  conda-forge    1.2 MB",
    "    └── nixed 1.0       nixpkgs             -",
    "3 packages, 1.2 MB and 1 of unknown size",
  ]);
  const narrow = emitTree.text(first, { size: true, artifacts, columns: 43 }).split("\n");
  expect(narrow[2]).toBe("    ├── blas 1.0 mk…  conda-forge    1.2 MB");
  expect(treeOf(first, { artifacts })[0]).toMatchObject({ size: 10 });
  expect(treeOf(first)[0]).not.toHaveProperty("size");
  expect(emitTree.text(first, {})).toContain("blas 1.0 mkl_0 (conda-forge)");
});
