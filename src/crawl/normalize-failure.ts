/** How much of a reason is kept: lines, and characters of each. */
const MOST_LINES = 90;
const LONGEST_LINE = 400;

/** What a text may name that is another elsewhere. */
export interface Surroundings {
  readonly version: string;
  /** Folders of this machine. */
  readonly paths: readonly string[];
  /** The folder above the release's source, which pypi-deps-db calls `/build`. */
  readonly source?: string | undefined;
}

/**
 * Why a release gave nothing, in the form in which pypi-deps-db has it: from the last line that names
 * an error on, without what differs from run to run, machine to machine and release to release, so that
 * equal reasons are equal texts.
 */
export function normalizeFailure(text: string, { version, paths, source }: Surroundings): string {
  const lines = printable(text).trimEnd().split("\n");
  const kept = lines.slice(lastError(lines)).slice(0, MOST_LINES);
  return kept
    .map((line) => general(line, { version, paths, source }).slice(0, LONGEST_LINE))
    .join("\n");
}

/** Where the last `SomeError: …` begins; of a text without one, its last lines are kept. */
function lastError(lines: readonly string[]): number {
  const found = lines.findLastIndex((line) => /^[\w.]{1,200}(?:Error|Exception|Exit)\b/.test(line));
  return found === -1 ? Math.max(0, lines.length - 5) : found;
}

/** Without control characters: these texts are shown in terminals. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[\0-\x08\x0b-\x1f\x7f]/g, "");
}

function general(line: string, { version, paths, source }: Surroundings): string {
  let result = source === undefined ? line : line.replaceAll(`${source}/`, "/build/");
  for (const path of paths) result = result.replaceAll(`${path}/`, "#TMP#/");
  return result
    .replace(/\/nix\/store\/[a-z0-9]{32}-/g, "/nix/store/#hash#-")
    .replace(/\/tmp\/[\w.-]+/g, "#TMP#")
    .replace(/\bpython\d\.\d{1,2}\b/g, "python#VER#")
    .replace(/\bline \d+/g, "line #NUM#")
    .replace(/ at 0x[0-9a-fA-F]+/g, " at #ADDRESS#")
    .replace(/ {2,}/g, " ")
    .replaceAll(version, "#PKG_VER#");
}
