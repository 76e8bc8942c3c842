import type { PackageName } from "../base/index.ts";
import type { PackageIndex } from "../index/index.ts";
import type { Requirement, RequirementInput } from "../requirement/index.ts";
import { type Conflict, resolve, type Resolution, type ResolveInput } from "../resolve/index.ts";
import { targetName, type Target } from "../target/index.ts";
import { lazyBuilder, type WithBuilds, withBuilds } from "./builds/resolution-builds.ts";
import type { FindChannelPython } from "./builds/lock-workshop.ts";
import { type ResolvedTarget } from "./assemble-lock.ts";
import { checkHashes } from "./check-hashes.ts";
import { keptVersions, renewalOf } from "./former-lock.ts";
import { runsHere, thisPlatform } from "./host.ts";
import { locateConda } from "./locate-conda.ts";
import { openClient } from "./open-client.ts";
import { openChannels, type TargetChannels } from "./open-channels.ts";
import { openIndex } from "./open-index.ts";
import { withNames } from "./named-references.ts";
import type { References } from "./references.ts";
import { withRemedies } from "./remedies.ts";
import type { Session } from "./session.ts";
import type { Inspect } from "./source-references.ts";
import { orderOf } from "./steer.ts";
import { partsOf } from "./request-parts.ts";
import { type PlannedResolution, plannedResolutions } from "./planned-sets.ts";
import type { LockPlan } from "./lock-plan.ts";

/**
 * What each target of a plan gets, set after set, in the plan's order. Throws the stages' errors, and UserError
 * `no-resolution` with the explanation.
 */
export async function resolveTargets(
  session: Session,
  plan: LockPlan,
): Promise<readonly ResolvedTarget[]> {
  const outcomes = await resolvePlan(session, plan);
  const planned = plannedResolutions(plan);
  const targets: ResolvedTarget[] = [];
  for (const [i, outcome] of outcomes.entries()) {
    const { input, ...named } = planned[i] as PlannedResolution;
    if (outcome.kind === "conflict") {
      const { conflictError } = await import("./conflict-error.ts");
      throw conflictError(outcome, { ...named, cwd: session.cwd });
    }
    checkHashes(input, outcome);
    const { builds, asked, ...resolution } = outcome;
    targets.push({
      ...named,
      resolution,
      ...(builds === undefined ? {} : { builds }),
      ...(asked === undefined ? {} : { asked }),
    });
  }
  return targets;
}

/** Solves the plan's problems in the order of `plannedResolutions`, up to the first that has a conflict. */
export async function resolvePlan(
  session: Session,
  plan: LockPlan,
): Promise<readonly (WithBuilds | Conflict)[]> {
  session.expectWork?.();
  const client = openClient(session, plan.indexes);
  const { indexes: settings, date, base, buildProviders: providers } = plan;
  const channelsOf = new Map<string, { target: Target; channels: TargetChannels }>();
  const channelPython: FindChannelPython = async (python) => {
    const found = channelsOf.get(python);
    if (found === undefined) return undefined;
    const { resolveChannelPython } = await import("./builds/lock-workshop.ts");
    return resolveChannelPython({ ...found, index: live, client, date, base });
  };
  // An index file has no addresses: what builds need comes from the live index, as of the same date.
  // What is built beside conda packages sees them, and which these are is not known before.
  const ahead = plan.request.installs === true && plan.channels.words.size === 0;
  const builds = {
    settings,
    client,
    index: () => live,
    providers,
    date,
    base,
    ahead,
    channelPython,
  };
  const builder = lazyBuilder(session, builds);
  const live = openIndex(session, {
    settings,
    client,
    date,
    renew: plan.request.upgrade !== undefined,
    build: async (release) => (await builder()).metadata(release),
  });
  const fromFile = plan.indexFile?.open({ live, date: plan.date });
  const index = fromFile ?? live;
  const referencesOf = (target: Target): References => {
    const inspect: Inspect = async (file) => (await builder()).inspect(file, target);
    return async (reference, requirement) => {
      const { readReference } = await import("./references.ts");
      return readReference(session, { reference, requirement, sources: { client, inspect } });
    };
  };
  const outcomes: WithBuilds[] = [];
  const planned = plannedResolutions(plan);
  const later: { close(): void }[] = [];
  function indexAt(date: number): PackageIndex {
    const opened = openIndex(session, { settings: plan.indexes, client, date });
    later.push(opened);
    return opened;
  }
  try {
    for (const { target, set, input: own } of planned) {
      const siblings = siblingVersions(ownSetFirst(outcomes, { planned, set }));
      const channels = await openChannels(session, target, {
        plan: plan.channels,
        settings: plan.settings,
        client,
        base,
        renew: plan.request.upgrade !== undefined,
        lacking: plan.lacking,
        names: own.requirements.map(({ name }) => name),
      });
      if (channels !== undefined) {
        later.push(channels);
        const isHere = runsHere(target.platform, thisPlatform());
        if (isHere) channelsOf.set(target.python.text, { target, channels });
      }
      const references = referencesOf(target);
      const read = await withoutBuiltNeeds(own, { references, target });
      const input = await withNames(read, references);
      const asked = resolveInput(session, {
        plan: { ...plan, input },
        target,
        set,
        index,
        references,
        siblings,
        channels,
      });
      const sources = {
        asked,
        ...(fromFile === undefined ? { indexAt } : {}),
        ...(plan.question === undefined ? {} : { keep: plan.question }),
        channels: [...plan.channels.words.keys()],
      };
      const found = await withRemedies(session, await resolve(asked), sources);
      if (found.kind === "conflict")
        return [...outcomes, await withSets(session, found, { plan, asked })];
      const located = await locateConda(found, client);
      const outcome = fromFile === undefined ? located : await fromFile.locate(located);
      const built = await withBuilds(session, outcome, { target, builder });
      outcomes.push(read === own ? built : { ...built, asked: read.requirements });
    }
    return outcomes;
  } finally {
    for (const opened of later) opened.close();
    index.close();
    if (index !== live) live.close();
    client.close();
  }
}

/** Most inputs say all that they need: what asks builds is not loaded then. */
async function withoutBuiltNeeds(
  input: RequirementInput,
  sources: { readonly references: References; readonly target: Target },
): Promise<RequirementInput> {
  if (input.requirements.every(({ needsOnly }) => needsOnly === undefined)) return input;
  const { withNeeds } = await import("./built-needs.ts");
  return withNeeds(input, sources);
}

/** What the same set has for other targets is nearer than what other sets have. */
function ownSetFirst<T>(
  outcomes: readonly T[],
  {
    planned,
    set,
  }: { readonly planned: readonly PlannedResolution[]; readonly set: string | undefined },
): readonly T[] {
  const isOwn = (_: T, i: number): boolean => planned[i]?.set === set;
  return [...outcomes.filter(isOwn), ...outcomes.filter((one, i) => !isOwn(one, i))];
}

/** A conflict between parts that could be locked apart, with that as what would help. */
async function withSets(
  session: Session,
  conflict: Conflict,
  { plan, asked }: { readonly plan: LockPlan; readonly asked: ResolveInput },
): Promise<Conflict> {
  if (plan.sets.length > 0 || partsOf(plan.request).length < 2) return conflict;
  const { withSetRemedy } = await import("./set-remedy.ts");
  return withSetRemedy(session, conflict, { plan, asked });
}

/** What the targets resolved before have; the first one counts. */
function siblingVersions(
  outcomes: readonly (Resolution | Conflict)[],
): ReadonlyMap<PackageName, string> {
  const versions = new Map<PackageName, string>();
  for (const outcome of outcomes) {
    if (outcome.kind === "conflict") continue;
    for (const { name, version } of outcome.pins) {
      if (!versions.has(name)) versions.set(name, version);
    }
  }
  return versions;
}

function resolveInput(
  session: Session,
  {
    plan,
    target,
    set,
    index,
    references,
    siblings,
    channels,
  }: {
    readonly set: string | undefined;
    readonly channels: TargetChannels | undefined;
    readonly plan: LockPlan;
    readonly target: Target;
    readonly index: PackageIndex;
    readonly references: References;
    readonly siblings: ReadonlyMap<PackageName, string>;
  },
): ResolveInput {
  const { input, request } = plan;
  const renewal = renewalOf(plan.former?.lock, { name: targetName(target), set }, request.upgrade);
  return {
    requirements: [
      ...(channels === undefined ? withoutChannels(input.requirements) : input.requirements),
      ...(channels?.python ?? []),
    ],
    constraints: input.constraints,
    ...(channels === undefined ? {} : { conda: channels.conda }),
    target,
    index,
    providers: orderOf(plan.rules),
    steering: plan.steering,
    ...(plan.nixpkgs === undefined ? {} : { nixpkgs: plan.nixpkgs }),
    preferences: new Map([
      ...keptVersions(plan.former?.lock, { name: targetName(target), set }, request.upgrade),
      ...plan.imported(target),
    ]),
    ...(renewal === undefined ? {} : { renewal }),
    siblings,
    prereleases: input.options.pre || request.pre === true,
    date: plan.date,
    report: session.report,
    noBinary: input.options.noBinary,
    onlyBinary: input.options.onlyBinary,
    referenceFile: references,
  };
}

/**
 * Where nothing is conda's, an environment.yml goes without pip, which it names so that its `pip:`
 * section can be used, and without Python, which the target is.
 */
function withoutChannels(requirements: readonly Requirement[]): readonly Requirement[] {
  return requirements.filter(
    ({ name, conda }) =>
      conda === undefined || (name !== "python" && (name !== "pip" || conda.fields.size > 1)),
  );
}
