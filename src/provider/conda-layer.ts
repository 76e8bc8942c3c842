import { isPromise, type MaybePromise, normalizeName, type PackageName } from "../base/index.ts";
import type { CondaFolder, CondaRecord } from "../index/index.ts";
import { condaRequirement, type Requirement } from "../requirement/index.ts";
import type { VirtualPackage } from "../target/index.ts";
import { type CondaCandidate, matchesConda } from "../version/index.ts";
import { NameMapping, rankNames } from "./conda-mapping.ts";
import { AskedRecord } from "./asked-record.ts";
import { NotReadYet } from "./not-read-yet.ts";
import { condaNameOf } from "./conda-names.ts";
import { bestFirst } from "./conda-order.ts";
import { providerOrder } from "./provider-order.ts";

/** Conda's part in a resolution. */
export interface CondaOptions {
  /** The folders of its channels for the target, by the word that stands in provider lists. */
  readonly channels: ReadonlyMap<string, readonly CondaFolder[]>;
  readonly virtual: readonly VirtualPackage[];
  readonly mapping?: NameMapping;
  /** Only the first channel that has a name gives it. */
  readonly strict?: boolean;
  /** Whether the Python that is there may stand in where no channel has one. */
  readonly systemPython?: boolean;
}

export interface LayerOptions extends CondaOptions {
  readonly order: Readonly<Record<string, readonly string[]>>;
  /** The target's Python, its release as numbers. */
  readonly python: readonly number[];
  /** Milliseconds since 1970: nothing built later exists. */
  readonly date: number;
}

/** The name that a match specification begins with. */
const NAME_OF_SPEC = /^[^\s=<>!~[;]+/;
/** Builds of python that are another interpreter, or one without its lock. */
const OTHER_PYTHON = /pypy|graalpy|_cp\d+t$/;
/** Names that no project of PyPI is meant by, though one may have it. */
const NO_PROJECT = /^(?:_|lib|r-|perl-|bioconductor-|python$|python_abi$|vc$|ucrt$|mkl)/;

/**
 * What the providers of conda's channels share: builds in their order, which projects of PyPI they
 * are, what the target has, and which projects are asked for outside of conda.
 */
export class CondaLayer {
  readonly words: readonly string[];
  readonly strict: boolean;
  readonly virtual: ReadonlyMap<string, CondaCandidate>;
  private readonly options: LayerOptions;
  private readonly mapping: NameMapping;
  private readonly sorted = new Map<string, MaybePromise<readonly CondaRecord[]>>();
  private readonly requirements = new Map<string, Requirement | string>();
  private readonly unary = new Map<string, boolean>();
  private readonly having = new Map<string, string | undefined>();
  private readonly mapped = new Map<string, readonly PackageName[]>();
  private readonly played = new Set<PackageName>();
  private readonly unlinked = new Map<PackageName, Set<string>>();

  constructor(options: LayerOptions) {
    this.options = options;
    this.words = [...options.channels.keys()];
    this.strict = options.strict === true;
    this.mapping = options.mapping ?? new NameMapping();
    this.virtual = new Map(
      options.virtual.map(({ name, version, build }) => [
        name,
        { name, version, build, build_number: 0 },
      ]),
    );
  }

  /** The providers of a package of the solver, best first. */
  order(node: PackageName): readonly string[] {
    const { order } = this.options;
    const name = condaNameOf(node);
    if (name === undefined) return providerOrder(order, node);
    const projects = this.projects(name);
    const key = projects.find((project) => Object.hasOwn(order, project));
    if (key !== undefined) return providerOrder(order, key);
    const own = normalizeName(name);
    const isChannel = (word: string): boolean => this.words.includes(word);
    const list = Object.hasOwn(order, own) ? (order[own] ?? []) : [];
    const found = list.some(isChannel) ? list : providerOrder(order, "_default");
    // What is no project of PyPI can come from nowhere else; Python can.
    const isOnlyConda = projects.length === 0 && name !== "python";
    return isOnlyConda && !found.some(isChannel) ? [...found, ...this.words] : found;
  }

  /** The builds of a name in the channels of a word, best first. */
  records(word: string, name: string): MaybePromise<readonly CondaRecord[]> {
    const key = `${word} ${name}`;
    let found = this.sorted.get(key);
    if (found === undefined) {
      found = this.read(word, name);
      this.sorted.set(key, found);
    }
    return found;
  }

  /** Those that are read. Throws NotReadYet where they have to be waited for. */
  known(word: string, name: string): readonly CondaRecord[] {
    const found = this.records(word, name);
    if (isPromise(found)) throw new NotReadYet(found);
    return found;
  }

  private read(word: string, name: string): MaybePromise<readonly CondaRecord[]> {
    const folders = this.options.channels.get(word) ?? [];
    const found = folders.map((folder) => folder.records(name));
    if (!found.some(isPromise)) return this.sort(found as (readonly CondaRecord[])[], name);
    return Promise.all(found.map(async (records) => records)).then((lists) => {
      const sorted = this.sort(lists, name);
      this.sorted.set(`${word} ${name}`, sorted);
      return sorted;
    });
  }

  private sort(lists: readonly (readonly CondaRecord[])[], name: string): readonly CondaRecord[] {
    const { date } = this.options;
    const existing = lists
      .flat()
      .filter(({ timestamp }) => timestamp === undefined || timestamp <= date);
    const fitting = name === "python" ? existing.filter((one) => this.isPython(one)) : existing;
    const channels = [...new Set(fitting.map(({ channel }) => channel))];
    if (channels.length < 2) return bestFirst(fitting);
    return channels.flatMap((own) => bestFirst(fitting.filter(({ channel }) => channel === own)));
  }

  /** Whether a build of python is the target's. */
  private isPython({ version, build }: CondaRecord): boolean {
    const release = version.split(".").map(Number);
    return !OTHER_PYTHON.test(build) && this.options.python.every((part, i) => release[i] === part);
  }

  /** Whether a word's channels have a name. */
  has(word: string, name: string): boolean {
    return (this.options.channels.get(word) ?? []).some((folder) =>
      folder.namesLike(normalizeName(name)).includes(name),
    );
  }

  /** The first word, in a package's order, whose channels have it. */
  firstWith(name: string): string | undefined {
    if (this.having.has(name)) return this.having.get(name);
    const word = this.words.find((one) => this.has(one, name));
    this.having.set(name, word);
    return word;
  }

  /** The projects of PyPI that a conda package is; of one that no channel has, probably. */
  projects(name: string): readonly PackageName[] {
    let projects = this.mapped.get(name);
    if (projects === undefined) this.mapped.set(name, (projects = this.findProjects(name)));
    return projects;
  }

  private findProjects(name: string): readonly PackageName[] {
    const word = this.firstWith(name);
    const said = this.mapping.said(word ?? "*", name);
    if (said !== undefined) return said;
    const own = normalizeName(name);
    if (word === undefined) return NO_PROJECT.test(name) ? [] : [own];
    return this.known(word, name).some(({ needsPython }) => needsPython) ? [own] : [];
  }

  /** The names in a word's channels that are a project, the one to be taken first. */
  names(word: string, project: PackageName): readonly string[] {
    const folders = this.options.channels.get(word) ?? [];
    const like = folders.flatMap((folder) => folder.namesLike(project));
    const said = this.mapping.condaNames(word, project).filter((name) => this.has(word, name));
    const all = rankNames(project, [...said, ...like]);
    return all.filter((name) => this.projects(name).includes(project));
  }

  /** A need or a constraint as a requirement; the reason where it cannot be read. */
  requirement(text: string): Requirement | string {
    let found = this.requirements.get(text);
    if (found === undefined) {
      try {
        found = condaRequirement(text);
      } catch (error) {
        found = error instanceof Error ? error.message : String(error);
      }
      this.requirements.set(text, found);
    }
    return found;
  }

  /** Whether the target meets what is said of Python or of the system; true for all else. */
  meetsTarget(text: string): boolean {
    let answer = this.unary.get(text);
    if (answer === undefined) {
      answer = this.decideUnary(text);
      this.unary.set(text, answer);
    }
    return answer;
  }

  private decideUnary(text: string): boolean {
    const name = NAME_OF_SPEC.exec(text)?.[0] ?? "";
    if (name !== "python" && !name.startsWith("__")) return true;
    const requirement = this.requirement(text);
    if (typeof requirement === "string" || requirement.conda === undefined) return true;
    const { conda } = requirement;
    return this.systems(name).some((candidate) => matchesConda(conda, candidate));
  }

  private systems(name: string): readonly CondaCandidate[] {
    const virtual = this.virtual.get(name);
    if (virtual !== undefined) return [virtual];
    if (name !== "python") return [];
    return [
      ...this.words
        .flatMap((word) => this.known(word, name))
        .map((record) => new AskedRecord(record)),
      ...this.systemPython,
    ];
  }

  /** The Python that is there, as a last resort. */
  get systemPython(): readonly CondaCandidate[] {
    if (this.options.systemPython === false) return [];
    const version = this.options.python.join(".");
    return [{ name: "python", version, build: "system", build_number: 0 }];
  }

  /** Whether a project is asked for outside of conda. */
  isPlayed(project: PackageName): boolean {
    return this.played.has(project);
  }

  /** Notes a conda package that was read as if its project were not asked for elsewhere. */
  leaveUnlinked(name: string, project: PackageName): void {
    const names = this.unlinked.get(project);
    if (names === undefined) this.unlinked.set(project, new Set([name]));
    else names.add(name);
  }

  /**
   * Notes that a project is asked for outside of conda; gives the conda packages that were read
   * without this being known, and have to be read again.
   */
  play(project: PackageName): readonly string[] {
    if (this.played.has(project)) return [];
    this.played.add(project);
    return [...(this.unlinked.get(project) ?? [])];
  }

  /** All packages that were read so: for when there is no answer otherwise. */
  playAll(): readonly string[] {
    return [...this.unlinked.keys()].flatMap((project) => this.play(project));
  }
}
