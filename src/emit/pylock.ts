import { type ExportInput, type ExportPlaces, localPath } from "./export-format.ts";
import { type MergedFile, type MergedPin, mergePins, refuseOverlap } from "./merge-pins.ts";
import { leftOutLines, splitPins } from "./left-out.ts";
import { bareUrl, isSourceTree } from "./requirements.ts";
import { targetMarker } from "./target-marker.ts";

/**
 * A `pylock.toml` (PEP 751, "pylock.toml Specification"): every file with its hash, `environments`
 * naming the targets, packages marked where not every target has them; what pip cannot install is left
 * out, with a comment. Throws UserError
 * `export-targets-overlap` and `export-no-artifact`.
 */
export function exportPylock(input: ExportInput): string {
  const { lock, targets, places } = input;
  refuseOverlap(targets);
  const { written: pins, leftOut } = splitPins(mergePins(lock, targets));
  const environments = [...new Set(targets.map(targetMarker))].toSorted();
  const versions = new Map<string, number>();
  for (const { name } of pins) versions.set(name, (versions.get(name) ?? 0) + 1);
  return [
    ...leftOutLines(leftOut),
    `lock-version = "1.0"`,
    `environments = [${listOf(environments.map(text))}]`,
    `requires-python = ${text(pythonRange(targets.map(({ python }) => python)))}`,
    `created-by = "mach-nix"`,
    ...(pins.length === 0 ? ["packages = []"] : []),
    ...pins.map((pin) => packageTable(pin, { places, versions, pins })),
    "",
  ].join("\n");
}

interface Context {
  readonly places: ExportPlaces;
  /** How many releases there are of a name. */
  readonly versions: ReadonlyMap<string, number>;
  readonly pins: readonly MergedPin[];
}

/** From the oldest Python to the newest; `environments` says which between them. */
function pythonRange(pythons: readonly string[]): string {
  const releases = pythons.map((python) => python.split(".").map(Number));
  const ordered = releases.toSorted((a, b) => compare(a, b));
  const lowest = ordered[0] ?? [3];
  const highest = ordered.at(-1) ?? lowest;
  const next = [highest[0] ?? 3, (highest[1] ?? 0) + 1];
  return `>=${lowest.join(".")},<${next.join(".")}`;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function packageTable(pin: MergedPin, context: Context): string {
  const { name, version, marker, dependencies } = pin;
  return [
    "",
    "[[packages]]",
    `name = ${text(name)}`,
    `version = ${text(version)}`,
    ...(marker === undefined ? [] : [`marker = ${text(marker)}`]),
    ...(dependencies.length === 0
      ? []
      : [`dependencies = [${listOf(dependencies.flatMap((name) => edges(name, pin, context)))}]`]),
    ...source(pin, context.places),
  ].join("\n");
}

/** A dependency, told by its version as well where its name has several. */
function edges(name: string, pin: MergedPin, { versions, pins }: Context): string[] {
  if (versions.get(name) === 1) return [`{ name = ${text(name)} }`];
  return pins
    .filter((other) => other.name === name && other.targets.some((it) => pin.targets.includes(it)))
    .map(({ version }) => `{ name = ${text(name)}, version = ${text(version)} }`);
}

function source(pin: MergedPin, places: ExportPlaces): string[] {
  const { files, provider } = pin;
  const [file] = files;
  if (file === undefined) return [];
  if (file.commit !== undefined) {
    const url = text(bareUrl(file.url));
    const fields = `type = "git", url = ${url}, commit-id = ${text(file.commit)}`;
    return [`vcs = { ${fields}${subdirectory(file)} }`];
  }
  const path = localPath(file.url);
  if (path !== undefined && isSourceTree(file)) {
    const editable = file.editable === true ? ", editable = true" : "";
    return [
      `directory = { path = ${text(places.relative(path))}${editable}${subdirectory(file)} }`,
    ];
  }
  if (provider === "reference") {
    return [`archive = { ${fileFields(file, places)}${subdirectory(file)} }`];
  }
  const wheels = files.filter(({ filename }) => filename.endsWith(".whl"));
  const [sdist] = files.filter((other) => !wheels.includes(other));
  const named = (item: MergedFile): string =>
    `{ name = ${text(item.filename)}, ${fileFields(item, places)} }`;
  return [
    ...(sdist === undefined ? [] : [`sdist = ${named(sdist)}`]),
    ...(wheels.length === 0 ? [] : [`wheels = [${listOf(wheels.map(named))}]`]),
  ];
}

function subdirectory(file: MergedFile): string {
  return file.subdirectory === undefined ? "" : `, subdirectory = ${text(file.subdirectory)}`;
}

function fileFields({ url, size, sha256 }: MergedFile, places: ExportPlaces): string {
  const path = localPath(url);
  const place = path === undefined ? `url = ${text(url)}` : `path = ${text(places.relative(path))}`;
  const bytes = size === undefined ? "" : `, size = ${size}`;
  return `${place}${bytes}, hashes = { sha256 = ${text(sha256)} }`;
}

function listOf(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `\n${items.map((item) => `    ${item},\n`).join("")}`;
}

/** A TOML basic string: JSON's escapes are TOML's, but for DEL. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}
