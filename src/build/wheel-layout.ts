import { posix } from "node:path";
import { buildError } from "./errors.ts";

/** The folders of a wheel's object. */
export type Part = "site" | "scripts" | "prefix" | "headers";

/** Where a file of a wheel goes. */
export interface Destination {
  readonly part: Part;
  /** Relative to the part. */
  readonly path: string;
}

const SCHEMES: ReadonlyMap<string, Part> = new Map<string, Part>([
  ["purelib", "site"],
  ["platlib", "site"],
  ["scripts", "scripts"],
  ["data", "prefix"],
  ["headers", "headers"],
]);

/**
 * Where a wheel's file goes (PEP 427, "The .data directory"). Scripts in folders of their own are
 * plain files of the prefix, as nothing but their place makes them scripts. Throws `wheel-layout`.
 */
export function destination(name: string): Destination {
  const top = name.slice(0, name.indexOf("/"));
  if (!top.endsWith(".data")) return { part: "site", path: name };
  const rest = name.slice(top.length + 1);
  const scheme = rest.slice(0, Math.max(0, rest.indexOf("/")));
  const part = SCHEMES.get(scheme);
  if (part === undefined) {
    throw buildError("wheel-layout", `${name} is for no place that wheels may put files`, {
      hint: `Below ${top}/ only ${[...SCHEMES.keys()].join(", ")} are known.`,
      facts: { entry: name },
    });
  }
  const path = rest.slice(scheme.length + 1);
  if (part === "scripts" && path.includes("/")) return { part: "prefix", path: `bin/${path}` };
  return { part, path };
}

/** Where each file goes. Two files for one place, or a file where a folder is, are refused. */
export function layOut(names: readonly string[]): Map<string, Destination> {
  const places = new Map<string, string>();
  const destinations = new Map<string, Destination>();
  for (const name of names) {
    const to = destination(name);
    const place = `${to.part}/${to.path}`;
    const other = places.get(place);
    if (other !== undefined) throw collision(name, other);
    places.set(place, name);
    destinations.set(name, to);
  }
  for (const [place, name] of places) checkParents(place, name, places);
  return destinations;
}

function checkParents(place: string, name: string, places: ReadonlyMap<string, string>): void {
  for (let parent = posix.dirname(place); parent !== "."; parent = posix.dirname(parent)) {
    const other = places.get(parent);
    if (other !== undefined) throw collision(name, other);
  }
}

function collision(name: string, other: string): Error {
  return buildError("wheel-layout", `${name} and ${other} go to the same place`, {
    facts: { entry: name, other },
  });
}
