import type { Pin } from "../lock/index.ts";

type Edges = ReadonlyMap<string, readonly string[]>;

/**
 * By name, the names that each pin's derivation depends on, and under "" those of the environment.
 * Derivations cannot depend on each other in a circle: where pins do, a member depends only on what is
 * later in the alphabet, and whatever needs one from outside gets all of the circle. As nix/graph.nix.
 */
export function nixDependencies(pins: readonly Pin[]): Edges {
  const names = new Set<string>(pins.map(({ name }) => name));
  const edges = new Map<string, readonly string[]>(
    pins.map(({ name, dependencies }) => [
      name,
      dependencies.filter((to) => to !== name && names.has(to)),
    ]),
  );
  const roots = pins.filter(({ requestedBy }) => requestedBy.includes("input"));
  edges.set(
    "",
    roots.map(({ name }) => name),
  );
  const entangled = peel(edges);
  return entangled.size === 0 ? edges : cutCircles(edges, entangled);
}

/** What remains when pins whose dependencies are all gone are taken away, again and again. */
function peel(edges: Edges): Edges {
  const left = [...edges].filter(([, to]) => to.some((name) => edges.has(name)));
  return left.length === edges.size ? edges : peel(new Map(left));
}

function cutCircles(edges: Edges, entangled: Edges): Edges {
  const reach = new Map([...entangled.keys()].map((name) => [name, reachable(entangled, name)]));
  const isCircular = (name: string): boolean => reach.get(name)?.has(name) === true;
  const circular = [...entangled.keys()].filter(isCircular).toSorted();
  const isTogether = (a: string, b: string): boolean =>
    reach.get(a)?.has(b) === true && reach.get(b)?.has(a) === true;
  const cut = (name: string, to: string): readonly string[] => {
    if (isTogether(name, to)) return name < to ? [to] : [];
    return isCircular(to) ? circular.filter((other) => isTogether(to, other)) : [to];
  };
  return new Map(
    [...edges].map(([name, all]) => [name, [...new Set(all.flatMap((to) => cut(name, to)))]]),
  );
}

/** Names reachable from one, by one step at least. */
function reachable(edges: Edges, start: string): ReadonlySet<string> {
  const found = new Set<string>();
  const todo = [...(edges.get(start) ?? [])];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    todo.push(...(edges.get(name) ?? []));
  }
  return found;
}
