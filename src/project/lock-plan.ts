import { dirname } from "node:path";
import { silent } from "../base/index.ts";
import { inputHash, type Lock } from "../lock/index.ts";
import type { NixpkgsList } from "../index/index.ts";
import { splitCredentials } from "../http/index.ts";
import {
  inputIdentity,
  inputLines,
  type Requirement,
  type RequirementInput,
} from "../requirement/index.ts";
import { type Steering } from "../resolve/index.ts";
import { targetName, type Target } from "../target/index.ts";
import { type LockHead } from "./assemble-lock.ts";
import { type ChannelPlan, planChannels } from "./channels.ts";
import type { ChannelPythonOptions, lackingPythons } from "./channel-python.ts";
import { checkProviders } from "./check-providers.ts";
import { chooseTargets } from "./choose-targets.ts";
import { readFormerLock, type FormerLock } from "./former-lock.ts";
import { readIndexSettings, type IndexSettings } from "./index-settings.ts";
import { nixpkgsPackages } from "./nixpkgs-packages.ts";
import { type FileLock, readFileLock } from "./file-lock.ts";
import { type InputSet, type ReadInputs, readInputs } from "./input-sets.ts";
import { identityOfSets, lockedSets } from "./planned-sets.ts";
import { type ImportedVersions, readImportedLocks } from "./imported-locks.ts";
import { noteRequest } from "./request-notes.ts";
import type { Session } from "./session.ts";
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
import type { LockRequest } from "./types.ts";
import { withoutBuilds } from "./without-builds.ts";

/** Wheels first, so that little has to be built to build something. */
const BUILD_PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  _default: ["wheel", "sdist"],
};

/** Everything a lock is made from, read and decided. */
export interface LockPlan {
  /** All that is asked for, of all sets together. */
  readonly input: RequirementInput;
  /** What is resolved apart, by name; none where all is resolved together. */
  readonly sets: readonly InputSet[];
  readonly targets: readonly Target[];
  readonly rules: readonly ProviderRule[];
  readonly channels: ChannelPlan;
  /** Pythons of the targets that this machine does not have, and that a channel may give. */
  readonly lacking: readonly string[];
  /** Further Pythons that channels have, the newest first, where the target's is the newest of a range. */
  readonly olderPythons: readonly string[];
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

/** Reads and decides everything that a lock is made from, without the network. Throws the stages' errors. */
export async function planLock(
  session: Session,
  request: LockRequest,
  { path, settings }: { readonly path?: string; readonly settings: Settings },
): Promise<LockPlan> {
  const inputs = await readInputs(session, request, settings);
  const read = withConstraints(inputs.input, settings);
  const former = path === undefined ? undefined : readFormerLock(path);
  const base = path === undefined ? session.cwd : dirname(path);
  const given = providerRules(settings, request);
  const channels = await planChannels(session, { rules: given, input: read, settings, base });
  const { rules, known } = channels;
  const asked = { order: orderOf(rules), channels: [...channels.words.keys()] };
  const requirements = withoutBuilds(read.requirements, { ...asked, report: session.report });
  const input = { ...read, requirements };
  const sets = plannedSets(inputs, { settings, ...asked });
  const indexes = readIndexSettings(session, { options: input.options, settings });
  const indexFile = await readFileLock(session);
  const date = chooseDate({ session, request, former, indexFile });
  const kept = request.upgrade === undefined ? former?.lock : undefined;
  let olderPythons: readonly string[] = [];
  const targets = await chooseTargets(session, {
    request,
    settings,
    input,
    former: former?.lock,
    pythons: async (wanted, platforms) => {
      const options = { plan: channels, settings, indexes, date, former: kept };
      const found = await pythonsOf(session, { ...options, platforms, request: wanted });
      olderPythons = (request.pythons?.length ?? 0) > 1 ? [] : found.slice(1);
      return found;
    },
  });
  const lacking =
    channels.words.size === 0
      ? []
      : await lackingOf(session, {
          plan: channels,
          former: request.upgrade === true ? undefined : former?.lock,
          targets,
        });
  const steering = steeringOf(settings, request);
  const identity = steeringIdentity(steering);
  const nixpkgs = await nixpkgsPackages(session, { request, settings });
  checkProviders(rules, {
    channels: [...channels.words.keys()],
    meant: known,
    hasNixpkgs: nixpkgs !== undefined,
  });
  noteRequest(session.report, { request, input, targets, former: former?.lock });
  const hash = inputHash({
    input: inputIdentity(input),
    ...identityOfSets(sets),
    ...(await foldersOf(session, input)),
    pre: request.pre === true,
    targets: targets.map(targetName),
    providers: orderOf(rules),
    ...(settings.buildProviders === undefined ? {} : { buildProviders: settings.buildProviders }),
    ...(identity === undefined ? {} : { steering: identity }),
    ...(nixpkgs === undefined ? {} : { nixpkgs: nixpkgs.contents }),
    ...(channels.identity === undefined ? {} : { conda: channels.identity }),
    ...(lacking.length === 0 ? {} : { channelPythons: lacking }),
    indexes: { urls: indexes.urls, pins: lockedPins(indexes) },
    ...(indexFile === undefined ? {} : { indexFile: indexFile.contents }),
  });
  return {
    input,
    sets,
    targets: newestPythonFirst(targets),
    rules,
    channels,
    lacking,
    olderPythons,
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
    date,
  };
}

type PythonsOptions = Omit<ChannelPythonOptions, "client"> & { readonly indexes: IndexSettings };

/** The Pythons that channels have: asked only where this machine has none that fits. */
async function pythonsOf(
  session: Session,
  { indexes, ...options }: PythonsOptions,
): Promise<readonly string[]> {
  if (options.plan.words.size === 0) return [];
  const { channelPythons } = await import("./channel-python.ts");
  const { openClient } = await import("./open-client.ts");
  const client = openClient(session, indexes);
  try {
    return await channelPythons(session, { ...options, client });
  } finally {
    client.close();
  }
}

async function lackingOf(
  session: Session,
  options: Parameters<typeof lackingPythons>[1],
): Promise<readonly string[]> {
  const { lackingPythons } = await import("./channel-python.ts");
  return lackingPythons(session, options);
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
export function lockHead({ input, sets, hash, date, rules, indexes }: LockPlan): LockHead {
  return {
    inputHash: hash,
    date: formatSnapshotDate(date),
    providers: orderOf(toldRules(rules)),
    indexes: indexes.urls,
    ...(sets.length === 0 ? { requirements: inputLines(input) } : lockedSets(sets)),
  };
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

/** The sets as they are to be resolved: notes are told once, of all of them together. */
function plannedSets(
  { sets }: ReadInputs,
  {
    settings,
    ...asked
  }: { readonly settings: Settings } & Omit<Parameters<typeof withoutBuilds>[1], "report">,
): readonly InputSet[] {
  return sets.map(({ name, input }) => {
    const requirements = withoutBuilds(input.requirements, { ...asked, report: silent });
    return { name, input: withConstraints({ ...input, requirements }, settings) };
  });
}

/** The input with the constraints of mach-nix.toml. */
function withConstraints(input: RequirementInput, { constraints }: Settings): RequirementInput {
  if (constraints === undefined) return input;
  return { ...input, constraints: [...input.constraints, ...constraints] };
}

function lockedPins({ pins }: IndexSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pins).map(([name, url]) => [name, splitCredentials(url).url]),
  );
}

/** Most inputs name no folders: what reads them is not loaded then. */
async function foldersOf(
  session: Session,
  input: RequirementInput,
): Promise<{ readonly folders?: readonly string[] }> {
  if (input.requirements.every(({ reference }) => reference?.kind !== "path")) return {};
  const { folderIdentities } = await import("./folder-identities.ts");
  return folderIdentities(session, input);
}
