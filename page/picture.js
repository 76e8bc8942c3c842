import { BOX_HEIGHT, shortened } from "./facts.js";
import { layOutFocus } from "./focus.js";

/** @typedef {import("./facts.js").Facts} Facts */

/**
 * What is drawn, and what of it stands out; `focus` gives the rectangle that should be seen, where
 * one package is looked at.
 * @typedef {object} Picture
 * @property {(focus: Focus) => { x: number, y: number, width: number, height: number } | undefined} focus
 */

/**
 * @typedef {object} Focus
 * @property {number} [selected]
 * @property {readonly number[]} way From what was asked for to the selected package.
 * @property {ReadonlySet<number>} [shown] Where some are filtered out: those that are left.
 */

/** @typedef {{ from: number, to: number, isBack: boolean, path: SVGElement, shape: string }} Line */

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} tag @param {Record<string, string | number>} attributes @returns {SVGElement} */
function svgElement(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${value}`);
  return /** @type {SVGElement} */ (element);
}

/**
 * Draws a target's packages; `choose` is called with the package that is clicked on, or with nothing
 * for the ground.
 * @param {Facts} facts
 * @param {{ svg: SVGSVGElement, edges: Element, nodes: Element, providers: ReadonlyMap<string, number>, choose: (place?: number) => void }} surroundings
 * @returns {Picture}
 */
export function drawPicture(facts, { svg, edges, nodes, providers, choose }) {
  const { packages } = facts;
  const lines = packages.flatMap(({ needs, back = [] }, from) =>
    needs.map((to) => line(from, to, back.includes(to))),
  );
  const boxes = packages.map((item, i) => box(item, i, providers.get(item.provider) ?? 0));
  edges.replaceChildren(...lines.map(({ path }) => path));
  nodes.replaceChildren(...boxes);
  svg.onclick = ({ target }) => {
    const place = /** @type {Element} */ (target)
      .closest("[data-place]")
      ?.getAttribute("data-place");
    choose(place === null || place === undefined ? undefined : Number(place));
  };
  nodes.addEventListener("pointerover", ({ target }) => {
    const place = /** @type {Element} */ (target)
      .closest("[data-place]")
      ?.getAttribute("data-place");
    for (const { from, to, path } of lines) {
      path.classList.toggle("near", `${from}` === place || `${to}` === place);
    }
  });
  nodes.addEventListener("pointerleave", () => {
    for (const { path } of lines) path.classList.remove("near");
  });
  const drawn = { svg, lines, boxes, facts };
  /** Whether all stands where it does when no package is looked at. */
  let isAtRest = false;
  return {
    focus: ({ selected, way, shown }) => {
      const layout = selected === undefined ? undefined : layOutFocus(facts, selected, way);
      svg.classList.toggle("focused", layout !== undefined);
      svg.classList.toggle("filtered", layout === undefined && shown !== undefined);
      boxes.forEach((box, i) => box.classList.toggle("out", shown !== undefined && !shown.has(i)));
      if (layout !== undefined || !isAtRest) place({ selected, way, layout }, drawn);
      isAtRest = layout === undefined;
      return layout?.box;
    },
  };
}

/**
 * Moves boxes and arrows to where a focus wants them, or back to their own places.
 * @param {{ selected: number | undefined, way: readonly number[], layout: import("./focus.js").FocusLayout | undefined }} focus
 * @param {{ lines: readonly Line[], boxes: readonly SVGElement[], facts: Facts }} drawn
 */
function place({ selected, way, layout }, { lines, boxes, facts }) {
  const steps = new Set(way.slice(1).map((to, i) => `${way[i]} ${to}`));
  boxes.forEach((box, i) => {
    const { x, y } = placeOf(facts, i, layout?.places);
    box.style.transform = `translate(${x}px, ${y}px)`;
    box.classList.toggle("selected", i === selected);
    box.classList.toggle("way", layout !== undefined && way.includes(i));
    box.classList.toggle("away", layout !== undefined && !layout.places.has(i));
  });
  for (const line of lines) {
    const { from, to, isBack, path } = line;
    const isOnWay = steps.has(`${from} ${to}`);
    const isNear = layout !== undefined && (from === selected || to === selected || isOnWay);
    path.classList.toggle("way", isOnWay);
    path.classList.toggle("lit", isNear);
    path.classList.toggle("away", layout !== undefined && !isNear);
    path.classList.remove("near");
    if (layout !== undefined && !isNear) continue;
    const ends = [placeOf(facts, from, layout?.places), placeOf(facts, to, layout?.places)];
    const shape = curve(/** @type {[Placed, Placed]} */ (ends), isBack);
    if (shape !== line.shape) path.setAttribute("d", shape);
    line.shape = shape;
    if (isOnWay) path.parentNode?.append(path);
  }
}

/** @typedef {{ x: number, y: number, width: number }} Placed */

/** @param {Facts} facts @param {number} place @param {ReadonlyMap<number, { x: number, y: number }>} [places] @returns {Placed} */
function placeOf({ packages }, place, places) {
  const { x = 0, y = 0, width = 0 } = packages[place] ?? {};
  return { x, y, width, ...places?.get(place) };
}

/** @param {Facts["packages"][number]} item @param {number} place @param {number} provider */
function box({ name, version, asked, width }, place, provider) {
  const group = svgElement("g", {
    class: `node provider-${provider}${asked === undefined ? "" : " asked"}`,
    "data-place": place,
  });
  const label = svgElement("text", { class: "name", x: 14, y: 18.5 });
  label.textContent = shortened(name, 30);
  const release = svgElement("text", { class: "version", x: width - 11, y: 18 });
  release.textContent = shortened(version, 12);
  const title = svgElement("title", {});
  title.textContent = `${name} ${version}`;
  group.append(
    title,
    svgElement("rect", { class: "box", width, height: BOX_HEIGHT, rx: 7 }),
    svgElement("rect", { class: "bar", x: 4, y: 6, width: 3, height: BOX_HEIGHT - 12, rx: 1.5 }),
    label,
    release,
  );
  return group;
}

/** @param {number} from @param {number} to @param {boolean} isBack @returns {Line} */
function line(from, to, isBack) {
  const path = svgElement("path", { class: isBack ? "edge back" : "edge" });
  return { from, to, isBack, path, shape: "" };
}

/**
 * From the end of one box to the beginning of another; an arrow that closes a cycle goes back.
 * @param {[Placed, Placed]} ends @param {boolean} isBack
 */
function curve([a, b], isBack) {
  const goesBack = isBack && b.x < a.x;
  const [x1, y1] = [a.x + (goesBack ? 0 : a.width), a.y + BOX_HEIGHT / 2];
  const [x2, y2] = [b.x + (goesBack ? b.width : 0), b.y + BOX_HEIGHT / 2];
  const bend = Math.max(28, Math.abs(x2 - x1) / 2) * (goesBack ? -1 : 1);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
