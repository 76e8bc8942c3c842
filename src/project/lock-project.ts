import { dirname, resolve as resolvePath } from "node:path";
import type { PackageName } from "../base/index.ts";
import { inputHash, type Lock, writeLock, writeLockFile } from "../lock/index.ts";
import type { NixpkgsList, PackageIndex } from "../index/index.ts";
import { splitCredentials } from "../http/index.ts";
import {
  inputIdentity,
  inputLines,
  type Requirement,
  type RequirementInput,
} from "../requirement/index.ts";
import {
  type Conflict,
  resolve,
  type Resolution,
  type ResolveInput,
  type Steering,
} from "../resolve/index.ts";
import { targetName, type Target } from "../target/index.ts";
import { lazyBuilder, type WithBuilds, withBuilds } from "./builds/resolution-builds.ts";
import { assembleLock, type LockHead, type ResolvedTarget } from "./assemble-lock.ts";
import { type ChannelPlan, planChannels } from "./channels.ts";
import { checkHashes } from "./check-hashes.ts";
import { checkProviders } from "./check-providers.ts";
import { chooseTargets } from "./choose-targets.ts";
import { noteSystemLibraries } from "./conda-notes.ts";
import { conflictError } from "./conflict-error.ts";
import { keptVersions, readFormerLock, type FormerLock } from "./former-lock.ts";
import { readIndexSettings, type IndexSettings } from "./index-settings.ts";
import { locateConda } from "./locate-conda.ts";
import { LOCK_FILE } from "./lock-file.ts";
import { openClient } from "./open-client.ts";
import { nixpkgsPackages } from "./nixpkgs-packages.ts";
import { openChannels, type TargetChannels } from "./open-channels.ts";
import { openIndex } from "./open-index.ts";
import { type FileLock, readFileLock } from "./file-lock.ts";
import { readSettings } from "./read-settings.ts";
import { readRequest } from "./read-request.ts";
import { noteHeldBack } from "./held-back-notes.ts";
import { type ImportedVersions, noteImported, readImportedLocks } from "./imported-locks.ts";
import { noteRequest } from "./request-notes.ts";
import { folderIdentities } from "./folder-identities.ts";
import { withNames } from "./named-references.ts";
import type { References } from "./references.ts";
import { withRemedies } from "./remedies.ts";
import type { Session } from "./session.ts";
import type { Inspect } from "./source-references.ts";
import type { Settings } from "./settings.ts";
import { formatSnapshotDate, parseSnapshotDate } from "./snapshot-date.ts";
import {
  orderOf,
  type ProviderRule,
  providerRules,
  steeringIdentity,
  steeringOf,
  toldRules,
} from "./steer.ts";
import type { LockRequest, LockResult } from "./types.ts";
import { withoutBuilds } from "./without-builds.ts";

/** Wheels first, so that little has to be built to build something. */
const BUILD_PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  _default: ["wheel", "sdist"],
};

/** Everything a lock is made from, read and decided. */
export interface LockPlan {
  readonly input: RequirementInput;
  readonly targets: readonly Target[];
  readonly rules: readonly ProviderRule[];
  readonly channels: ChannelPlan;
  readonly settings: Settings;
  /** Provider order of what builds need. */
  readonly buildProviders: Readonly<Record<string, readonly string[]>>;
  readonly steering: Steering;
  readonly nixpkgs?: NixpkgsList;
  readonly indexes: IndexSettings;
  readonly date: number;
  readonly hash: Lock["inputHash"];
  readonly former: FormerLock | undefined;
  readonly imported: ImportedVersions;
  readonly request: LockRequest;
  /** A requirement that is only asked about: no remedy touches it. */
  readonly question?: Requirement;
  /** The lock's folder: local files below it are locked relative to it. */
  readonly base: string;
  /** The index file that is resolved from instead of the live indexes. */
  readonly indexFile: FileLock | undefined;
}

/** What locking gives, and the input it read. */
export interface Locked extends LockResult {
  readonly input: RequirementInput;
}

/**
 * Resolves a request and writes the lock to `output`, `mach-nix.lock` in the session's folder unless
 * told otherwise; the mach-nix.toml beside it counts. With the same inputs as the lock there, nothing
 * is resolved; with other inputs, pins that still fit stay. Throws the stages' errors, and UserError
 * `no-resolution` with the explanation.
 */
export async function lockProject(
  session: Session,
  request: LockRequest & { readonly output?: string },
): Promise<LockResult> {
  const path = resolvePath(session.cwd, request.output ?? LOCK_FILE);
  const settings = await readSettings(dirname(path));
  const { input: _, ...result } = await lockAt(session, request, { path, settings });
  return result;
}

/** As `lockProject`, with the settings given. */
export async function lockAt(
  session: Session,
  request: LockRequest,
  { path, settings }: { readonly path: string; readonly settings: Settings },
): Promise<Locked> {
  const plan = await planLock(session, request, { path, settings });
  const { former, input } = plan;
  if (former !== undefined && isUnchanged(plan, former)) {
    return {
      lock: former.lock,
      text: former.text,
      path,
      changed: false,
      skipped: [],
      heldBack: [],
      input,
    };
  }
  const resolved = await resolveTargets(session, plan);
  const assembled = assembleLock(lockHead(plan), resolved, plan);
  const nix = former?.lock.nix;
  const lock = nix === undefined ? assembled : { ...assembled, nix };
  const text = writeLock(lock);
  const { changed } = writeLockFile(path, text);
  const skipped = resolved.flatMap(({ resolution }) => resolution.skipped);
  const heldBack = resolved.flatMap(({ target, resolution }) =>
    resolution.heldBack.map((one) => ({ ...one, target: targetName(target) })),
  );
  noteHeldBack(session.report, { heldBack, steering: plan.steering });
  noteImported(session.report, resolved, plan.imported);
  noteSystemLibraries(session.report, lock);
  return { lock, text, path, changed, skipped, heldBack, input };
}

/** Reads and decides everything that a lock is made from, without the network. Throws the stages' errors. */
export async function planLock(
  session: Session,
  request: LockRequest,
  { path, settings }: { readonly path?: string; readonly settings: Settings },
): Promise<LockPlan> {
  const read = withConstraints(await readRequest(session, request), settings);
  const former = path === undefined ? undefined : readFormerLock(path);
  const base = path === undefined ? session.cwd : dirname(path);
  const given = providerRules(settings, request);
  const channels = await planChannels(session, { rules: given, input: read, settings, base });
  const { rules, known } = channels;
  const asked = { order: orderOf(rules), channels: [...channels.words.keys()] };
  const requirements = withoutBuilds(read.requirements, { ...asked, report: session.report });
  const input = { ...read, requirements };
  const targets = await chooseTargets(session, { request, settings, input, former: former?.lock });
  const steering = steeringOf(settings, request);
  const identity = steeringIdentity(steering);
  const indexFile = await readFileLock(session);
  const nixpkgs = nixpkgsPackages(session, { request, settings });
  checkProviders(rules, {
    channels: [...channels.words.keys()],
    meant: known,
    hasNixpkgs: nixpkgs !== undefined,
  });
  noteRequest(session.report, { request, input, targets, former: former?.lock });
  const indexes = readIndexSettings(session, { options: input.options, settings });
  const hash = inputHash({
    input: inputIdentity(input),
    ...folderIdentities(session, input),
    pre: request.pre === true,
    targets: targets.map(targetName),
    providers: orderOf(rules),
    ...(settings.buildProviders === undefined ? {} : { buildProviders: settings.buildProviders }),
    ...(identity === undefined ? {} : { steering: identity }),
    ...(nixpkgs === undefined ? {} : { nixpkgs: nixpkgs.contents }),
    ...(channels.identity === undefined ? {} : { conda: channels.identity }),
    indexes: { urls: indexes.urls, pins: lockedPins(indexes) },
    ...(indexFile === undefined ? {} : { indexFile: indexFile.contents }),
  });
  return {
    input,
    targets: newestPythonFirst(targets),
    rules,
    channels,
    settings,
    buildProviders: { ...BUILD_PROVIDERS, ...settings.buildProviders },
    steering,
    ...(nixpkgs === undefined ? {} : { nixpkgs }),
    indexes,
    hash,
    former,
    imported: await readImportedLocks(session, request),
    request,
    base,
    indexFile,
    date: chooseDate({ session, request, former, indexFile }),
  };
}

/** The date given, else the former lock's, else the index file's, else the present moment. */
function chooseDate({
  session,
  request,
  former,
  indexFile,
}: Pick<LockPlan, "request" | "former" | "indexFile"> & { readonly session: Session }): number {
  if (request.date !== undefined) return parseSnapshotDate(request.date);
  if (former !== undefined && request.upgrade === undefined) return Date.parse(former.lock.date);
  return Math.floor((indexFile?.date ?? session.now()) / 1000) * 1000;
}

/** Whether a lock is what the plan would give. Hashes that it lacks are looked for again. */
export function isUnchanged(
  { hash, date, request, indexFile }: LockPlan,
  { lock }: FormerLock,
): boolean {
  if (indexFile?.canLocate === true && lacksHashes(lock)) return false;
  return (
    request.upgrade === undefined &&
    (request.fromLocks ?? []).length === 0 &&
    lock.inputHash === hash &&
    lock.date === formatSnapshotDate(date)
  );
}

function lacksHashes({ targets }: Lock): boolean {
  return targets.some(({ pins }) => pins.some(({ unhashed }) => unhashed !== undefined));
}

/** What a lock of the plan says beside its pins. */
export function lockHead({ input, hash, date, rules, indexes }: LockPlan): LockHead {
  return {
    inputHash: hash,
    date: formatSnapshotDate(date),
    providers: orderOf(toldRules(rules)),
    indexes: indexes.urls,
    requirements: inputLines(input),
  };
}

/** As `lockProject`, without a former lock and without writing. */
export async function lockRequest(
  session: Session,
  request: LockRequest,
  settings: Settings,
): Promise<{ readonly lock: Lock; readonly text: string }> {
  const plan = await planLock(session, request, { settings });
  const lock = assembleLock(lockHead(plan), await resolveTargets(session, plan), plan);
  return { lock, text: writeLock(lock) };
}

/**
 * The order in which targets are resolved: what one has is preferred for those after it, so the newest
 * Python, which can have the newest versions, comes first.
 */
function newestPythonFirst(targets: readonly Target[]): readonly Target[] {
  return targets.toSorted((a, b) => {
    const [one, other] = [a.python.release, b.python.release];
    const at = other.findIndex((part, i) => part !== one[i]);
    if (at >= 0) return (other[at] ?? 0) - (one[at] ?? 0);
    return targetName(a) < targetName(b) ? -1 : 1;
  });
}

/** What resolving a request gives for each of its targets by name, up to one that has a conflict. */
export async function resolveRequest(
  session: Session,
  request: LockRequest,
  settings: Settings,
): Promise<readonly (Resolution | Conflict)[]> {
  const plan = await planLock(session, request, { settings });
  const outcomes = await resolvePlan(session, plan);
  const conflict = outcomes.find(({ kind }) => kind === "conflict");
  if (conflict !== undefined) return [conflict];
  const named = plan.targets.map((target, i) => [targetName(target), outcomes[i]] as const);
  return named.toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, outcome]) => outcome ?? []);
}

async function resolveTargets(
  session: Session,
  plan: LockPlan,
): Promise<readonly ResolvedTarget[]> {
  const outcomes = await resolvePlan(session, plan);
  return outcomes.map((outcome, i) => {
    const target = plan.targets[i] as Target;
    if (outcome.kind === "conflict") throw conflictError(outcome, { target, cwd: session.cwd });
    checkHashes(plan.input, outcome);
    const { builds, ...resolution } = outcome;
    return { target, resolution, ...(builds === undefined ? {} : { builds }) };
  });
}

/** Resolves target after target, in the plan's order, up to the first that has a conflict. */
export async function resolvePlan(
  session: Session,
  plan: LockPlan,
): Promise<readonly (WithBuilds | Conflict)[]> {
  const client = openClient(session, plan.indexes);
  const { indexes: settings, date, base, buildProviders: providers } = plan;
  // An index file has no addresses: what builds need comes from the live index, as of the same date.
  const builds = { settings, client, index: () => live, providers, date, base };
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
  const later: { close(): void }[] = [];
  function indexAt(date: number): PackageIndex {
    const opened = openIndex(session, { settings: plan.indexes, client, date });
    later.push(opened);
    return opened;
  }
  try {
    for (const target of plan.targets) {
      const siblings = siblingVersions(outcomes);
      const channels = await openChannels(session, target, {
        plan: plan.channels,
        settings: plan.settings,
        client,
        base,
        renew: plan.request.upgrade !== undefined,
        names: plan.input.requirements.map(({ name }) => name),
      });
      if (channels !== undefined) later.push(channels);
      const references = referencesOf(target);
      const input = await withNames(plan.input, references);
      const asked = resolveInput(session, {
        plan: { ...plan, input },
        target,
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
      if (found.kind === "conflict") return [...outcomes, found];
      const located = await locateConda(found, client);
      const outcome = fromFile === undefined ? located : await fromFile.locate(located);
      outcomes.push(await withBuilds(session, outcome, { target, builder }));
    }
    return outcomes;
  } finally {
    for (const opened of later) opened.close();
    index.close();
    if (index !== live) live.close();
    client.close();
  }
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

/** The input with the constraints of mach-nix.toml. */
function withConstraints(input: RequirementInput, { constraints }: Settings): RequirementInput {
  if (constraints === undefined) return input;
  return { ...input, constraints: [...input.constraints, ...constraints] };
}

function resolveInput(
  session: Session,
  {
    plan,
    target,
    index,
    references,
    siblings,
    channels,
  }: {
    readonly channels: TargetChannels | undefined;
    readonly plan: LockPlan;
    readonly target: Target;
    readonly index: PackageIndex;
    readonly references: References;
    readonly siblings: ReadonlyMap<PackageName, string>;
  },
): ResolveInput {
  const { input, request } = plan;
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
      ...keptVersions(plan.former?.lock, targetName(target), request.upgrade),
      ...plan.imported(target),
    ]),
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

function lockedPins({ pins }: IndexSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pins).map(([name, url]) => [name, splitCredentials(url).url]),
  );
}
