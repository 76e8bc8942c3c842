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
      "            └── jinja2 1.0 (wheel) (*)",
      "(*) dependencies shown above",
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
    "        └── a 1.0 (wheel) (*)",
  ]);
});
