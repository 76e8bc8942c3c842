import type { Conflict, Resolution, ResolveInput } from "../types.ts";
import { attempt } from "./attempt.ts";
import { changesFor } from "./changes-for.ts";
import type { Change, Remedy, RemedyOptions, Span } from "./types.ts";

/** So many remedies are told at most. */
const MOST_TOLD = 5;
/** So many problems are solved at most to find them. */
const MOST_TRIES = 40;
/** Of changes that do not help alone, so many are looked at for a second one. */
const MOST_FIRSTS = 6;

/**
 * Changes that make a conflict's problem solvable, the cheapest first: each has been tried by really
 * solving the changed problem. Where no single change helps, two together. Empty where none of those
 * that were tried does.
 */
export async function findRemedies(
  conflict: Conflict,
  input: ResolveInput,
  options: RemedyOptions,
): Promise<readonly Remedy[]> {
  const search = new Search(conflict, options);
  const failed = await search.single({ conflict, input, before: [] });
  if (search.found.length > 0) return search.found;
  for (const step of failed.slice(0, MOST_FIRSTS)) {
    if (search.found.length > 0) break;
    await search.single(step);
  }
  return search.found;
}

/** A problem that has none yet, and the changes that led to it. */
interface Step {
  readonly conflict: Conflict;
  readonly input: ResolveInput;
  readonly before: readonly Change[];
}

class Search {
  readonly found: Remedy[] = [];
  private tries = 0;
  private readonly conflict: Conflict;
  private readonly options: RemedyOptions;
  private readonly all: Span;

  constructor(conflict: Conflict, options: RemedyOptions) {
    this.conflict = conflict;
    this.options = options;
    this.all = options.patience("all");
  }

  /** Tries the changes of one step, one at a time; gives the problems that are still without. */
  async single({ conflict, input, before }: Step): Promise<readonly Step[]> {
    const helped = new Set(before.map(({ key }) => key));
    const failed: Step[] = [];
    for (const change of changesFor(conflict, input, this.options)) {
      if (this.isEnough()) break;
      if (helped.has(change.key)) continue;
      const changed = change.apply(input);
      const outcome = await this.attempt(changed);
      if (outcome?.kind === "resolution") {
        helped.add(change.key);
        this.found.push(remedyOf([...before, change], { outcome, conflict: this.conflict }));
      } else if (outcome !== undefined) {
        failed.push({ conflict: outcome, input: changed, before: [...before, change] });
      }
    }
    return failed;
  }

  private isEnough(): boolean {
    return this.found.length >= MOST_TOLD || this.tries >= MOST_TRIES || !this.all.goOn();
  }

  /** Undefined where it cannot be told: without the network, or not in time. */
  private attempt(input: ResolveInput): Promise<Resolution | Conflict | undefined> {
    this.tries++;
    const own = this.options.patience("try");
    return attempt(input, { ...own, goOn: () => own.goOn() && this.all.goOn() });
  }
}

function remedyOf(
  changes: readonly Change[],
  { outcome, conflict }: { readonly outcome: Resolution; readonly conflict: Conflict },
): Remedy {
  const names = new Set<string>(conflict.packages.map(({ name }) => name));
  const pins = outcome.pins.filter(({ name }) => names.has(name));
  return {
    kinds: changes.map(({ kind }) => kind),
    texts: changes.map(({ text }) => text(outcome)),
    pins: Object.fromEntries(pins.map(({ name, version }) => [name, version])),
  };
}
