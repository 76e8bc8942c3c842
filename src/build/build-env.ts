import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import type { BuildOptions } from "./build-types.ts";

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
  const path = [dirname(python), ...sandbox.tools.path, "/usr/local/bin", "/usr/bin", "/bin"];
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
    ...(sandbox.hasMounts ? {} : prefixMap(inside, dirname(dirname(environment.python)))),
    ...sandbox.tools.env,
    ...env,
  };
}

/** Where paths are not the same each time: compilers write these instead. */
function prefixMap(inside: string, environment: string): Record<string, string> {
  const map = `-ffile-prefix-map=${inside}=/build -ffile-prefix-map=${environment}=${ENVIRONMENT}`;
  return { CFLAGS: map, CXXFLAGS: map };
}
