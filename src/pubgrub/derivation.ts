import type { Incompatibility } from "./incompatibility.ts";
import type { Derivation, Term } from "./types.ts";
import type { VersionSet } from "./version-set.ts";

/** The graph of an incompatibility's causes, each once. Iterative: chains may be long. */
export function derivationOf<C>(store: readonly Incompatibility<C>[], root: number): Derivation<C> {
  const uses = countUses(store, root);
  const nodes = new Map<number, Derivation<C>>();
  const stack = [root];
  while (stack.length > 0) {
    const id = stack.at(-1) as number;
    const incompatibility = store[id] as Incompatibility<C>;
    const missing = causesOf(incompatibility).filter((cause) => !nodes.has(cause));
    if (nodes.has(id) || missing.length === 0) {
      stack.pop();
      if (!nodes.has(id)) nodes.set(id, nodeOf(id, incompatibility, { nodes, uses }));
    } else stack.push(...missing);
  }
  return nodes.get(root) as Derivation<C>;
}

function causesOf<C>(incompatibility: Incompatibility<C>): readonly number[] {
  return incompatibility.left < 0 ? [] : [incompatibility.left, incompatibility.right];
}

function countUses<C>(
  store: readonly Incompatibility<C>[],
  root: number,
): ReadonlyMap<number, number> {
  const uses = new Map<number, number>([[root, 1]]);
  const stack = [root];
  while (stack.length > 0) {
    for (const cause of causesOf(store[stack.pop() as number] as Incompatibility<C>)) {
      const before = uses.get(cause) ?? 0;
      uses.set(cause, before + 1);
      if (before === 0) stack.push(cause);
    }
  }
  return uses;
}

function nodeOf<C>(
  id: number,
  incompatibility: Incompatibility<C>,
  { nodes, uses }: { nodes: ReadonlyMap<number, Derivation<C>>; uses: ReadonlyMap<number, number> },
): Derivation<C> {
  const terms: Term[] = incompatibility.packages.map((package_, i) => ({
    package: package_,
    set: incompatibility.sets[i] as VersionSet,
  }));
  if (incompatibility.left < 0)
    return { kind: "external", id, terms, cause: incompatibility.cause as C };
  return {
    kind: "derived",
    id,
    terms,
    causes: [
      nodes.get(incompatibility.left) as Derivation<C>,
      nodes.get(incompatibility.right) as Derivation<C>,
    ],
    shared: (uses.get(id) ?? 0) > 1,
  };
}
