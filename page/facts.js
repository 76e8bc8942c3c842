/**
 * @typedef {import("../src/emit/page-data.ts").PageData} PageData
 * @typedef {import("../src/emit/page-data.ts").PageTarget} PageTarget
 * @typedef {import("../src/emit/page-data.ts").PagePackage} PagePackage
 */

/**
 * A target's packages with what follows from them; packages are named by their place.
 * @typedef {object} Facts
 * @property {PageTarget} target
 * @property {readonly PagePackage[]} packages
 * @property {readonly (readonly number[])[]} neededBy
 */

/** Pixels of a package's box. */
export const BOX_HEIGHT = 28;

/** @param {PageTarget} target @returns {Facts} */
export function factsOf(target) {
  const { packages } = target;
  const neededBy = packages.map(() => /** @type {number[]} */ ([]));
  packages.forEach(({ needs }, from) => {
    for (const to of needs) neededBy[to]?.push(from);
  });
  return { target, packages, neededBy };
}

/**
 * A package and all that it needs, directly or not.
 * @param {Facts} facts @param {number} start @returns {Set<number>}
 */
export function closureOf({ packages }, start) {
  const found = new Set([start]);
  for (const at of found) for (const to of packages[at]?.needs ?? []) found.add(to);
  return found;
}

/**
 * The shortest way from what was asked for to a package, both included.
 * @param {Facts} facts @param {number} end @returns {number[]}
 */
export function wayTo({ packages, neededBy }, end) {
  /** @type {Map<number, number | undefined>} */
  const next = new Map([[end, undefined]]);
  for (const at of next.keys()) {
    if (packages[at]?.asked === undefined) {
      for (const from of neededBy[at] ?? []) if (!next.has(from)) next.set(from, at);
      continue;
    }
    const way = [];
    for (let step = /** @type {number | undefined} */ (at); step !== undefined;) {
      way.push(step);
      step = next.get(step);
    }
    return way;
  }
  return [end];
}

/**
 * The packages whose names have the text in them: the name itself first, then those that begin with it.
 * @param {Facts} facts @param {string} text @returns {number[]}
 */
export function search({ packages }, text) {
  const wanted = text
    .trim()
    .toLowerCase()
    .replaceAll(/[-_.]+/g, "-");
  const rank = (/** @type {string} */ name) =>
    name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2;
  return packages
    .map(({ name }, i) => ({ name: name.toLowerCase().replaceAll(/[-_.]+/g, "-"), i }))
    .filter(({ name }) => name.includes(wanted))
    .sort((a, b) => (wanted === "" ? 0 : rank(a.name) - rank(b.name)))
    .map(({ i }) => i);
}

/** @param {Facts} facts @param {Iterable<number>} places @returns {number} bytes, of files whose size is known */
export function bytesOf({ packages }, places) {
  let sum = 0;
  for (const i of places) sum += packages[i]?.size ?? 0;
  return sum;
}

/** @param {number} bytes */
export function byteText(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** @param {number} count @param {string} noun */
export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** @param {string} text @param {number} most */
export function shortened(text, most) {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
