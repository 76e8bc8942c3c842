import { bytesOf, byteText, closureOf, plural, wayTo } from "./facts.js";

/** @typedef {import("./facts.js").Facts} Facts */

/**
 * @param {string} tag
 * @param {{ class?: string, text?: string | undefined, title?: string }} [about]
 * @param {readonly (Node | string)[]} [children]
 */
export function element(tag, about = {}, children = []) {
  const made = document.createElement(tag);
  if (about.class !== undefined) made.className = about.class;
  if (about.title !== undefined) made.title = about.title;
  if (about.text !== undefined) made.textContent = about.text;
  made.append(...children);
  return made;
}

/**
 * A button that leads to a package.
 * @param {Facts} facts @param {number} place @param {{ providers: ReadonlyMap<string, number>, choose: (place: number) => void, size?: boolean }} options
 */
function packageButton({ packages }, place, { providers, choose, size = false }) {
  const item = packages[place];
  const made = element("button", { class: "package" }, [
    element("i", { class: `dot provider-${providers.get(item?.provider ?? "") ?? 0}` }),
    element("span", { class: "name", text: item?.name }),
    element("span", { class: "version", text: item?.version }),
    element("span", {
      class: "size",
      text: size && item?.size !== undefined ? byteText(item.size) : "",
    }),
  ]);
  if (item?.asked !== undefined) made.classList.add("asked");
  made.setAttribute("type", "button");
  made.dataset["place"] = `${place}`;
  made.addEventListener("click", () => choose(place));
  return made;
}

/**
 * The list of packages.
 * @param {Element} list @param {Facts} facts @param {readonly number[]} places
 * @param {{ providers: ReadonlyMap<string, number>, choose: (place: number) => void }} options
 */
export function fillList(list, facts, places, options) {
  list.replaceChildren(
    ...places.map((place) =>
      element("li", {}, [packageButton(facts, place, { ...options, size: true })]),
    ),
  );
}

/**
 * Everything about one package.
 * @param {Element} details @param {Facts} facts @param {number} place
 * @param {{ providers: ReadonlyMap<string, number>, choose: (place: number) => void, close: () => void }} options
 */
export function fillDetails(details, facts, place, options) {
  const item = facts.packages[place];
  if (item === undefined) return;
  const back = element("button", { class: "back", text: "All packages" });
  back.setAttribute("type", "button");
  back.addEventListener("click", options.close);
  const extras = item.extras.map((name) => element("span", { class: "chip", text: `[${name}]` }));
  details.replaceChildren(
    back,
    element("h2", { text: item.name }),
    element("p", { class: "release" }, [
      element("span", { class: "version", text: item.version }),
      ...(item.build === undefined ? [] : [element("span", { class: "chip", text: item.build })]),
      element("span", {
        class: `chip provider provider-${options.providers.get(item.provider) ?? 0}`,
        text: item.provider,
      }),
      ...extras,
    ]),
    factRows(facts, place),
    way(facts, place, options),
    packages("Needed by", facts.neededBy[place] ?? [], { facts, options }),
    packages("Needs", item.needs, { facts, options }),
  );
}

/** @param {Facts} facts @param {number} place */
function factRows(facts, place) {
  const item = facts.packages[place];
  const closure = closureOf(facts, place);
  const rows = [
    ["Size", item?.size === undefined ? "not known" : byteText(item.size)],
    ...(closure.size === 1
      ? []
      : [
          [
            "With all it needs",
            `${plural(closure.size, "package")}, ${byteText(bytesOf(facts, closure))}`,
          ],
        ]),
    ...(item?.file === undefined ? [] : [["File", item.file]]),
  ];
  return element(
    "dl",
    {},
    rows.flatMap(([term = "", text = ""]) => [
      element("dt", { text: term }),
      element("dd", { text }),
    ]),
  );
}

/**
 * Why it is here: the shortest way from what was asked for.
 * @param {Facts} facts @param {number} place @param {{ providers: ReadonlyMap<string, number>, choose: (place: number) => void }} options
 */
function way(facts, place, options) {
  const steps = wayTo(facts, place);
  const start = facts.packages[steps[0] ?? place];
  const asked = start?.asked ?? [];
  const first = element("li", { class: "input" }, [
    "You asked for ",
    element("code", { text: asked.length === 0 ? start?.name : asked.join(" and ") }),
  ]);
  const last = (/** @type {number} */ step) =>
    element("li", { class: step === place ? "here" : "" }, [packageButton(facts, step, options)]);
  return element("section", {}, [
    element("h3", { text: "Why it is here" }),
    element("ol", { class: "way" }, [first, ...steps.map(last)]),
  ]);
}

/**
 * @param {string} title @param {readonly number[]} places
 * @param {{ facts: Facts, options: { providers: ReadonlyMap<string, number>, choose: (place: number) => void } }} context
 */
function packages(title, places, { facts, options }) {
  const heading = element("h3", { text: title }, [
    element("span", { class: "count", text: `${places.length}` }),
  ]);
  const items = places.map((place) => element("li", {}, [packageButton(facts, place, options)]));
  const list =
    places.length === 0
      ? element("p", {
          class: "none",
          text: title === "Needs" ? "Nothing else" : "No other package",
        })
      : element("ul", {}, items);
  return element("section", {}, [heading, list]);
}
