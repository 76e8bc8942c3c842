import { UserError } from "../base/index.ts";
import type { HttpClient } from "../http/index.ts";
import type { Lock } from "../lock/index.ts";
import { condaSubdir, parsePlatform, type Target, targetName } from "../target/index.ts";
import { comparePep440, satisfiesPep440, tryParseSpecifiers } from "../version/index.ts";
import { firstPythonChannels, pythonChannels } from "./channel-order.ts";
import type { ChannelPlan } from "./channels.ts";
import { pinnedPython } from "./conda-pins.ts";
import { runsHere, thisPlatform } from "./host.ts";
import { openFolders } from "./open-channels.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";

/** A release of CPython with its lock, as conda builds it. */
const RELEASE = /^3\.\d+\.\d+$/;
const OTHER_BUILD = /pypy|graalpy|_cp\d+t$/;

/**
 * The Pythons of targets for this machine, `3.12`, that it does not have, and a channel may: where one is
 * among Python's providers, behind others. What a channel gave in the former lock stays so.
 */
export async function lackingPythons(
  session: Session,
  {
    plan,
    targets,
    former,
  }: {
    readonly plan: ChannelPlan;
    readonly targets: readonly Target[];
    readonly former: Lock | undefined;
  },
): Promise<readonly string[]> {
  if (pythonChannels(plan).length === firstPythonChannels(plan).length) return [];
  const here = targets.filter(({ platform }) => runsHere(platform, thisPlatform()));
  const lacking = new Set<string>();
  for (const target of here) {
    const { text } = target.python;
    if (lacking.has(text)) continue;
    const before = former?.targets.find(({ name }) => name === targetName(target));
    const isKept = before !== undefined && pinnedPython(before) !== undefined;
    if (isKept || !(await hasPython(session, text))) lacking.add(text);
  }
  return [...lacking].toSorted();
}

async function hasPython(session: Session, version: string): Promise<boolean> {
  const { pickInterpreter } = await import("./interpreters.ts");
  try {
    await pickInterpreter(session, version);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Whether an error says that this machine has no Python for a request. */
export function isNotFound(error: unknown): boolean {
  return error instanceof UserError && error.code === "python-not-found";
}

export interface ChannelPythonOptions {
  readonly plan: ChannelPlan;
  readonly settings: Settings;
  readonly client: HttpClient;
  /** Milliseconds since 1970: nothing built later exists. */
  readonly date: number;
  /** The lock whose Python stays if it fits. */
  readonly former: Lock | undefined;
  readonly platforms: readonly string[];
  /** What is asked for (`>=3.11`); any Python 3 where it is not said. */
  readonly request: string | undefined;
}

/**
 * The Pythons, `3.12`, that meet a request and that a channel has for all platforms, the newest first; of
 * the first channel that has any. That of the former lock alone, where it fits. None where the request is no
 * specifier.
 */
export async function channelPythons(
  session: Session,
  { platforms, request, former, ...options }: ChannelPythonOptions,
): Promise<readonly string[]> {
  const specifier = specifierOf(request);
  if (specifier === undefined) return [];
  const kept = former?.targets.find((target) => {
    const version = pinnedPython(target)?.version;
    return version !== undefined && satisfiesPep440(version, specifier);
  });
  if (kept !== undefined) return [kept.python];
  for (const word of pythonChannels(options.plan)) {
    const lists = await Promise.all(
      platforms.map((platform) => minorsOf(session, { ...options, word, platform, specifier })),
    );
    const [first = [], ...others] = lists;
    const common = first.filter((minor) => others.every((list) => list.includes(minor)));
    if (common.length > 0) return common.toSorted((a, b) => comparePep440(b, a));
  }
  return [];
}

/** `3.12`, `python3.12` and `>=3.11` in PEP 440's words; undefined for a path and the like. */
function specifierOf(request = ">=3.6"): string | undefined {
  const exact = /^(?:python|cpython)?[-@]?(\d+\.\d+)$/.exec(request)?.[1];
  if (exact !== undefined) return `==${exact}.*`;
  return tryParseSpecifiers(request) === undefined ? undefined : request;
}

/** The Pythons that a channel has for a platform, each once. */
async function minorsOf(
  session: Session,
  {
    word,
    platform,
    specifier,
    plan,
    ...options
  }: Omit<ChannelPythonOptions, "platforms" | "request" | "former"> & {
    readonly word: string;
    readonly platform: string;
    readonly specifier: string;
  },
): Promise<readonly string[]> {
  const folders = await openFolders(session, plan.words.get(word) ?? [], {
    ...options,
    subdir: condaSubdir(parsePlatform(platform)),
    renew: false,
  });
  try {
    const builds = (
      await Promise.all(folders.map(async (folder) => folder.records("python")))
    ).flat();
    const fitting = builds.filter(
      ({ version, build, timestamp = 0 }) =>
        RELEASE.test(version) &&
        !OTHER_BUILD.test(build) &&
        timestamp <= options.date &&
        satisfiesPep440(version, specifier),
    );
    return [...new Set(fitting.map(({ version }) => version.split(".").slice(0, 2).join(".")))];
  } finally {
    for (const folder of folders) folder.close();
  }
}
