import { normalizeName, type PackageName } from "../base/index.ts";
import { CONDA_NAMES, PREFERRED_CONDA_NAMES } from "./conda-name-table.ts";

/** Conda's name to PyPI's: none where it is no Python project. */
export type NameTable = Readonly<Record<string, readonly string[]>>;

export interface MappingOptions {
  /** What the user says; comes first. */
  readonly own?: NameTable;
  /** An imported mapping by channel; `*` for all. */
  readonly snapshots?: ReadonlyMap<string, NameTable>;
}

/** Which projects of PyPI a conda package is; several may be one, and one several. */
export class NameMapping {
  private readonly own: NameTable;
  private readonly snapshots: ReadonlyMap<string, NameTable>;
  private readonly inverse = new Map<string, ReadonlyMap<string, readonly string[]>>();

  constructor({ own = {}, snapshots = new Map<string, NameTable>() }: MappingOptions = {}) {
    this.own = own;
    this.snapshots = snapshots;
  }

  /** The projects that tables say a conda package is; undefined where none says anything. */
  said(channel: string, name: string): readonly PackageName[] | undefined {
    for (const table of this.tables(channel)) {
      if (Object.hasOwn(table, name)) return (table[name] as readonly string[]).map(normalizeName);
    }
    return undefined;
  }

  /** Conda's names that tables say are a project. */
  condaNames(channel: string, project: PackageName): readonly string[] {
    let inverse = this.inverse.get(channel);
    if (inverse === undefined) {
      inverse = invert(this.tables(channel));
      this.inverse.set(channel, inverse);
    }
    return inverse.get(project) ?? [];
  }

  private tables(channel: string): readonly NameTable[] {
    const snapshots = [channel, "*"].map((key) => this.snapshots.get(key));
    return [this.own, ...snapshots.filter((table) => table !== undefined), CONDA_NAMES];
  }
}

/** Of each name what the first table with it says, by project. */
function invert(tables: readonly NameTable[]): ReadonlyMap<string, readonly string[]> {
  const inverse = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const table of tables) {
    for (const [name, projects] of Object.entries(table)) {
      if (seen.has(name)) continue;
      seen.add(name);
      for (const project of projects) {
        const key = normalizeName(project);
        const names = inverse.get(key);
        if (names === undefined) inverse.set(key, [name]);
        else names.push(name);
      }
    }
  }
  return inverse;
}

/** Conda's names of one project, the one to be taken first: the preferred, the equal, the others. */
export function rankNames(project: PackageName, names: Iterable<string>): readonly string[] {
  const preferred = Object.hasOwn(PREFERRED_CONDA_NAMES, project)
    ? PREFERRED_CONDA_NAMES[project]
    : undefined;
  function rank(name: string): number {
    if (name === preferred) return 0;
    if (name === project) return 1;
    return normalizeName(name) === project ? 2 : 3;
  }
  return [...new Set(names)].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
