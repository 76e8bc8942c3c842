import { BOX_HEIGHT } from "./facts.js";

/** @typedef {import("./facts.js").Facts} Facts */

/**
 * Where packages stand while one of them is looked at.
 * @typedef {object} FocusLayout
 * @property {ReadonlyMap<number, { x: number, y: number }>} places
 * @property {{ x: number, y: number, width: number, height: number }} box
 */

const ROW = 38;
const ROWS = 20;
const GAP = 76;
const COLUMN_GAP = 16;

/**
 * A package in the middle: to the left who needs it and the way from what was asked for, to the right
 * what it needs.
 * @param {Facts} facts @param {number} selected @param {readonly number[]} way
 * @returns {FocusLayout}
 */
export function layOutFocus({ packages, neededBy }, selected, way) {
  const left = (neededBy[selected] ?? []).filter((place) => place !== selected);
  const right = (packages[selected]?.needs ?? []).filter(
    (place) => place !== selected && !left.includes(place),
  );
  const before = way.filter((place) => ![selected, ...left, ...right].includes(place));
  const groups = [...before.map((place) => [[place]]), fold(left), [[selected]], fold(right)];
  const places = new Map();
  let x = 0;
  let tallest = 0;
  for (const columns of groups.filter((columns) => columns.length > 0)) {
    for (const column of columns) {
      const width = Math.max(...column.map((place) => packages[place]?.width ?? 0));
      column.forEach((place, i) => {
        const own = packages[place]?.width ?? 0;
        // To the left boxes end where their arrows begin, to the right they begin where these end.
        const shift = left.includes(place) ? width - own : 0;
        places.set(place, { x: x + shift, y: (i - (column.length - 1) / 2) * ROW });
      });
      x += width + COLUMN_GAP;
      tallest = Math.max(tallest, column.length);
    }
    x += GAP - COLUMN_GAP;
  }
  const height = (tallest - 1) * ROW + BOX_HEIGHT;
  return { places, box: { x: 0, y: (BOX_HEIGHT - height) / 2, width: x - GAP, height } };
}

/** @param {readonly number[]} places */
function fold(places) {
  const length = Math.ceil(places.length / Math.max(1, Math.ceil(places.length / ROWS)));
  const columns = [];
  for (let at = 0; at < places.length; at += length) columns.push(places.slice(at, at + length));
  return columns;
}
