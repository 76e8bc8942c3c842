import { isPromise, type PackageName } from "../base/index.ts";
import {
  type Candidate,
  type CandidateList,
  HandedOnList,
  type Provider,
  type Refusal,
  shownName,
} from "../provider/index.ts";
import { satisfiesPep440, tryParsePep440 } from "../version/index.ts";
import type { Exclusion, MinimumAge, Steering } from "./steering.ts";

/** The same provider without what the user excluded, and what is too young at a date. */
export function steeredProvider(
  provider: Provider,
  { steering, date }: { readonly steering: Steering; readonly date: number },
): Provider {
  const { excluded = [], minimumAge } = steering;
  if (excluded.length === 0 && minimumAge === undefined) return provider;
  function steered(list: CandidateList | undefined): CandidateList | undefined {
    if (list === undefined) return undefined;
    // A conda package that is no project goes by conda's name.
    const known = shownName(list.name) as PackageName;
    const own = excluded.filter(({ name }) => name === known);
    const age = ageOf(known, minimumAge);
    return own.length === 0 && age <= 0
      ? list
      : new SteeredCandidates(list, { excluded: own, age, date });
  }
  return {
    name: provider.name,
    prefetch: (name) => provider.prefetch(name),
    candidates(name) {
      const found = provider.candidates(name);
      return isPromise(found) ? found.then(steered) : steered(found);
    },
  };
}

function ageOf(name: PackageName, minimumAge: MinimumAge | undefined): number {
  return minimumAge?.byName.get(name) ?? minimumAge?.all ?? 0;
}

interface Limits {
  readonly excluded: readonly Exclusion[];
  /** Milliseconds. */
  readonly age: number;
  readonly date: number;
}

class SteeredCandidates extends HandedOnList {
  private readonly limits: Limits;
  private readonly looked: (Candidate | Refusal | undefined)[] = [];

  constructor(list: CandidateList, limits: Limits) {
    super(list);
    this.limits = limits;
  }

  override look(i: number): Candidate | Refusal {
    return (this.looked[i] ??= this.decide(i));
  }

  private decide(i: number): Candidate | Refusal {
    const found = super.look(i);
    if (found.kind === "refusal") return found;
    const excluded = this.limits.excluded.find(({ versions }) => covers(versions, found.version));
    if (excluded !== undefined) {
      const { reason, place } = excluded;
      const why = { kind: "excluded", reason, ...(place === undefined ? {} : { place }) } as const;
      return { kind: "refusal", key: `excluded ${JSON.stringify(why)}`, reason: why };
    }
    const { age, date } = this.limits;
    const uploadTime = found.file?.uploadTime;
    if (uploadTime === undefined || uploadTime <= date - age) return found;
    return { kind: "refusal", key: "too-young", reason: { kind: "too-young", age, uploadTime } };
  }
}

/** Whether a release is among those named; a version unknown to PEP 440 only if all are. */
export function covers(versions: Exclusion["versions"], version: string): boolean {
  if (versions.specifiers.length === 0) return true;
  return (
    tryParsePep440(version) !== undefined &&
    satisfiesPep440(version, versions, { prereleases: true })
  );
}
