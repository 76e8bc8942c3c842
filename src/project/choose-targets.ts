import { UserError } from "../base/index.ts";
import type { Lock } from "../lock/index.ts";
import type { RequirementInput } from "../requirement/index.ts";
import { parsePlatform, parsePythonVersion, targetName, type Target } from "../target/index.ts";
import { thisPlatform } from "./host.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import type { LockRequest } from "./types.ts";

export interface TargetSources {
  readonly request: LockRequest;
  readonly settings: Settings;
  readonly input: RequirementInput;
  readonly former: Lock | undefined;
  /** The Pythons that channels have for a request and platforms, the newest first. */
  readonly pythons: (
    request: string | undefined,
    platforms: readonly string[],
  ) => Promise<readonly string[]>;
}

/** What an environment.yml asks for needs no interpreter: a channel has it. */
const EXACT = /^==(\d+\.\d+(?:\.\d+)?)(?:\.\*)?$/;
const VERSION = /^\d+\.\d+(\.\d+)?$/;

/**
 * Every Python on every platform, by name: as the request says, else mach-nix.toml, else the former
 * lock, else this machine's default Python and its platform. A version needs no interpreter; a range
 * or a path is that of the interpreter it finds, or of a channel where there is none. Throws the target and environment stages' errors.
 */
export async function chooseTargets(
  session: Session,
  sources: TargetSources,
): Promise<readonly Target[]> {
  const pythons = await choosePythons(session, sources);
  const platforms = choosePlatforms(sources);
  const targets = pythons.flatMap((python) =>
    platforms.map((platform) => ({
      python: parsePythonVersion(python),
      platform: parsePlatform(platform),
    })),
  );
  const byName = new Map(targets.map((target) => [targetName(target), target]));
  return [...byName.keys()].sort().map((name) => byName.get(name) as Target);
}

async function choosePythons(session: Session, sources: TargetSources): Promise<readonly string[]> {
  const { request, settings, former, input } = sources;
  if (request.pythons !== undefined) {
    const versions: string[] = [];
    for (const text of request.pythons) versions.push(await pythonVersion(session, text, sources));
    return versions;
  }
  if (settings.python !== undefined) {
    return [await pythonVersion(session, settings.python, sources)];
  }
  const exact = input.channels === undefined ? undefined : EXACT.exec(input.requiresPython ?? "");
  if (exact?.[1] !== undefined) return [exact[1]];
  if (former !== undefined) return former.targets.map(({ python }) => python);
  return [await pythonVersion(session, input.requiresPython, sources)];
}

async function pythonVersion(
  session: Session,
  text: string | undefined,
  sources: TargetSources,
): Promise<string> {
  if (text !== undefined && VERSION.test(text)) return text;
  const { pickInterpreter } = await import("./interpreters.ts");
  try {
    const { version } = await pickInterpreter(session, text);
    return version.split(".").slice(0, 2).join(".");
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const [newest] = await sources.pythons(text, choosePlatforms(sources));
    if (newest === undefined) throw error;
    return newest;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof UserError && error.code === "python-not-found";
}

function choosePlatforms({ request, settings, input, former }: TargetSources): readonly string[] {
  if (request.platforms !== undefined) return request.platforms;
  if (settings.platforms !== undefined) return settings.platforms;
  if (input.platforms !== undefined) return input.platforms;
  if (former !== undefined) return former.targets.map(({ platform }) => platform);
  return [thisPlatform().name];
}
