import type { EntryPoint, WheelObject } from "./types.ts";
import type { Destination } from "./wheel-layout.ts";

/** The folder of an object with what its `.dist-info` has in an environment beside the wheel's own files. */
export const INFO_FOLDER = "info";

/**
 * Not taken over into an environment's `.dist-info`: RECORD would let an uninstaller follow links into
 * the store, the others say how something was installed, and that is not for the wheel to say.
 */
const LEFT_OUT =
  /^(?:RECORD(?:\..*)?|INSTALLER|SOURCES\.txt|REQUESTED|direct_url\.json|provenance_url\.json|__pycache__\/)$/;

/** `lib/pythonX.Y/site-packages` as it is seen from the environment's folder. */
const PREFIX = "../../../";

export interface InstalledWheel {
  readonly distInfo: string;
  /** Paths of RECORD. */
  readonly recorded: Iterable<string>;
  readonly destinations: ReadonlyMap<string, Destination>;
  readonly entryPoints: readonly EntryPoint[];
  /** Files in `site/`. */
  readonly site: readonly string[];
  /** As in `WheelObject`. */
  readonly top: readonly string[];
}

/** The part of `WheelObject` on `.dist-info`, and the texts of the prepared files. */
export interface InstalledInfo extends Pick<WheelObject, "info" | "prepared"> {
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * What an environment's `.dist-info` consists of ("Recording installed projects"): the wheel's files
 * and, prepared once here, INSTALLER, SOURCES.txt (which importlib.metadata reads where RECORD is
 * missing) and top_level.txt.
 */
export function installedInfo(wheel: InstalledWheel): InstalledInfo {
  const inside = `${wheel.distInfo}/`;
  const names = wheel.site
    .filter((path) => path.startsWith(inside))
    .map((path) => /^[^/]+\/?/.exec(path.slice(inside.length))?.[0] ?? "");
  const info = [...new Set(names)].filter((name) => !LEFT_OUT.test(name)).sort();
  const texts = new Map([
    ["INSTALLER", "mach-nix\n"],
    ["SOURCES.txt", sources(wheel)],
  ]);
  if (!info.includes("top_level.txt")) texts.set("top_level.txt", topLevel(wheel.top));
  return { info, prepared: [...texts.keys()], texts };
}

/** The files where they are in an environment, a line each; not RECORD, nor headers, whose place depends on the Python. */
function sources({ distInfo, recorded, destinations, entryPoints }: InstalledWheel): string {
  const lines: string[] = [];
  for (const name of recorded) {
    const to = destinations.get(name);
    if (to === undefined || name.startsWith(`${distInfo}/RECORD`)) continue;
    const path = installedPath(to);
    if (path !== undefined) lines.push(`${path}\n`);
  }
  for (const { name } of entryPoints) lines.push(`${PREFIX}bin/${name}\n`);
  return lines.join("");
}

function installedPath({ part, path }: Destination): string | undefined {
  if (part === "site") return path;
  if (part === "scripts") return `${PREFIX}bin/${path}`;
  return part === "prefix" ? `${PREFIX}${path}` : undefined;
}

/** Importable names: top-level folders and modules. */
function topLevel(top: readonly string[]): string {
  const names = top
    .map((entry) =>
      entry.endsWith("/") ? entry.slice(0, -1) : /^([^.]+)\.(?:py|so|.*\.so)$/.exec(entry)?.[1],
    )
    .filter((name) => name !== undefined && /^[^.-]+$/.test(name));
  return [...new Set(names)].map((name) => `${name}\n`).join("");
}
