import { emitError } from "./errors.ts";
import type { MergedPin } from "./merge-pins.ts";

/** Pins that formats of Python's indexes can write, and those that are left out of them. */
export interface SplitPins {
  readonly written: readonly MergedPin[];
  readonly leftOut: readonly MergedPin[];
}

/**
 * Tells packages of a Python index from those of conda channels and nixpkgs, which pip cannot install.
 * Throws UserError `export-no-artifact` where nothing would be written, and for a file without a hash.
 */
export function splitPins(pins: readonly MergedPin[]): SplitPins {
  const written = pins.filter(({ origin }) => origin === "index");
  const leftOut = pins.filter(({ origin }) => origin !== "index");
  const [first] = leftOut;
  if (first !== undefined && written.length === 0) throw nothingToWrite(first);
  const unknown = written.find(({ files }) => files.length === 0);
  if (unknown !== undefined) throw withoutHash(unknown);
  return { written, leftOut };
}

/** A comment line for each pin that is left out, for formats whose comments begin with `#`. */
export function leftOutLines(leftOut: readonly MergedPin[]): readonly string[] {
  // A comment ends with its line, so that nothing of a lock may end one.
  return leftOut.map((pin) => `# left out: ${leftOutText(pin)}`.replaceAll(/[^ -~]/g, "?"));
}

/** `openssl 3.2.1 h0_1 (conda-forge)` */
export function leftOutText({ name, version, build, provider }: MergedPin): string {
  return `${[name, version, ...(build === undefined ? [] : [build])].join(" ")} (${provider})`;
}

function nothingToWrite({ name, version, provider }: MergedPin): Error {
  return emitError(
    "export-no-artifact",
    `no package of the lock is from a Python index: ${name} ${version} comes from ${provider}`,
    {
      place: { package: `${name} ${version}` },
      hint: "lock with providers that have files for pip: --providers wheel,sdist",
    },
  );
}

function withoutHash({ name, version }: MergedPin): Error {
  return emitError("export-no-artifact", `the hash of ${name} ${version} is not known`, {
    place: { package: `${name} ${version}` },
    hint: "lock again with an index that tells hashes",
  });
}
