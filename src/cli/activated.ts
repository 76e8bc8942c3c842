import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** What a shell sets for itself. */
const OF_SHELLS = ["_", "PWD", "OLDPWD", "SHLVL"];

/** The variables that `activate` sets, and without those that would lead Python elsewhere. */
export function activated(env: NodeJS.ProcessEnv, directory: string): NodeJS.ProcessEnv {
  const { PYTHONHOME: _, ...rest } = env;
  const path = env["PATH"];
  const bin = join(directory, "bin");
  return {
    ...rest,
    VIRTUAL_ENV: directory,
    PATH: path === undefined || path === "" ? bin : `${bin}${delimiter}${path}`,
  };
}

/**
 * The same for an environment with variables or conda packages, whose activation may run scripts: what
 * `activate` leaves behind in a plain shell. What the scripts print goes to standard error.
 */
export function activatedWithScripts(env: NodeJS.ProcessEnv, directory: string): NodeJS.ProcessEnv {
  const plain = activated(env, directory);
  // It is there where activation does more than to set PATH.
  if (!existsSync(join(directory, "bin/deactivate.csh"))) return plain;
  const { status, stdout } = spawnSync(
    "/bin/sh",
    ["-c", '. "$0/bin/activate" >&2 && exec env -0', directory],
    { env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 26 },
  );
  if (status !== 0) return plain;
  const pairs = stdout
    .split("\0")
    .filter((pair) => pair.includes("="))
    .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const)
    .filter(([name]) => !OF_SHELLS.includes(name));
  const own = OF_SHELLS.filter((name) => env[name] !== undefined).map((name) => [name, env[name]]);
  return Object.fromEntries([...own, ...pairs]) as NodeJS.ProcessEnv;
}
