import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apart, type Box, BOX_HEIGHT, layOut } from "../../src/emit/graph-layout.ts";

function boxes(...needs: readonly (readonly number[])[]): Box[] {
  return needs.map((needs) => ({ width: 100, needs }));
}

const graphs = fc.integer({ min: 1, max: 40 }).chain((size) =>
  fc.array(
    fc.record({
      width: fc.integer({ min: 40, max: 300 }),
      needs: fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 6 }),
    }),
    { minLength: size, maxLength: size },
  ),
);

test("what is needed stands right of who needs it, but for arrows that close a cycle", () => {
  fc.assert(
    fc.property(graphs, (boxes) => {
      const { x, back } = layOut(boxes);
      for (const [from, { needs, width }] of boxes.entries()) {
        for (const to of needs) {
          const isRight = (x[to] as number) > (x[from] as number) + width;
          expect(isRight || back.has(`${from} ${to}`)).toBe(true);
        }
      }
    }),
  );
});

test("no two boxes touch, and all are inside", () => {
  fc.assert(
    fc.property(graphs, (boxes) => {
      const { x, y, width, height } = layOut(boxes);
      const placed = boxes.map((box, i) => ({
        x: x[i] as number,
        y: y[i] as number,
        width: box.width,
      }));
      for (const [i, a] of placed.entries()) {
        expect(a.x >= 0 && a.y >= 0).toBe(true);
        expect(a.x + a.width <= width && a.y + BOX_HEIGHT <= height).toBe(true);
        for (const b of placed.slice(i + 1)) {
          const isApart =
            a.x + a.width < b.x || b.x + b.width < a.x || Math.abs(a.y - b.y) > BOX_HEIGHT;
          expect(isApart).toBe(true);
        }
      }
    }),
  );
});

describe("arrows that go back", () => {
  test.each([
    ["none without a cycle", boxes([1, 2], [2], []), []],
    ["one of two", boxes([1], [2], [1]), ["2 1"]],
    ["a box that needs itself", boxes([0]), ["0 0"]],
    ["a cycle that nothing leads to", boxes([1], [0]), ["1 0"]],
  ])("%s", (_, graph, back) => {
    expect([...layOut(graph).back]).toEqual(back);
  });
});

test("a chain without end, and a thousand boxes on one level", () => {
  const chain = Array.from({ length: 20_000 }, (_, i) => ({
    width: 10,
    needs: i < 19_999 ? [i + 1] : [],
  }));
  expect(layOut(chain).height).toBe(BOX_HEIGHT);
  const { width, height } = layOut(boxes(...Array.from({ length: 1000 }, () => [])));
  expect(width / height).toBeGreaterThan(0.8);
  expect(width / height).toBeLessThan(2.5);
});

test("nothing to place", () => {
  expect(layOut([])).toMatchObject({ x: [], y: [] });
});

test("places apart: order kept, the distance kept, and no move where none is needed", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -500, max: 500 })), (wanted) => {
      const places = apart(wanted, 10);
      for (const [i, place] of places.slice(1).entries()) {
        expect(place - (places[i] as number)).toBeGreaterThanOrEqual(10 - 1e-6);
      }
      const mean = (list: readonly number[]): number => list.reduce((sum, n) => sum + n, 0);
      expect(mean(places)).toBeCloseTo(mean(wanted), 4);
    }),
  );
  expect(apart([0, 50, 70], 10)).toEqual([0, 50, 70]);
  expect(apart([0, 0], 10)).toEqual([-5, 5]);
});
