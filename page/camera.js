/** @typedef {{ x: number, y: number, width: number, height: number }} Rectangle */

/**
 * What is seen of the picture, and how large: dragging, wheel, two fingers, and flights.
 * @typedef {object} Camera
 * @property {() => void} fit
 * @property {(factor: number) => void} zoom
 * @property {(box?: Rectangle) => void} show Flies to a part of the scene, or back to where it was before.
 * @property {(size: { width: number, height: number }) => void} resize
 */

const MARGIN = 40;
const SMALLEST = 0.05;
const LARGEST = 3;
/** A pointer that moved less has clicked. */
const CLICK = 4;

/** @param {SVGSVGElement} svg @param {SVGGElement} scene @returns {Camera} */
export function openCamera(svg, scene) {
  let whole = { x: 0, y: 0, width: 1, height: 1 };
  /** What is looked at: all of it, or a part. */
  let part = whole;
  /** Where the whole was looked at from, before the part was. */
  /** @type {typeof view | undefined} */
  let before;
  let view = { x: 0, y: 0, k: 1 };
  let flight = 0;
  let isFitted = true;

  /** @param {typeof view} next */
  function set(next) {
    view = next;
    scene.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.k})`);
    svg.classList.toggle("far", view.k < 0.4);
  }

  /** @param {typeof view} goal */
  function fly(goal) {
    cancelAnimationFrame(flight);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return set(goal);
    const from = view;
    const start = performance.now();
    const step = (/** @type {number} */ now) => {
      const t = Math.min(1, Math.max(0, (now - start) / 320));
      const eased = 1 - (1 - t) ** 3;
      const between = (/** @type {"x" | "y" | "k"} */ key) =>
        from[key] + (goal[key] - from[key]) * eased;
      set({ x: between("x"), y: between("y"), k: between("k") });
      if (t < 1) flight = requestAnimationFrame(step);
    };
    flight = requestAnimationFrame(step);
  }

  /** @param {number} k */
  const limited = (k) => Math.min(LARGEST, Math.max(SMALLEST, k));

  /** @param {Rectangle} box */
  function fitted({ x, y, width, height }) {
    const { clientWidth, clientHeight } = svg;
    const room = Math.min((clientWidth - 2 * MARGIN) / width, (clientHeight - 2 * MARGIN) / height);
    const k = limited(Math.min(room, 1.2));
    return {
      k,
      x: clientWidth / 2 - (x + width / 2) * k,
      y: clientHeight / 2 - (y + height / 2) * k,
    };
  }

  /** @param {number} factor @param {{ x: number, y: number }} at */
  function zoomAt(factor, { x, y }) {
    const k = limited(view.k * factor);
    const grown = k / view.k;
    isFitted = false;
    return { k, x: x - (x - view.x) * grown, y: y - (y - view.y) * grown };
  }

  const centre = () => ({ x: svg.clientWidth / 2, y: svg.clientHeight / 2 });
  followPointers(svg, {
    move: (dx, dy) => {
      isFitted = false;
      set({ ...view, x: view.x + dx, y: view.y + dy });
    },
    zoom: (factor, at) => set(zoomAt(factor, at)),
    stop: () => cancelAnimationFrame(flight),
  });
  new ResizeObserver(() => isFitted && set(fitted(part))).observe(svg);

  return {
    fit: () => {
      isFitted = true;
      fly(fitted(part));
    },
    zoom: (factor) => fly(zoomAt(factor, centre())),
    show: (box) => {
      if (box === undefined && part === whole) return;
      if (box !== undefined && part === whole) before = isFitted ? undefined : view;
      part = box ?? whole;
      isFitted = box !== undefined || before === undefined;
      fly(isFitted ? fitted(part) : (before ?? fitted(part)));
    },
    resize: (size) => {
      whole = { x: 0, y: 0, ...size };
      part = whole;
      before = undefined;
      isFitted = true;
      set(fitted(part));
    },
  };
}

/**
 * @param {SVGSVGElement} svg
 * @param {{ move: (dx: number, dy: number) => void, zoom: (factor: number, at: { x: number, y: number }) => void, stop: () => void }} act
 */
function followPointers(svg, { move, zoom, stop }) {
  /** @type {Map<number, { x: number, y: number }>} */
  const pointers = new Map();
  let travelled = 0;
  const place = (/** @type {MouseEvent} */ event) => {
    const { left, top } = svg.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stop();
    if (pointers.size === 0) travelled = 0;
    pointers.set(event.pointerId, place(event));
  });
  svg.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = place(event);
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (travelled > CLICK && !svg.hasPointerCapture(event.pointerId)) {
      svg.setPointerCapture(event.pointerId);
      svg.classList.add("dragged");
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    if (other === undefined) return move(now.x - before.x, now.y - before.y);
    const distance = (/** @type {{ x: number, y: number }} */ at) =>
      Math.max(1, Math.hypot(at.x - other.x, at.y - other.y));
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    zoom(distance(now) / distance(before), middle);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    svg.addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      if (pointers.size === 0) svg.classList.remove("dragged");
    });
  }
  svg.addEventListener("click", (event) => travelled > CLICK && event.stopPropagation(), true);
  svg.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      stop();
      const pixels = event.deltaMode === 1 ? event.deltaY * 30 : event.deltaY;
      zoom(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0016)), place(event));
    },
    { passive: false },
  );
}
