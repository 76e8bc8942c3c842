import { URGENCY, type Urgency } from "./types.ts";

const LATE = 1;
const EARLY = 2;

/** So many times in conflicts, and a package's place in the order changes. */
const THRESHOLD = 5;

/**
 * Which package to decide next: fixed ones first, then those with a single version asked for, those
 * whose candidates were often rejected, those that often caused it, the others; among equals the
 * group that was mentioned first, in it the package that was. Order decides which of several
 * solutions is found, so it may depend on nothing but the problem.
 */
export class DecisionOrder {
  private readonly classes: number[] = [];
  private readonly places: number[] = [];
  private readonly mentions: number[] = [];
  private readonly groups: number[] = [];
  private readonly affected: number[] = [];
  private readonly culprit: number[] = [];
  private nextPlace = 0;
  private nextMention = 0;
  private prioritize: number[] = [];
  private deprioritize: number[] = [];

  /** A package was asked for. */
  mention(package_: number, group: number, urgency: Urgency): void {
    if (this.mentions[package_] === undefined) {
      this.mentions[package_] = this.nextMention++;
      this.groups[package_] = group;
    }
    const before = this.classes[group];
    if (before === undefined) {
      this.places[group] = this.nextPlace++;
      this.classes[group] = urgency;
    } else if (urgency > before) this.classes[group] = urgency;
  }

  /** Whether the package was mentioned at all. */
  isBefore(a: number, b: number): boolean {
    const groupA = this.groups[a] as number;
    const groupB = this.groups[b] as number;
    if (groupA === groupB) return (this.mentions[a] as number) < (this.mentions[b] as number);
    const classA = this.classes[groupA] as number;
    const classB = this.classes[groupB] as number;
    if (classA !== classB) return classA > classB;
    return (this.places[groupA] as number) < (this.places[groupB] as number);
  }

  /**
   * Counts a conflict: `affected` had a candidate rejected by an incompatibility between these
   * packages.
   */
  conflict(affected: number, next: number, packages: readonly number[]): void {
    let real = false;
    for (const other of packages) {
      if (this.groups[other] === undefined || this.groups[other] === this.groups[affected])
        continue;
      real = true;
      const count = (this.culprit[other] ?? 0) + 1;
      this.culprit[other] = count;
      if (count === THRESHOLD) this.deprioritize.push(other);
    }
    if (!real || this.groups[next] === undefined) return;
    const count = (this.affected[next] ?? 0) + 1;
    this.affected[next] = count;
    if (count === THRESHOLD) this.prioritize.push(next);
  }

  /** Applies what the conflicts call for; gives the packages to be undone, whose place is now later. */
  reorder(): readonly number[] {
    if (this.prioritize.length === 0 && this.deprioritize.length === 0) return [];
    for (const package_ of this.prioritize) this.classes[this.groups[package_] as number] = EARLY;
    const undone = this.deprioritize.filter((package_) => this.makeLate(package_));
    this.prioritize = [];
    this.deprioritize = [];
    return undone;
  }

  private makeLate(package_: number): boolean {
    const group = this.groups[package_] as number;
    const class_ = this.classes[group];
    if (class_ === EARLY || class_ === LATE || class_ === URGENCY.fixed) return false;
    this.classes[group] = LATE;
    return true;
  }
}
