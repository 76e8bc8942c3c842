import { emitError } from "./errors.ts";
import { type ExportInput, type ExportPlaces, fileUrl, localPath } from "./export-format.ts";
import { type MergedPin, mergePins, refuseOverlap } from "./merge-pins.ts";

/**
 * A requirements file with the hash of every file, for `pip install --require-hashes` and uv: one
 * release a line, sorted, with a marker where not every target has it, and who asked for it. Throws
 * UserError `export-targets-overlap` and `export-no-artifact`.
 */
export function exportRequirements({ lock, targets, places }: ExportInput): string {
  refuseOverlap(targets);
  const names = targets.map(({ name }) => name).join(", ");
  const entries = mergePins(lock, targets).map((pin) => entryOf(pin, places));
  return [
    `# mach-nix export --format requirements: ${names} as of ${lock.date}`,
    ...entries,
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
  if (file === undefined) throw withoutFile(pin);
  const full = extras.length === 0 ? name : `${name}[${extras.join(",")}]`;
  const path = localPath(file.url);
  if (path !== undefined) return `${full} @ ${fileUrl(places.absolute(path))}`;
  if (file.commit !== undefined) return `${full} @ git+${bareUrl(file.url)}@${file.commit}`;
  return provider === "reference" ? `${full} @ ${file.url}` : `${full}==${version}`;
}

/** A git repository's URL without the prefix that pip wants before it. */
export function bareUrl(url: string): string {
  return url.replace(/^git\+/, "");
}

/** The error for a pin that no file can be named for. */
export function withoutFile({ name, version, provider }: MergedPin): Error {
  return emitError(
    "export-no-artifact",
    `${name} ${version} comes from ${provider}, without a file`,
    {
      place: { package: `${name} ${version}` },
      hint: "lock with providers that have files: --providers wheel",
    },
  );
}
