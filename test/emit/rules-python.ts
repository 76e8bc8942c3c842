/** A requirement as Bazel's rules_python reads it out of a requirements lock. */
export interface BazelRequirement {
  readonly name: string;
  readonly version: string;
  readonly marker: string;
  readonly shas: readonly string[];
}

/** What rules_python reads: requirements by its own rules, and lines of options. */
export interface BazelLock {
  readonly requirements: readonly BazelRequirement[];
  readonly options: readonly string[];
}

/**
 * A requirements lock as rules_python understands it (its `requirements_parser` and `index_sources`):
 * stricter than pip, since it reads signs and not words. A `#` anywhere begins a comment, only a backslash
 * right before the line's end joins lines, a name ends before space or one of `> < ~ = ; [`, the version is what
 * follows the first `==`, the marker stands between `;` and the first `--hash=`, and hashes are SHA-256.
 */
export function readBazelLock(text: string): BazelLock {
  const lines = text
    .replaceAll("\r", "")
    .replaceAll("\\\n", "")
    .split("\n")
    .map((line) => (line.split("#", 1)[0] ?? "").trim())
    .filter((line) => line !== "");
  const options = lines.filter((line) => line.startsWith("-"));
  return {
    options,
    requirements: lines.filter((line) => !options.includes(line)).map(readLine),
  };
}

function readLine(line: string): BazelRequirement {
  const name = /^[^\s<>~=;[]+(?=[\s<>~=;[])/.exec(line)?.[0];
  if (name === undefined) throw new Error(`rules_python finds no name in ${line}`);
  const [head, rest] = splitAt(line, ";");
  const [, after] = splitAt(head, "==");
  return {
    name,
    version: after.split(" ", 1)[0] ?? "",
    marker: (rest.split("--hash=", 1)[0] ?? "").trim(),
    shas: line
      .split("--hash=sha256:")
      .slice(1)
      .map((sha) => sha.trim()),
  };
}

function splitAt(text: string, sign: string): [string, string] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + sign.length)];
}
