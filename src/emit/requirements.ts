import { type ExportInput, type ExportPlaces, fileUrl, localPath } from "./export-format.ts";
import { leftOutLines, splitPins } from "./left-out.ts";
import { type MergedPin, mergePins, refuseOverlap } from "./merge-pins.ts";

/**
 * A requirements file with the hash of every file, for `pip install --require-hashes` and uv: one
 * release a line, sorted, with a marker where not every target has it, and who asked for it. What pip
 * cannot install is left out, with a comment. Throws UserError `export-targets-overlap` and `export-no-artifact`.
 */
export function exportRequirements({ lock, targets, places }: ExportInput): string {
  refuseOverlap(targets);
  const names = targets.map(({ name }) => name).join(", ");
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
  const hashes = pin.files.map(({ sha256 }) => `--hash=sha256:${sha256}`);
  const asked = pin.requestedBy.map((name) => (name === "input" ? "the input" : name));
  return [
    [`${subject(pin, places)}${marker}`, ...hashes].join(" \\\n    "),
    `    # via ${asked.join(", ")}`,
  ].join("\n");
}

function subject(pin: MergedPin, places: ExportPlaces): string {
  const { name, version, extras, provider, files } = pin;
  const [file] = files;
  const full = extras.length === 0 ? name : `${name}[${extras.join(",")}]`;
  if (file === undefined) return `${full}==${version}`;
  const path = localPath(file.url);
  if (path !== undefined) return `${full} @ ${fileUrl(places.absolute(path))}`;
  if (file.commit !== undefined) return `${full} @ git+${bareUrl(file.url)}@${file.commit}`;
  return provider === "reference" ? `${full} @ ${file.url}` : `${full}==${version}`;
}

/** A git repository's URL without the prefix that pip wants before it. */
export function bareUrl(url: string): string {
  return url.replace(/^git\+/, "");
}
