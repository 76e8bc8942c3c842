import { allProjects } from "./inspect-file.ts";
import { Layers } from "./layers.ts";
import type { ProjectData } from "./project-data.ts";

/** How a project differs between two index files. */
export interface ProjectChange {
  readonly name: string;
  readonly kind: "added" | "removed" | "changed";
  readonly addedVersions: readonly string[];
  readonly removedVersions: readonly string[];
  /** In both, with other files or metadata. */
  readonly changedVersions: readonly string[];
}

/** What differs between two index files, each with its deltas, project by project in their order. */
export function* diffFiles(before: string, after: string): Generator<ProjectChange> {
  for (const change of diffSteps(before, after)) if (change !== undefined) yield change;
}

/** The same, with undefined now and then, so that signals can be heard in between. */
export function* diffSteps(before: string, after: string): Generator<ProjectChange | undefined> {
  const a = Layers.open(before);
  try {
    const b = Layers.open(after);
    try {
      yield* changes(allProjects(a), allProjects(b));
    } finally {
      b.close();
    }
  } finally {
    a.close();
  }
}

function* changes(
  before: Iterator<ProjectData, void>,
  after: Iterator<ProjectData, void>,
): Generator<ProjectChange | undefined> {
  let compared = 0;
  let a = nextOf(before);
  let b = nextOf(after);
  while (a !== undefined || b !== undefined) {
    const order = compare(a, b);
    const change = changeOf(order <= 0 ? a : undefined, order >= 0 ? b : undefined);
    if (change !== undefined || ++compared % 1000 === 0) yield change;
    if (order <= 0) a = nextOf(before);
    if (order >= 0) b = nextOf(after);
  }
}

function nextOf(projects: Iterator<ProjectData, void>): ProjectData | undefined {
  const next = projects.next();
  return next.done === true ? undefined : next.value;
}

function compare(a: ProjectData | undefined, b: ProjectData | undefined): number {
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function changeOf(
  a: ProjectData | undefined,
  b: ProjectData | undefined,
): ProjectChange | undefined {
  const before = versionsOf(a);
  const after = versionsOf(b);
  const addedVersions = [...after.keys()].filter((version) => !before.has(version));
  const removedVersions = [...before.keys()].filter((version) => !after.has(version));
  const changedVersions = [...after]
    .filter(([version, text]) => before.has(version) && before.get(version) !== text)
    .map(([version]) => version);
  if (addedVersions.length + removedVersions.length + changedVersions.length === 0)
    return undefined;
  const kind = a === undefined ? "added" : b === undefined ? "removed" : "changed";
  const name = (b ?? a)?.name ?? "";
  return { name, kind, addedVersions, removedVersions, changedVersions };
}

/** All that is known of each version, as text. */
function versionsOf(data: ProjectData | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (data === undefined) return found;
  for (const list of [data.sdists, data.wheels, data.failures]) {
    for (const release of list) {
      const { version } = release;
      found.set(version, `${found.get(version) ?? ""}${JSON.stringify(release)}`);
    }
  }
  return found;
}
