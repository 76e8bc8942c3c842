/** A box to be placed: its width in pixels, and the boxes it has arrows to. */
export interface Box {
  readonly width: number;
  readonly needs: readonly number[];
}

/** Where the boxes are: upper left corners, in pixels, from 0 on. */
export interface Layout {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly width: number;
  readonly height: number;
  /** Arrows that go back, as `from to`: with them there are cycles, without them none. */
  readonly back: ReadonlySet<string>;
}

export const BOX_HEIGHT = 28;
const ROW = BOX_HEIGHT + 8;
const LEVEL_GAP = 64;
const COLUMN_GAP = 18;
const SWEEPS = 6;
/** Width to height that a large graph is folded to. */
const RATIO = 1.3;
const FEWEST_ROWS = 8;

/**
 * Places the boxes of a directed graph in levels from left to right (Sugiyama's method): each box
 * stands right of all that have an arrow to it, where no cycle forbids it; within a level boxes are
 * ordered by where their neighbours are; levels too tall for the whole are folded into several columns.
 */
export function layOut(boxes: readonly Box[]): Layout {
  const { order, back } = searchDepthFirst(boxes);
  const forward = boxes.map(({ needs }, i) => needs.filter((to) => !back.has(`${i} ${to}`)));
  const backward = reverse(forward);
  const levels = orderLevels(levelsOf(order, forward), { forward, backward });
  const rows = rowLimit(levels, boxes);
  const columns = levels.map((level) => fold(level, rows));
  const { x, width } = placeColumns(columns, boxes);
  const { y, height } = placeRows(columns, { forward, backward });
  return { x, y, width, height, back };
}

/** Topological order (reversed post-order) without the arrows that close a cycle. */
function searchDepthFirst(boxes: readonly Box[]): { order: number[]; back: Set<string> } {
  const back = new Set<string>();
  const finished: number[] = [];
  const state = boxes.map(() => "new" as "new" | "open" | "done");
  for (const start of startsFirst(boxes)) {
    if (state[start] !== "new") continue;
    const stack = [{ box: start, next: 0 }];
    state[start] = "open";
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const to = boxes[top.box]?.needs[top.next++];
      if (to === undefined) {
        state[top.box] = "done";
        finished.push(top.box);
        stack.pop();
      } else if (state[to] === "open") back.add(`${top.box} ${to}`);
      else if (state[to] === "new") {
        state[to] = "open";
        stack.push({ box: to, next: 0 });
      }
    }
  }
  return { order: finished.toReversed(), back };
}

/** Boxes that no arrow leads to come first, so that cycles are entered where the graph enters them. */
function startsFirst(boxes: readonly Box[]): number[] {
  const reached = new Set(boxes.flatMap(({ needs }) => needs));
  const all = boxes.map((_, i) => i);
  return [...all.filter((i) => !reached.has(i)), ...all.filter((i) => reached.has(i))];
}

function reverse(forward: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const backward: number[][] = forward.map(() => []);
  for (const [from, tos] of forward.entries()) for (const to of tos) backward[to]?.push(from);
  return backward;
}

/** The boxes by the length of the longest way to them. */
function levelsOf(order: readonly number[], forward: readonly (readonly number[])[]): number[][] {
  const level = forward.map(() => 0);
  for (const box of order) {
    for (const to of forward[box] ?? []) {
      level[to] = Math.max(level[to] ?? 0, (level[box] ?? 0) + 1);
    }
  }
  const levels: number[][] = [];
  for (const box of order) (levels[level[box] ?? 0] ??= []).push(box);
  return levels;
}

interface Neighbours {
  readonly forward: readonly (readonly number[])[];
  readonly backward: readonly (readonly number[])[];
}

/** Each level by the mean place of its boxes' neighbours, there and back a few times. */
function orderLevels(levels: readonly number[][], { forward, backward }: Neighbours): number[][] {
  const place = new Map<number, number>();
  const ordered = levels.map((level) => [...level]);
  const settle = (level: readonly number[]): void => {
    for (const [i, box] of level.entries()) place.set(box, (i + 0.5) / level.length);
  };
  for (const level of ordered) settle(level);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    const neighbours = isDown ? backward : forward;
    for (const level of isDown ? ordered : ordered.toReversed()) {
      const wanted = new Map(level.map((box) => [box, meanOf(neighbours[box] ?? [], place, box)]));
      level.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      settle(level);
    }
  }
  return ordered;
}

/** The mean place of the neighbours; where there are none, the box's own. */
function meanOf(boxes: readonly number[], place: ReadonlyMap<number, number>, own: number): number {
  if (boxes.length === 0) return place.get(own) ?? 0;
  return boxes.reduce((sum, box) => sum + (place.get(box) ?? 0), 0) / boxes.length;
}

/** The most rows a column may have: the most at which the whole is not taller than it should be. */
function rowLimit(levels: readonly number[][], boxes: readonly Box[]): number {
  const tallest = Math.max(1, ...levels.map((level) => level.length));
  for (let rows = tallest; rows > FEWEST_ROWS; rows--) {
    const width = levels
      .map((level) => Math.ceil(level.length / rows) * (widest(level, boxes) + COLUMN_GAP))
      .reduce((sum, width) => sum + width + LEVEL_GAP, 0);
    if (width >= rows * ROW * RATIO) return rows;
  }
  return Math.min(tallest, FEWEST_ROWS);
}

function widest(level: readonly number[], boxes: readonly Box[]): number {
  return level.reduce((most, box) => Math.max(most, boxes[box]?.width ?? 0), 0);
}

/** A level in columns of equal length. */
function fold(level: readonly number[], rows: number): number[][] {
  const length = Math.ceil(level.length / Math.ceil(level.length / rows));
  const columns: number[][] = [];
  for (let at = 0; at < level.length; at += length) columns.push(level.slice(at, at + length));
  return columns;
}

function placeColumns(
  levels: readonly number[][][],
  boxes: readonly Box[],
): { x: number[]; width: number } {
  const x = boxes.map(() => 0);
  let left = 0;
  let width = 0;
  for (const columns of levels) {
    for (const column of columns) {
      for (const box of column) x[box] = left;
      width = left + widest(column, boxes);
      left = width + COLUMN_GAP;
    }
    left += LEVEL_GAP - COLUMN_GAP;
  }
  return { x, width };
}

/** Folded levels are centred; the boxes of others are drawn towards their neighbours. */
function placeRows(
  levels: readonly number[][][],
  { forward, backward }: Neighbours,
): { y: number[]; height: number } {
  const place = new Map<number, number>();
  for (const column of levels.flat()) {
    for (const [i, box] of column.entries()) place.set(box, (i - (column.length - 1) / 2) * ROW);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    const neighbours = isDown ? backward : forward;
    for (const columns of isDown ? levels : levels.toReversed()) {
      const [column] = columns;
      if (column === undefined || columns.length > 1) continue;
      const wanted = column.map((box) => meanOf(neighbours[box] ?? [], place, box));
      for (const [i, at] of apart(wanted, ROW).entries()) place.set(column[i] ?? -1, at);
    }
  }
  const top = [...place.values()].reduce((least, at) => Math.min(least, at), 0);
  const y = forward.map((_, box) => Math.round((place.get(box) ?? 0) - top));
  return { y, height: y.reduce((most, at) => Math.max(most, at), 0) + BOX_HEIGHT };
}

/**
 * The places nearest to those wanted that keep the order and are a distance apart (least squares, by
 * pooling adjacent violators).
 */
export function apart(wanted: readonly number[], distance: number): number[] {
  const pools: { sum: number; count: number }[] = [];
  for (const [i, place] of wanted.entries()) {
    let pool = { sum: place - i * distance, count: 1 };
    for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
      if (last.sum / last.count <= pool.sum / pool.count) break;
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
      pools.pop();
    }
    pools.push(pool);
  }
  const shifts = pools.flatMap(({ sum, count }) =>
    Array.from({ length: count }, () => sum / count),
  );
  return shifts.map((shift, i) => shift + i * distance);
}
