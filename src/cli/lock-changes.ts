import { diffLocks, type Lock, type Pin } from "../lock/index.ts";
import { comparePep440, tryParsePep440 } from "../version/index.ts";

export type ChangeKind = "added" | "removed" | "upgraded" | "downgraded" | "changed";

/** What became of one package. */
export interface Change {
  readonly kind: ChangeKind;
  readonly name: string;
  /** Versions before and after, absent where there was none. */
  readonly from?: string;
  readonly to?: string;
  /** Of `changed`: what differs while the version is the same. */
  readonly differs?: readonly string[];
}

/** The changes of one target, by name. */
export interface TargetChanges {
  readonly target: string;
  readonly changes: readonly Change[];
}

/** What changed from one lock to another, a list for each target that differs. */
export function lockChanges(from: Lock, to: Lock): readonly TargetChanges[] {
  return diffLocks(from, to).map(({ target, added, removed, changed }) => ({
    target,
    changes: [
      ...added.map(({ name, version }): Change => ({ kind: "added", name, to: version })),
      ...removed.map(({ name, version }): Change => ({ kind: "removed", name, from: version })),
      ...changed.map(({ from, to }) => changeOf(from, to)),
    ].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }));
}

function changeOf(before: Pin, after: Pin): Change {
  const { name, version: from } = before;
  const { version: to } = after;
  if (from !== to) return { kind: direction(from, to), name, from, to };
  const differs = (["provider", "build", "artifact", "extras"] as const).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  return { kind: "changed", name, from, to, differs };
}

function direction(from: string, to: string): ChangeKind {
  const [a, b] = [tryParsePep440(from), tryParsePep440(to)];
  if (a === undefined || b === undefined) return "changed";
  return comparePep440(a, b) < 0 ? "upgraded" : "downgraded";
}

const MARKS: Readonly<Record<ChangeKind, string>> = {
  added: "+",
  removed: "-",
  upgraded: "↑",
  downgraded: "↓",
  changed: "~",
};

/** A line a change, under the name of its target; targets with the same changes share them. */
export function changeLines(targets: readonly TargetChanges[]): readonly string[] {
  const byLines = new Map<string, string[]>();
  for (const { target, changes } of targets) {
    const lines = changes.map((change) => `  ${changeLine(change)}`).join("\n");
    byLines.set(lines, [...(byLines.get(lines) ?? []), target]);
  }
  return [...byLines].flatMap(([lines, names]) => [names.join(", "), ...lines.split("\n")]);
}

function changeLine({ kind, name, from, to, differs = [] }: Change): string {
  const versions = from === undefined || to === undefined || from === to;
  const text = versions ? (to ?? from) : `${from} → ${to}`;
  const other = differs.length === 0 ? "" : ` (another ${differs.join(", ")})`;
  return `${MARKS[kind]} ${name} ${text}${other}`;
}
