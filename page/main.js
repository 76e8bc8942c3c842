import { openCamera } from "./camera.js";
import { bytesOf, byteText, factsOf, plural, search, wayTo } from "./facts.js";
import { element, fillDetails, fillList } from "./panel.js";
import { drawPicture } from "./picture.js";

/** @template {Element} [T=HTMLElement] @param {string} id @returns {T} */
function byId(id) {
  return /** @type {T} */ (/** @type {unknown} */ (document.getElementById(id)));
}

const data = /** @type {import("./facts.js").PageData} */ (
  JSON.parse(byId("data").textContent ?? "")
);
const providers = new Map(data.providers.map(({ name }, i) => [name, i]));
const svg = /** @type {SVGSVGElement} */ (byId("picture"));
const input = /** @type {HTMLInputElement} */ (byId("search"));
const list = byId("list");
const details = byId("details");
const camera = openCamera(svg, /** @type {SVGGElement} */ (byId("scene")));

let facts = factsOf(data.targets[0] ?? { name: "", width: 1, height: 1, packages: [] });
let picture = draw();
/** @type {number | undefined} */
let selected;
let bySize = false;
/** @type {Set<string>} */
const hidden = new Set();

function draw() {
  return drawPicture(facts, { svg, edges: byId("edges"), nodes: byId("nodes"), providers, choose });
}

/** The packages that the search and the providers leave, in the order of the list. */
function found() {
  const places = search(facts, input.value).filter(
    (place) => !hidden.has(facts.packages[place]?.provider ?? ""),
  );
  const size = (/** @type {number} */ place) => facts.packages[place]?.size ?? -1;
  return bySize ? places.sort((a, b) => size(b) - size(a)) : places;
}

function update() {
  const places = found();
  const isFiltered = input.value.trim() !== "" || hidden.size > 0;
  fillList(list, facts, places, { providers, choose });
  const all = facts.packages.length;
  byId("status").textContent =
    places.length === 0
      ? "No package has this in its name"
      : isFiltered
        ? `${places.length} of ${plural(all, "package")}`
        : `All ${plural(all, "package")}`;
  byId("order").textContent = bySize ? "Sorted by size" : "Sorted by name";
  showSelected(isFiltered ? new Set(places) : undefined);
}

/** @param {ReadonlySet<number>} [shown] */
function showSelected(shown) {
  details.hidden = selected === undefined;
  document.body.classList.toggle("detailed", selected !== undefined);
  if (selected !== undefined) {
    fillDetails(details, facts, selected, { providers, choose, close: () => choose() });
    details.scrollTop = 0;
  }
  const box = picture.focus({
    ...(selected === undefined ? {} : { selected }),
    way: selected === undefined ? [] : wayTo(facts, selected),
    ...(shown === undefined ? {} : { shown }),
  });
  camera.show(box);
}

/** @param {number} [place] */
function choose(place) {
  const item = place === undefined ? undefined : facts.packages[place];
  selected = item === undefined ? undefined : place;
  const address =
    item === undefined ? location.pathname + location.search : `#${encodeURIComponent(item.name)}`;
  history.replaceState(undefined, "", address);
  update();
}

/** The package that the address names, if any. */
function chooseByAddress() {
  const name = decodeURIComponent(location.hash.slice(1));
  const place = facts.packages.findIndex((item) => item.name === name);
  if (place >= 0) choose(place);
}

/** @param {number} index */
function openTarget(index) {
  const target = data.targets[index];
  if (target === undefined) return;
  const name = selected === undefined ? undefined : facts.packages[selected]?.name;
  facts = factsOf(target);
  picture = draw();
  camera.resize(target);
  const place = facts.packages.findIndex((item) => item.name === name);
  selected = place < 0 ? undefined : place;
  describe();
  update();
}

function describe() {
  document.querySelectorAll(".legend .tally").forEach((tally, i) => {
    const name = data.providers[i]?.name;
    tally.textContent = `${facts.packages.filter((item) => item.provider === name).length}`;
  });
  const { packages, target } = facts;
  const asked = packages.filter((item) => item.asked !== undefined).length;
  const bytes = byteText(bytesOf(facts, packages.keys()));
  const day = new Date(data.date).toLocaleDateString("en", { dateStyle: "long", timeZone: "UTC" });
  byId("title").textContent = plural(packages.length, "package");
  byId("summary").replaceChildren(
    `${asked} asked for · ${bytes}`,
    element("br"),
    `${target.name} · ${day}`,
  );
  document.title = `${plural(packages.length, "package")} for ${target.name}`;
}

function fillTargets() {
  const select = /** @type {HTMLSelectElement} */ (byId("target"));
  select.hidden = data.targets.length < 2;
  select.replaceChildren(
    ...data.targets.map(({ name }, i) => {
      const option = /** @type {HTMLOptionElement} */ (element("option", { text: name }));
      option.value = `${i}`;
      return option;
    }),
  );
  select.addEventListener("change", () => openTarget(Number(select.value)));
}

function fillProviders() {
  const buttons = data.providers.map(({ name, light, dark }, i) => {
    document.styleSheets[0]?.insertRule(
      `.provider-${i} { --color: light-dark(${light}, ${dark}) }`,
    );
    const button = element("button", { class: "legend", title: `Show or hide ${name}` }, [
      element("i", { class: `dot provider-${i}` }),
      name,
      element("span", { class: "tally" }),
    ]);
    button.setAttribute("type", "button");
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      if (!hidden.delete(name)) hidden.add(name);
      button.setAttribute("aria-pressed", `${!hidden.has(name)}`);
      update();
    });
    return button;
  });
  byId("providers").replaceChildren(...buttons);
}

/** The list's next or former package, or the first. @param {number} step */
function moveInList(step) {
  const buttons = [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("button"))];
  const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = at < 0 ? 0 : at + step;
  if (next < 0) input.focus();
  else buttons[next]?.focus();
}

/** Along an arrow: to what the package needs, or to who needs it. @param {boolean} isForward */
function moveInGraph(isForward) {
  if (selected === undefined) return;
  const next = isForward
    ? facts.packages[selected]?.needs[0]
    : (wayTo(facts, selected).at(-2) ?? facts.neededBy[selected]?.[0]);
  if (next !== undefined) choose(next);
}

function goBack() {
  if (selected !== undefined) choose();
  else if (input.value !== "") {
    input.value = "";
    update();
  } else camera.fit();
}

/** @type {Readonly<Record<string, () => void>>} */
const KEYS = {
  "/": () => input.focus(),
  "+": () => camera.zoom(1.4),
  "=": () => camera.zoom(1.4),
  "-": () => camera.zoom(1 / 1.4),
  0: () => camera.fit(),
  ArrowLeft: () => moveInGraph(false),
  ArrowRight: () => moveInGraph(true),
};

function listen() {
  input.addEventListener("input", () => {
    selected = undefined;
    update();
  });
  input.addEventListener("keydown", (event) => {
    const [first] = found();
    if (event.key === "Enter" && first !== undefined) choose(first);
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = /^(?:INPUT|SELECT)$/.test(document.activeElement?.tagName ?? "");
    const act =
      event.key === "Escape"
        ? goBack
        : event.key === "ArrowDown" || event.key === "ArrowUp"
          ? document.activeElement?.tagName === "SELECT" || selected !== undefined
            ? undefined
            : () => moveInList(event.key === "ArrowDown" ? 1 : -1)
          : isTyping
            ? undefined
            : KEYS[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  byId("zoom-in").addEventListener("click", () => camera.zoom(1.4));
  byId("zoom-out").addEventListener("click", () => camera.zoom(1 / 1.4));
  byId("zoom-fit").addEventListener("click", () => camera.fit());
  byId("order").addEventListener("click", () => {
    bySize = !bySize;
    update();
  });
  addEventListener("hashchange", chooseByAddress);
}

fillProviders();
fillTargets();
listen();
openTarget(0);
chooseByAddress();
