import { buildError } from "./errors.ts";
import { type CondaName, splitCondaName } from "./conda-key.ts";
import { parseEntryPoints } from "./entry-points.ts";
import type { EntryPoint } from "./types.ts";

/** The prefix of packages of before placeholders were named (conda-build 1). */
const OLD_PLACEHOLDER = "/opt/anaconda1anaconda2anaconda3";

/** A shorter text is no path that a package could be built in, and would be found everywhere. */
const SHORTEST_PLACEHOLDER = 8;

/** A file of a package as its `info/` describes it. */
export interface CondaPath {
  readonly path: string;
  readonly kind: "hardlink" | "softlink" | "directory";
  readonly noLink: boolean;
  readonly prefix?: { readonly placeholder: string; readonly mode: "text" | "binary" };
  readonly sha256?: string;
  readonly size?: number;
}

/** The texts of the files in `info/`, by name. */
export type InfoTexts = ReadonlyMap<string, string>;

type Json = Readonly<Record<string, unknown>>;

function parse(texts: InfoTexts, name: string): Json | undefined {
  const text = texts.get(name);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch (cause) {
    throw damaged(`info/${name} is no JSON`, cause);
  }
  throw damaged(`info/${name} is no JSON object`);
}

function damaged(what: string, cause?: unknown): Error {
  return buildError("conda-damaged", `the package's ${what}`, cause === undefined ? {} : { cause });
}

/** The package's `info/index.json`, which must name what its file name does. Throws `conda-damaged`, `conda-name`. */
export function readIndex(texts: InfoTexts, filename: string): Json & CondaName {
  const index = parse(texts, "index.json");
  if (index === undefined) throw damaged("info/index.json is missing");
  const expected = splitCondaName(filename);
  for (const key of ["name", "version", "build"] as const)
    if (index[key] !== expected[key])
      throw buildError(
        "conda-name",
        `the package is called ${filename}, but its info/index.json has the ${key} ${JSON.stringify(index[key])}`,
        { place: { file: filename } },
      );
  return index as Json & CondaName;
}

/** What `noarch` says; before it had kinds, `true` meant generic. */
export function readNoarch(texts: InfoTexts, index: Json): "python" | "generic" | undefined {
  const link = linkJson(texts)?.["noarch"];
  const type = typeof link === "object" && link !== null ? (link as Json)["type"] : undefined;
  const said = index["noarch"] ?? type;
  if (said === "python") return "python";
  return said === "generic" || said === true ? "generic" : undefined;
}

/** Before it was called `link.json`. */
function linkJson(texts: InfoTexts): Json | undefined {
  return parse(texts, texts.has("link.json") ? "link.json" : "package_metadata.json");
}

/** The commands of a noarch package. Throws `conda-damaged`, `wheel-entry-point`. */
export function readEntryPoints(texts: InfoTexts): EntryPoint[] {
  const noarch = linkJson(texts)?.["noarch"];
  const points =
    typeof noarch === "object" && noarch !== null ? (noarch as Json)["entry_points"] : [];
  if (points === undefined || points === null) return [];
  if (!Array.isArray(points) || !points.every((point) => typeof point === "string"))
    throw damaged("info/link.json has entry points that are none");
  const lines = points.map((point) => (point as string).trim());
  if (lines.some((line) => /[\r\n]/.test(line)))
    throw damaged("info/link.json has a broken entry point");
  return parseEntryPoints(`[console_scripts]\n${lines.join("\n")}\n`);
}

/** The package's files, from `paths.json`, or the three files of before that. Throws `conda-damaged`. */
export function readPaths(texts: InfoTexts): CondaPath[] {
  const json = parse(texts, "paths.json");
  if (json === undefined) return readOldPaths(texts);
  const { paths, paths_version: version } = json;
  if (version !== undefined && version !== 1)
    throw damaged(`info/paths.json has the version ${JSON.stringify(version)}; known is 1`);
  if (!Array.isArray(paths)) throw damaged("info/paths.json has no paths");
  const oldNoLink = new Set(lines(texts, "no_link"));
  return paths.map((value) => readPath(value, oldNoLink));
}

function readPath(value: unknown, oldNoLink: ReadonlySet<string>): CondaPath {
  const given = (typeof value === "object" && value !== null ? value : {}) as Json;
  const { _path: path, path_type: kind, sha256, size_in_bytes: size } = given;
  if (typeof path !== "string") throw damaged("info/paths.json has an entry without a path");
  if (kind !== "hardlink" && kind !== "softlink" && kind !== "directory")
    throw damaged(`info/paths.json has ${path} as ${JSON.stringify(kind)}, which is not known`);
  return {
    path,
    kind,
    noLink: given["no_link"] === true || oldNoLink.has(path),
    ...prefixOf(given, path),
    ...(typeof sha256 === "string" && sha256 !== "" && { sha256: sha256.toLowerCase() }),
    ...(typeof size === "number" && { size }),
  };
}

function prefixOf(given: Json, path: string): Pick<CondaPath, "prefix"> {
  const { prefix_placeholder: placeholder, file_mode: mode } = given;
  if (placeholder === undefined || placeholder === null || placeholder === "") return {};
  if (
    typeof placeholder !== "string" ||
    (mode !== "text" && mode !== "binary" && mode !== undefined)
  )
    throw damaged(`info/paths.json has a prefix of ${path} that is none`);
  checkPlaceholder(placeholder);
  return { prefix: { placeholder, mode: mode ?? "text" } };
}

function checkPlaceholder(placeholder: string): void {
  if (placeholder.length >= SHORTEST_PLACEHOLDER) return;
  throw damaged(`prefix ${JSON.stringify(placeholder)} is too short to be one`);
}

function lines(texts: InfoTexts, name: string): string[] {
  const all = (texts.get(name) ?? "").split(/\r?\n/).map((line) => line.trim());
  return all.filter((line) => line !== "");
}

/** `info/files`, `info/has_prefix` and `info/no_link`: before `paths.json`. */
function readOldPaths(texts: InfoTexts): CondaPath[] {
  if (!texts.has("files")) throw damaged("info/ has neither paths.json nor files");
  const noLink = new Set(lines(texts, "no_link"));
  const prefixes = new Map(lines(texts, "has_prefix").map(readPrefixLine));
  return lines(texts, "files").map((path) => {
    const prefix = prefixes.get(path);
    const base = { path, kind: "hardlink" as const, noLink: noLink.has(path) };
    return prefix === undefined ? base : { ...base, prefix };
  });
}

/** A path alone, or placeholder, mode and path, each of which may be quoted. */
function readPrefixLine(line: string): readonly [string, NonNullable<CondaPath["prefix"]>] {
  const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  const [first = "", mode, path] = words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
  if (words.length === 1) return [first, { placeholder: OLD_PLACEHOLDER, mode: "text" }];
  if (words.length === 3 && (mode === "text" || mode === "binary")) {
    checkPlaceholder(first);
    return [path as string, { placeholder: first, mode }];
  }
  throw damaged(`info/has_prefix has a line that is none: ${JSON.stringify(line)}`);
}
