import { readFileSync } from "node:fs";
import type { IndexConfiguration } from "../index/index.ts";
import { readPipConfiguration, type PipConfiguration } from "../index/index.ts";
import {
  type ConnectionSettings,
  settingsFromEnvironment,
  splitCredentials,
} from "../http/index.ts";
import type { RequirementOptions } from "../requirement/index.ts";
import { defaultIndexUrl } from "./default-index.ts";
import { projectError } from "./errors.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";

/** Which indexes are asked and how they are reached, decided from everything that can say so. */
export interface IndexSettings {
  /** URLs may carry credentials. */
  readonly configuration: IndexConfiguration;
  readonly connection: ConnectionSettings;
  /** Index URL by package name: the one index that serves it. */
  readonly pins: Readonly<Record<string, string>>;
  /** Addresses of conda's channels, which may carry credentials. */
  readonly channels?: readonly string[];
  /** The indexes in the order they are asked, without credentials: what a lock names. */
  readonly urls: readonly string[];
}

export interface IndexSources {
  /** What the requirements files say. */
  readonly options?: RequirementOptions;
  readonly settings: Settings;
  /** The index built into pip, as the build knows it. */
  readonly builtIn?: () => string | undefined;
}

/**
 * Indexes as pip would choose them: the command line, then the requirements files, then `PIP_*`
 * variables and pip's configuration files, then pip's built-in default. Throws UserError
 * `project-no-index` where none of them names an index that could be asked.
 */
export function readIndexSettings(
  session: Session,
  { options, settings, builtIn = defaultIndexUrl }: IndexSources,
): IndexSettings {
  const pip = readPipConfiguration({
    env: session.env,
    home: session.home.user,
    platform: process.platform,
    readFile: readText,
  });
  const configuration = chooseIndexes(session, { options, pip, builtIn });
  const connection = settingsFromEnvironment(session.env, pip);
  const trustedHosts = [...(connection.trustedHosts ?? []), ...(options?.trustedHosts ?? [])];
  const { extraIndexUrls, indexUrl } = configuration;
  const asked = [...extraIndexUrls, ...(indexUrl === undefined ? [] : [indexUrl])];
  return {
    configuration,
    connection: { ...connection, trustedHosts },
    pins: settings.indexes ?? {},
    channels: Object.values(settings.channels ?? {}).flat(),
    urls: [...new Set(asked.map((url) => splitCredentials(url).url))],
  };
}

function chooseIndexes(
  { options: given }: Session,
  {
    options,
    pip,
    builtIn,
  }: {
    readonly options: RequirementOptions | undefined;
    readonly pip: PipConfiguration;
    readonly builtIn: () => string | undefined;
  },
): IndexConfiguration {
  const findLinks = [...(given.findLinks ?? []), ...(options?.findLinks ?? []), ...pip.findLinks];
  const named = given.indexUrl ?? options?.indexUrl;
  const noIndex = options?.noIndex === true || (named === undefined && pip.noIndex);
  if (given.noIndex === true || (given.indexUrl === undefined && noIndex)) {
    return { extraIndexUrls: [], findLinks };
  }
  const indexUrl = named ?? pip.indexUrl ?? builtIn();
  if (indexUrl === undefined && given.offline !== true) {
    throw projectError("project-no-index", "no package index is known", {
      hint: "give one with --index-url URL",
    });
  }
  const extraIndexUrls = [
    ...(given.extraIndexUrls ?? []),
    ...(options?.extraIndexUrls ?? []),
    ...pip.extraIndexUrls,
  ];
  return { ...(indexUrl !== undefined && { indexUrl }), extraIndexUrls, findLinks };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
