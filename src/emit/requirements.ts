import { targetLabel } from "../lock/index.ts";
import { type ExportInput, type ExportPlaces, fileUrl, localPath } from "./export-format.ts";
import { leftOutLines, splitPins } from "./left-out.ts";
import { type MergedFile, type MergedPin, mergePins, refuseOverlap } from "./merge-pins.ts";

/**
 * A requirements file with the hash of every file, for `pip install --require-hashes` and uv: one
 * release a line, sorted, with a marker where not every target has it, and who asked for it. What pip
 * cannot install is left out, with a comment. Throws UserError `export-targets-overlap` and `export-no-artifact`.
 */
export function exportRequirements({ lock, targets, places }: ExportInput): string {
  refuseOverlap(targets);
  const names = targets.map(targetLabel).join(", ");
  const { written, leftOut } = splitPins(mergePins(lock, targets));
  return [
    `# mach-nix export --format requirements: ${names} as of ${lock.date}`,
    ...leftOutLines(leftOut),
    ...written.map((pin) => entryOf(pin, places)),
    "",
  ].join("\n");
}

function entryOf(pin: MergedPin, places: ExportPlaces): string {
  const marker = pin.marker === undefined ? "" : ` ; ${pin.marker}`;
  const isTree = pin.files.some(isSourceTree);
  const hashes = isTree ? [] : pin.files.map(({ sha256 }) => `--hash=sha256:${sha256}`);
  const asked = pin.requestedBy.map((name) => (name === "input" ? "the input" : name));
  return [
    [`${subject(pin, places)}${marker}`, ...hashes].join(" \\\n    "),
    `    # via ${asked.join(", ")}`,
    ...(isTree ? ["    # no hash: pip knows none for folders and repositories"] : []),
  ].join("\n");
}

function subject(pin: MergedPin, places: ExportPlaces): string {
  const { name, version, extras, provider, files } = pin;
  const [file] = files;
  const full = extras.length === 0 ? name : `${name}[${extras.join(",")}]`;
  if (file === undefined) return `${full}==${version}`;
  const path = localPath(file.url);
  const part = file.subdirectory === undefined ? "" : `#subdirectory=${file.subdirectory}`;
  if (path !== undefined) {
    const url = `${fileUrl(places.absolute(path))}${part}`;
    return file.editable === true ? `-e ${url}` : `${full} @ ${url}`;
  }
  if (file.commit !== undefined) return `${full} @ git+${bareUrl(file.url)}@${file.commit}${part}`;
  return provider === "reference" ? `${full} @ ${file.url}${part}` : `${full}==${version}`;
}

/** Whether a file of a lock is none: a repository's commit, or a folder. */
export function isSourceTree({ url, commit }: MergedFile): boolean {
  return commit !== undefined || (url.startsWith("file:") && url.endsWith("/"));
}

/** A git repository's URL without the prefix that pip wants before it. */
export function bareUrl(url: string): string {
  return url.replace(/^git\+/, "");
}
