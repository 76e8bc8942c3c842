import { isAbsolute, join } from "node:path";

/** The world that pip's configuration is read from. */
export interface PipSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** As `process.platform`. */
  readonly platform: string;
  /** A file's text; undefined where there is none or it cannot be read, which pip takes alike. */
  readonly readFile: (path: string) => string | undefined;
}

/** `pip.conf` files in the order in which later ones win (pip: `OVERRIDE_ORDER`). */
export function pipConfigurationPlaces(surroundings: PipSurroundings): string[] {
  const { env, platform, readFile } = surroundings;
  const named = env["PIP_CONFIG_FILE"];
  if (named === (platform === "win32" ? "nul" : "/dev/null")) return [];
  const basename = platform === "win32" ? "pip.ini" : "pip.conf";
  const userCounts = named === undefined || named === "" || readFile(named) === undefined;
  const prefix = env["VIRTUAL_ENV"] || env["CONDA_PREFIX"];
  return [
    ...globalFolders(surroundings).map((folder) => join(folder, basename)),
    ...(userCounts ? userFolders(surroundings).map((folder) => join(folder, basename)) : []),
    ...(prefix === undefined || prefix === "" ? [] : [join(prefix, basename)]),
    ...(named === undefined || named === "" ? [] : [named]),
  ];
}

function globalFolders({ env, platform }: PipSurroundings): string[] {
  if (platform === "win32") return [join(env["ProgramData"] ?? "C:\\ProgramData", "pip")];
  if (platform === "darwin") {
    const data = absoluteList(env["XDG_DATA_DIRS"]);
    const folders = data.length > 0 ? data : ["/Library/Application Support"];
    return folders.map((folder) => join(folder, "pip"));
  }
  const listed = absoluteList(env["XDG_CONFIG_DIRS"]);
  const folders = listed.length > 0 ? listed : ["/etc/xdg"];
  return [...folders.map((folder) => join(folder, "pip")), "/etc"];
}

/** The old place, and the new one, which wins. */
function userFolders(surroundings: PipSurroundings): string[] {
  const { env, home, platform, readFile } = surroundings;
  if (platform === "win32") {
    return [join(home, "pip"), join(env["APPDATA"] ?? join(home, "AppData", "Roaming"), "pip")];
  }
  const legacy = join(home, ".pip");
  if (platform !== "darwin") {
    const config = absoluteList(env["XDG_CONFIG_HOME"])[0] ?? join(home, ".config");
    return [legacy, join(config, "pip")];
  }
  const data = absoluteList(env["XDG_DATA_HOME"])[0];
  const support = join(data ?? join(home, "Library", "Application Support"), "pip");
  const inSupport = readFile(join(support, "pip.conf")) !== undefined;
  return [legacy, inSupport ? support : join(home, ".config", "pip")];
}

/** Absolute folders of a `:`-separated variable, as the XDG specification has it. */
function absoluteList(value: string | undefined): string[] {
  const parts = (value ?? "").split(":").map((part) => part.trim());
  return parts.filter((part) => isAbsolute(part));
}
