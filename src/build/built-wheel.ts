import { createHash } from "node:crypto";
import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { normalizeName, type Sha256 } from "../base/index.ts";
import { tryParseWheelName, type WheelName } from "../target/index.ts";
import { comparePep440, tryParsePep440 } from "../version/index.ts";
import type { BuildOptions, BuiltWheel } from "./build-types.ts";
import { buildError } from "./errors.ts";
import { openSource } from "./file-source.ts";
import type { SandboxResult } from "./sandbox-types.ts";
import { sourceName } from "./source-tree.ts";

const PIECE = 2 ** 20;

interface Made {
  readonly options: BuildOptions;
  readonly result: SandboxResult;
  /** Wheel tags that are accepted; all where none are given. */
  readonly tags?: readonly string[];
}

/**
 * The one wheel in a folder that a build filled, checked: a regular file, not reached through a link, of
 * the project and version expected, for this Python. Throws `build-wheel`.
 */
export function takeWheel(folder: string, { options, result, tags }: Made): BuiltWheel {
  const source = sourceName(options.source);
  const names = realpathOf(folder) === folder ? readdirSync(folder) : [];
  const wheels = names.filter((name) => name.endsWith(".whl"));
  const [filename] = wheels;
  if (filename === undefined || wheels.length > 1)
    throw refused(source, wheels.length === 0 ? "there is none" : `there are ${wheels.length}`);
  const path = join(folder, filename);
  const info = lstatSync(path);
  if (!info.isFile()) throw refused(source, `${shown(filename)} is no file`);
  checkName(filename, { options, ...(tags === undefined ? {} : { tags }) });
  return {
    path,
    filename,
    sha256: hashOf(path),
    size: info.size,
    sandbox: options.sandbox.kind,
    log: result.log,
    seconds: result.seconds,
    left: result.left,
  };
}

function checkName(filename: string, { options, tags }: Omit<Made, "result">): void {
  const source = sourceName(options.source);
  const wheel = tryParseWheelName(filename);
  if (wheel === undefined) throw refused(source, `${shown(filename)} is no name of a wheel`);
  const { expected } = options;
  if (expected !== undefined && normalizeName(expected.name) !== wheel.name)
    throw refused(source, `it is one of ${wheel.name}, not of ${expected.name}`);
  if (expected?.version !== undefined && !isSameVersion(wheel.version, expected.version))
    throw refused(source, `it is one of version ${wheel.version}, not ${expected.version}`);
  if (tags !== undefined && !isFor(wheel, new Set(tags)))
    throw refused(source, `${filename} is for another Python or machine`);
}

/** Versions that PEP 440 takes for one are one: 1.0 and 1.0.0. */
function isSameVersion(version: string, of: string): boolean {
  return tryParsePep440(of) === undefined ? version === of : comparePep440(version, of) === 0;
}

function isFor(
  { pythonTags, abiTags, platformTags }: WheelName,
  tags: ReadonlySet<string>,
): boolean {
  return pythonTags.some((python) =>
    abiTags.some((abi) =>
      platformTags.some((platform) => tags.has(`${python}-${abi}-${platform}`)),
    ),
  );
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function hashOf(path: string): Sha256 {
  const source = openSource(path);
  try {
    const hash = createHash("sha256");
    for (let at = 0; at < source.size; at += PIECE)
      hash.update(source.read(at, Math.min(PIECE, source.size - at)));
    return hash.digest("hex") as Sha256;
  } finally {
    source.close();
  }
}

/** A hostile name, fit for a message. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}

function refused(source: string, what: string): Error {
  return buildError("build-wheel", `${source} was built, but its wheel is refused: ${what}`, {
    place: { file: source },
  });
}
