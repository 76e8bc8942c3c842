import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import type { BuildEnvironment, BuildOptions } from "./build-types.ts";

/** 1980-01-01, the first moment that a zip archive can tell. */
export const BUILD_EPOCH = "315532800";

/** The path at which builds see their environment where there are mounts. */
export const ENVIRONMENT = "/environment";

/** Paths as a build sees them. */
export interface BuildPlaces {
  /** The work folder. */
  readonly inside: string;
  /** The build environment's Python. */
  readonly python: string;
}

/**
 * The whole environment of a build, the same every time: what would tell two builds apart is fixed,
 * what would reach out is off.
 */
export function buildEnvironmentVariables(
  { environment, env, sandbox }: BuildOptions,
  { inside, python }: BuildPlaces,
): Record<string, string> {
  const jobs = String(availableParallelism());
  const home = join(inside, "home");
  const own = environment.tools;
  const path = [
    dirname(python),
    ...(own?.path ?? []),
    ...sandbox.tools.path,
    "/usr/local/bin",
    "/usr/bin",
    "/bin",
  ];
  return {
    PATH: path.join(":"),
    HOME: home,
    VIRTUAL_ENV: dirname(dirname(python)),
    SOURCE_DATE_EPOCH: BUILD_EPOCH,
    PYTHONHASHSEED: "0",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONNOUSERSITE: "1",
    PYTHONIOENCODING: "utf-8",
    LC_ALL: "C.UTF-8",
    LANG: "C.UTF-8",
    TZ: "UTC",
    TERM: "dumb",
    NO_COLOR: "1",
    USER: "build",
    LOGNAME: "build",
    ZERO_AR_DATE: "1",
    PIP_NO_INDEX: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    CARGO_NET_OFFLINE: "true",
    CARGO_HOME: join(home, ".cargo"),
    MAX_JOBS: jobs,
    CMAKE_BUILD_PARALLEL_LEVEL: jobs,
    // A checkout belongs to whoever made it, not to whom the build runs as.
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
    ...prefixMap([
      ...(sandbox.hasMounts
        ? []
        : [
            [inside, "/build"],
            [environmentOf(environment), ENVIRONMENT],
          ]),
      ...(environment.prefix === undefined ? [] : [[environment.prefix, "/conda"]]),
    ]),
    ...sandbox.tools.env,
    ...own?.env,
    ...env,
  };
}

function environmentOf({ python }: BuildEnvironment): string {
  return dirname(dirname(python));
}

/** Of paths that are not the same each time, compilers write others. */
function prefixMap(paths: readonly (readonly string[])[]): Record<string, string> {
  const map = paths.map(([from, to]) => `-ffile-prefix-map=${from}=${to}`).join(" ");
  return map === "" ? {} : { CFLAGS: map, CXXFLAGS: map };
}
