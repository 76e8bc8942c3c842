import type { PackageName, Sha256 } from "../base/index.ts";
import {
  chainProviders,
  type CondaLayer,
  condaNode,
  NotReadYet,
  nixpkgsProvider,
  type Provider,
  sdistProvider,
  wheelProvider,
} from "../provider/index.ts";
import { type Outcome, solve } from "../pubgrub/index.ts";
import type { Requirement } from "../requirement/index.ts";
import { markerEnvironment, tagRanker } from "../target/index.ts";
import { Admission } from "./admission.ts";
import type { withChannels } from "./conda-provider.ts";
import { collectPins, denyUnpinned } from "./collect-pins.ts";
import { confirmAssumed } from "./confirm-assumed.ts";
import { resolveError } from "./errors.ts";
import { heldBackOf } from "./held-back.ts";
import { nodeName } from "./node-name.ts";
import { Overrides } from "./override-metadata.ts";
import { Projects, Restart } from "./projects.ts";
import { pythonTest } from "./python-test.ts";
import { Releases } from "./releases.ts";
import { RememberedList } from "./remembered-list.ts";
import { steeredProvider } from "./steered-provider.ts";
import type { Steering } from "./steering.ts";
import type {
  Conflict,
  ConflictCause,
  ConflictPackage,
  Resolution,
  ResolveInput,
  SkippedCandidate,
} from "./types.ts";
import { readReferences, Universe } from "./universe.ts";

/** What wheels' platform tags have in them. */
const TAG_WORDS = { linux: "linux", macos: "macosx", windows: "win" } as const;

/** Attempts before it must be a bug: each of them admits something new. */
const MAX_ATTEMPTS = 1000;

/**
 * Finds for the target one candidate of each project that the requirements need, directly or
 * through others, preferring earlier providers, former pins, newer versions; or why there is none.
 * The answer depends on nothing but the input, in any order. Throws UserError for references that
 * cannot be used and for what the index cannot know (network, integrity).
 */
export async function resolve(input: ResolveInput): Promise<Resolution | Conflict> {
  const environment = markerEnvironment(input.target);
  const admitsPython = pythonTest(environment.python_full_version);
  const { steering = {} } = input;
  const overrides = new Overrides(steering.overrides ?? []);
  const channels = await condaPart(input);
  const conda = channels?.layer;
  const provider = providerFor(input, { admitsPython, overrides, channels });
  const projects = new Projects(input, steeredProvider(provider, { steering, date: input.date }));
  const releases = new Releases({ projects, environment, admitsPython, overrides });
  const requirements = input.requirements
    .filter(({ marker }) => releases.holds(marker))
    .toSorted(byName);
  const constraints = input.constraints
    .filter(({ marker }) => releases.holds(marker))
    .toSorted(byName);
  for (const constraint of constraints) projects.constrain(constraint);
  for (const requirement of requirements) mention(requirement, projects);
  const admission = new Admission([...requirements, ...constraints], {
    all: input.prereleases,
    ...(steering.prereleases === undefined ? {} : { names: steering.prereleases }),
  });
  const skipped = new Map<string, SkippedCandidate>();
  const options = {
    projects,
    releases,
    admission,
    requirements,
    ...(input.goOn === undefined ? {} : { goOn: input.goOn }),
    preferences: input.preferences,
    ...(input.renewal === undefined ? {} : { renewal: input.renewal }),
    siblings: input.siblings ?? new Map<PackageName, string>(),
    lowest: lowestOf(steering, requirements),
    ...(conda === undefined ? {} : { conda }),
    skip: (candidate: SkippedCandidate) =>
      skipped.set(`${candidate.name} ${candidate.version}`, candidate),
  };
  await readReferences([...requirements, ...constraints], projects);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const universe = new Universe(options);
    const outcome = await tryOnce(universe);
    if (outcome === "restart") continue;
    if (outcome.kind === "solution") {
      if (denyUnpinned(outcome.decisions, universe, constraints)) continue;
      if (!(await confirmAssumed(outcome.decisions, universe))) continue;
      const pins = collectPins(outcome.decisions, universe, input.report);
      const heldBack =
        steering.minimumAge === undefined ? [] : heldBackOf(outcome.decisions, projects);
      return { kind: "resolution", pins, skipped: sortSkipped(skipped), heldBack };
    }
    if (!admission.widen(outcome.tree, projects) && !playAll(conda, projects)) {
      return conflictOf(outcome, { input, projects, skipped: sortSkipped(skipped) });
    }
  }
  throw new Error(`no end after ${MAX_ATTEMPTS} attempts`);
}

/** Conda's part in a resolution. */
interface CondaPart {
  readonly layer: CondaLayer;
  readonly withChannels: typeof withChannels;
}

/** Loads conda's part where something is in conda's terms. */
async function condaPart(input: ResolveInput): Promise<CondaPart | undefined> {
  const isAsked = [...input.requirements, ...input.constraints].some(
    ({ conda }) => conda !== undefined,
  );
  if (input.conda === undefined && !isAsked) return undefined;
  const part = await import("./conda-provider.ts");
  return { layer: part.condaLayer(input), withChannels: part.withChannels };
}

/** Where there was no answer: admits other candidates for all conda packages that projects are. */
function playAll(conda: CondaLayer | undefined, projects: Projects): boolean {
  const names = conda?.playAll() ?? [];
  for (const name of names) projects.byName(condaNode(name))?.reset();
  return names.length > 0;
}

/** One run of the solver. What admission decides may differ from the last, so sets are made anew. */
async function tryOnce(universe: Universe): Promise<Outcome<ConflictCause> | "restart"> {
  for (const { project } of universe.options.projects.nodes) project.sets.clear();
  try {
    return await solve(universe, { kind: "root" });
  } catch (error) {
    if (error instanceof Restart) return "restart";
    if (error instanceof NotReadYet) {
      await error.reading;
      return "restart";
    }
    throw error;
  }
}

/** The names whose lowest version is to be taken. */
function lowestOf(
  { order }: Steering,
  requirements: readonly Requirement[],
): true | ReadonlySet<PackageName> {
  if (order === "lowest") return true;
  return new Set(order === "lowest-direct" ? requirements.map(nodeName) : []);
}

function providerFor(
  input: ResolveInput,
  {
    admitsPython,
    overrides,
    channels,
  }: {
    readonly admitsPython: (specifier: string) => boolean;
    readonly channels: CondaPart | undefined;
    readonly overrides: Overrides;
  },
): Provider {
  const { index, nixpkgs } = input;
  const { release: python } = input.target.python;
  const hashes = hashesOf([...input.requirements, ...input.constraints]);
  const common = {
    index,
    admitsPython,
    hashes,
    requiresPython: (name: PackageName, version: string) => overrides.requiresPython(name, version),
  };
  const wheels = wheelProvider({
    ...common,
    rankWheel: tagRanker(input.target),
    noBinary: formatTest(input.noBinary, input.onlyBinary),
  });
  const providers = [wheels];
  if (index.sdistMetadata !== undefined) {
    const onlyBinary = formatTest(input.onlyBinary, input.noBinary);
    const system = TAG_WORDS[input.target.platform.os];
    providers.push(sdistProvider({ ...common, python, system, onlyBinary }));
  }
  if (nixpkgs !== undefined) providers.push(nixpkgsProvider({ list: nixpkgs, index, python }));
  const prefer = input.steering?.prefer;
  if (channels !== undefined) return channels.withChannels(providers, channels.layer, prefer);
  return chainProviders(providers, input.providers, prefer);
}

/**
 * pip's format control: whether a name is in `--no-binary` or `--only-binary`. A name in the other
 * list counts before `:all:` in this one.
 */
function formatTest(
  names: readonly string[] = [],
  others: readonly string[] = [],
): (name: PackageName) => boolean {
  const listed = new Set<string>(names);
  const exempt = new Set<string>(others);
  return (name) => listed.has(name) || (listed.has(":all:") && !exempt.has(name));
}

/** By name, the digests that all of its requirements with digests agree on (as pip). */
function hashesOf(
  requirements: readonly Requirement[],
): ReadonlyMap<PackageName, ReadonlySet<Sha256>> {
  const found = new Map<PackageName, ReadonlySet<Sha256>>();
  for (const { name, hashes } of requirements) {
    const own = hashes.filter(({ algorithm }) => algorithm === "sha256");
    if (own.length === 0) continue;
    const digests = new Set(own.map(({ hex }) => hex as Sha256));
    const before = found.get(name);
    found.set(name, new Set([...digests].filter((digest) => before?.has(digest) ?? true)));
  }
  return found;
}

function mention(requirement: Requirement, projects: Projects): void {
  if (requirement.name === "") {
    throw resolveError("resolve-reference-name", `${requirement.text} has no name`, {
      hint: `write it as NAME @ ${requirement.text}`,
      ...(requirement.place === undefined ? {} : { place: requirement.place }),
    });
  }
  projects.mention(nodeName(requirement));
}

function byName(a: Requirement, b: Requirement): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}

function sortSkipped(skipped: ReadonlyMap<string, SkippedCandidate>): readonly SkippedCandidate[] {
  return [...skipped.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function conflictOf(
  outcome: Extract<Outcome<ConflictCause>, { kind: "conflict" }>,
  {
    input,
    projects,
    skipped,
  }: { input: ResolveInput; projects: Projects; skipped: readonly SkippedCandidate[] },
): Conflict {
  const packages = projects.nodes.map(({ project, extra }): ConflictPackage => ({
    name: project.name,
    ...(extra === undefined ? {} : { extra }),
    versions: [...project.versions, ...project.references.map(({ file }) => file.version)],
    ...(project.list === undefined || project.list === null
      ? {}
      : { list: new RememberedList(project.list) }),
    references: project.references.map(({ file }) => file.file.url),
  }));
  const { target, date } = input;
  return {
    kind: "conflict",
    tree: outcome.tree,
    packages,
    target,
    providers: input.providers,
    date,
    knownNames: projects.names().toSorted(),
    skipped,
  };
}
