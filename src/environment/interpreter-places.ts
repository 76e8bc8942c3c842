import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { InterpreterSource } from "./types.ts";

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** A folder that may hold interpreters; `onPath` where its commands are the user's. */
export interface InterpreterPlace {
  readonly folder: string;
  readonly source: InterpreterSource;
  readonly onPath: boolean;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split(/\s+/).filter(Boolean);
  } catch {
    return [];
  }
}

/** `bin` of each folder in a folder, those whose names sort last (the newest, mostly) first. */
function binsIn(folder: string, source: InterpreterSource): InterpreterPlace[] {
  return list(folder)
    .reverse()
    .map((name) => ({ folder: `${folder}/${name}/bin`, source, onPath: false }));
}

function pyenvRoot(env: EnvironmentVariables, home: string): string {
  return env["PYENV_ROOT"] ?? `${home}/.pyenv`;
}

/** The versions that pyenv's shims would start: the user's choice, by variable or global file. */
function pyenvChosen(env: EnvironmentVariables, home: string): InterpreterPlace[] {
  const root = pyenvRoot(env, home);
  const names = env["PYENV_VERSION"]?.split(":") ?? readLines(`${root}/version`);
  return names
    .filter((name) => name !== "system" && !name.includes("/"))
    .map((name) => ({ folder: `${root}/versions/${name}/bin`, source: "pyenv", onPath: true }));
}

/** The folders whose commands are the user's. */
export function placesOnPath(env: EnvironmentVariables): InterpreterPlace[] {
  return pathPlaces(env, homeOf(env));
}

function homeOf(env: EnvironmentVariables): string {
  return env["HOME"] ?? "/nonexistent";
}

/** The folders of PATH. A folder of pyenv's shims, which cost a fifth of a second, is what they stand for. */
function pathPlaces(env: EnvironmentVariables, home: string): InterpreterPlace[] {
  const folders = (env["PATH"] ?? "").split(":").filter((folder) => folder.startsWith("/"));
  return [...new Set(folders)].flatMap((folder) => {
    if (basename(folder) !== "shims") return [{ folder, source: "path", onPath: true } as const];
    return folder.startsWith(`${pyenvRoot(env, home)}/`) ? pyenvChosen(env, home) : [];
  });
}

function condaPlaces(env: EnvironmentVariables, home: string): InterpreterPlace[] {
  const names = ["miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", "conda"];
  const roots = [
    env["CONDA_PREFIX"],
    env["MAMBA_ROOT_PREFIX"],
    env["CONDA_EXE"]?.replace(/\/(?:bin|condabin)\/[^/]+$/, ""),
    ...names.flatMap((name) => [`${home}/${name}`, `/opt/${name}`]),
    `${home}/.conda`,
    `${home}/.local/share/mamba`,
    ...readLines(`${home}/.conda/environments.txt`),
  ].filter((root) => root !== undefined && root.startsWith("/"));
  return [...new Set(roots as string[])].flatMap((root) => [
    { folder: `${root}/bin`, source: "conda" as const, onPath: false },
    ...binsIn(`${root}/envs`, "conda"),
  ]);
}

/**
 * Every folder where interpreters are looked for, the user's own choice first: PATH, pyenv, uv, conda,
 * asdf, mise, the system's folders, /opt. Folders need not be there.
 */
export function interpreterPlaces(env: EnvironmentVariables): InterpreterPlace[] {
  const home = homeOf(env);
  const data = env["XDG_DATA_HOME"] ?? `${home}/.local/share`;
  return [
    ...pathPlaces(env, home),
    ...binsIn(`${pyenvRoot(env, home)}/versions`, "pyenv"),
    ...binsIn(env["UV_PYTHON_INSTALL_DIR"] ?? `${data}/uv/python`, "uv"),
    ...condaPlaces(env, home),
    ...binsIn(`${env["ASDF_DATA_DIR"] ?? `${home}/.asdf`}/installs/python`, "asdf"),
    ...binsIn(`${env["MISE_DATA_DIR"] ?? `${data}/mise`}/installs/python`, "mise"),
    { folder: "/usr/local/bin", source: "system", onPath: false },
    { folder: "/usr/bin", source: "system", onPath: false },
    ...binsIn("/opt", "opt"),
    ...binsIn("/opt/python", "opt"),
  ];
}
