import { normalizeName } from "../base/index.ts";
import { SET_NAME } from "../lock/index.ts";
import type { ConflictItem, RequirementInput } from "../requirement/index.ts";
import { projectError } from "./errors.ts";
import type { SetParts } from "./set-settings.ts";
import type { LockRequest } from "./types.ts";

/** More sets than that are nobody's wish: their number grows by multiplication. */
const MOST_SETS = 64;

/**
 * The sets that follow from conflicts among the extras and groups asked for: each a largest choice of
 * them in which no two exclude each other, named by those that are in a conflict (`cpu`, `cpu+docs`).
 * Undefined where no two of them do. Throws UserError `project-many-sets`.
 */
export function conflictingSets(
  { extras = [], groups = [] }: Pick<LockRequest, "extras" | "groups">,
  { conflicts = [] }: Pick<RequirementInput, "conflicts">,
): Readonly<Record<string, SetParts>> | undefined {
  const asked = new Set([...extras.map(itemKey("extra")), ...groups.map(itemKey("group"))]);
  const excluded = exclusions(conflicts, asked);
  if (excluded.size === 0) return undefined;
  const involved = [...excluded.keys()].toSorted();
  const chosen = largestChoices(involved, excluded);
  const kept = [...asked].filter((key) => !excluded.has(key));
  const isAmbiguous = new Set(involved.map(nameOf)).size < involved.length;
  const named = chosen
    .map((keys) => ({
      name: keys.map((key) => (isAmbiguous ? key.replace(" ", "-") : nameOf(key))).join("+"),
      parts: partsOf([...keys, ...kept]),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(
    named.map(({ name, parts }, i) => [SET_NAME.test(name) ? name : `set-${i + 1}`, parts]),
  );
}

function itemKey(kind: ConflictItem["kind"]): (name: string) => string {
  return (name) => `${kind} ${normalizeName(name)}`;
}

function nameOf(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}

function partsOf(keys: readonly string[]): SetParts {
  const of = (kind: string): string[] =>
    keys
      .filter((key) => key.startsWith(`${kind} `))
      .map(nameOf)
      .toSorted();
  const [extras, groups] = [of("extra"), of("group")];
  return {
    ...(extras.length === 0 ? {} : { extras }),
    ...(groups.length === 0 ? {} : { groups }),
  };
}

type Exclusions = ReadonlyMap<string, ReadonlySet<string>>;

/** By each of the items asked for that excludes others of them, those others. */
function exclusions(
  conflicts: readonly (readonly ConflictItem[])[],
  asked: ReadonlySet<string>,
): Exclusions {
  const found = new Map<string, Set<string>>();
  for (const list of conflicts) {
    const keys = list.map(({ kind, name }) => itemKey(kind)(name)).filter((key) => asked.has(key));
    for (const one of keys) {
      for (const other of keys) {
        if (one === other) continue;
        found.set(one, (found.get(one) ?? new Set()).add(other));
      }
    }
  }
  return found;
}

/**
 * All maximal independent sets: Bron and Kerbosch's algorithm on who may stand together, which branches
 * only on those that may not stand beside a pivot (Tomita, Tanaka and Takahashi 2006).
 */
function largestChoices(items: readonly string[], excluded: Exclusions): readonly string[][] {
  const found: string[][] = [];
  const together = (one: string, other: string): boolean =>
    one !== other && excluded.get(one)?.has(other) !== true;
  function grow(chosen: string[], open: readonly string[], closed: readonly string[]): void {
    if (open.length === 0 && closed.length === 0) found.push(chosen.toSorted());
    if (found.length > MOST_SETS) throw tooMany();
    const fitting = (item: string): number => open.filter((other) => together(item, other)).length;
    const pivot = [...open, ...closed].reduce(
      (best, item) => (best === undefined || fitting(item) > fitting(best) ? item : best),
      undefined as string | undefined,
    );
    let [rest, done] = [open, closed];
    for (const item of open.filter((one) => pivot === undefined || !together(pivot, one))) {
      const fits = (other: string): boolean => together(item, other);
      grow([...chosen, item], rest.filter(fits), done.filter(fits));
      rest = rest.filter((other) => other !== item);
      done = [...done, item];
    }
  }
  grow([], items, []);
  return found;
}

function tooMany(): Error {
  return projectError(
    "project-many-sets",
    `the conflicts among the extras and groups asked for make more than ${MOST_SETS} sets`,
    { hint: "ask for fewer at once, or list the sets that are wanted: [sets] in mach-nix.toml" },
  );
}
