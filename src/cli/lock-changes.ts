import { diffLocks, type Lock, type Pin, targetLabel } from "../lock/index.ts";
import { comparePep440, tryParsePep440 } from "../version/index.ts";

export type ChangeKind = "added" | "removed" | "upgraded" | "downgraded" | "changed";

/** Something of a pin that has another value now; absent values are "none". */
export interface Difference {
  readonly what: "provider" | "build" | "attribute" | "extras" | "artifact";
  readonly from: string;
  readonly to: string;
}

/** What became of one package. */
export interface Change {
  readonly kind: ChangeKind;
  readonly name: string;
  /** Versions before and after, absent where there was none. */
  readonly from?: string;
  readonly to?: string;
  /** What differs besides the version. */
  readonly differs?: readonly Difference[];
}

/** The changes of one target, by name. */
export interface TargetChanges {
  readonly target: string;
  /** Of a lock with sets: which one. */
  readonly set?: string;
  readonly changes: readonly Change[];
}

/** What changed from one lock to another, a list for each target that differs. */
export function lockChanges(from: Lock, to: Lock): readonly TargetChanges[] {
  return diffLocks(from, to).map(({ target, set, added, removed, changed }) => ({
    target,
    ...(set === undefined ? {} : { set }),
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
  const differs = differences(before, after);
  const kind = from === to ? "changed" : direction(from, to);
  return { kind, name, from, to, ...(differs.length === 0 ? {} : { differs }) };
}

/** A new file is only told where nothing else says why it is another. */
function differences(before: Pin, after: Pin): readonly Difference[] {
  const found = (["provider", "build", "attribute", "extras"] as const)
    .map((what) => ({ what, from: valueText(before[what]), to: valueText(after[what]) }))
    .filter(({ from, to }) => from !== to);
  const file = { from: valueText(before.artifact), to: valueText(after.artifact) };
  const isExplained = before.version !== after.version || found.length > 0;
  return isExplained || file.from === file.to ? found : [{ what: "artifact", ...file }];
}

function valueText(value: string | readonly string[] | undefined): string {
  return (typeof value === "object" ? value.join(",") : value) || "none";
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
  for (const { target, changes, ...one } of targets) {
    const lines = changes.map((change) => `  ${changeLine(change)}`).join("\n");
    byLines.set(lines, [...(byLines.get(lines) ?? []), targetLabel({ ...one, name: target })]);
  }
  return [...byLines].flatMap(([lines, names]) => [names.join(", "), ...lines.split("\n")]);
}

function changeLine({ kind, name, from, to, differs = [] }: Change): string {
  const isOne = from === undefined || to === undefined || from === to;
  const text = isOne ? (to ?? from) : `${from} → ${to}`;
  const other = differs.map(({ what, from, to }) => `${WORDS[what]}${from} → ${to}`).join(", ");
  return `${MARKS[kind]} ${name} ${text}${other === "" ? "" : ` (${other})`}`;
}

/** Providers and files speak for themselves. */
const WORDS: Readonly<Record<Difference["what"], string>> = {
  provider: "",
  build: "build ",
  attribute: "attribute ",
  extras: "extras ",
  artifact: "",
};
