import { normalizeName } from "../base/index.ts";
import { buildError } from "./errors.ts";
import { splitWheelName } from "./wheel-key.ts";

/** The wheel's one top-level `.dist-info` folder. Throws `wheel-metadata`. */
export function findDistInfo(names: readonly string[]): string {
  const tops = new Set(names.map((name) => name.slice(0, Math.max(0, name.indexOf("/")))));
  const [first, ...others] = [...tops].filter((top) => top.endsWith(".dist-info"));
  if (first !== undefined && others.length === 0) return first;
  const has = first === undefined ? "none" : [first, ...others].join(", ");
  throw buildError("wheel-metadata", `the wheel should have one .dist-info folder, but has ${has}`);
}

/** The two files of `.dist-info` that say what the wheel is. */
export interface WheelTexts {
  readonly distInfo: string;
  /** The file WHEEL. */
  readonly wheel: string;
  /** The file METADATA. */
  readonly metadata: string;
}

/** Name and version as METADATA has them. */
export interface Identity {
  readonly name: string;
  readonly version: string;
}

/**
 * Checks that a wheel is what its file name says, and of a format that is known: file name,
 * `.dist-info` folder and METADATA name the same, and Wheel-Version's major is 1 (PEP 427). Throws
 * `wheel-name`, `wheel-newer` and `wheel-metadata`.
 */
export function checkIdentity(filename: string, texts: WheelTexts): Identity {
  checkWheelVersion(readHeader(texts.wheel, "Wheel-Version"));
  const expected = splitWheelName(filename);
  const identity = {
    name: requiredHeader(texts.metadata, "Name"),
    version: requiredHeader(texts.metadata, "Version"),
  };
  compare(`METADATA of ${filename}`, identity, expected);
  const folder = /^([^-]+)-([^-]+)\.dist-info$/.exec(texts.distInfo);
  if (folder === null) throw nameError(`${texts.distInfo} is no name of a .dist-info folder`);
  const named = { name: folder[1] as string, version: folder[2] as string };
  compare(`${texts.distInfo} of ${filename}`, named, expected);
  return identity;
}

function checkWheelVersion(version: string | undefined): void {
  const major = /^\s*(\d+)\.\d+\s*$/.exec(version ?? "")?.[1];
  if (major === "1") return;
  if (major === undefined) {
    throw buildError("wheel-metadata", "the file WHEEL does not give a Wheel-Version");
  }
  throw buildError("wheel-newer", `the wheel has Wheel-Version ${version}; known is 1`);
}

/** The value of a header among the headers of a message, folded lines left out. */
function readHeader(text: string, name: string): string | undefined {
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const prefix = `${name.toLowerCase()}:`;
  for (const line of text.slice(0, end).split(/\r?\n/)) {
    if (line.slice(0, prefix.length).toLowerCase() === prefix) {
      return line.slice(prefix.length).trim();
    }
  }
  return undefined;
}

function requiredHeader(metadata: string, name: string): string {
  const value = readHeader(metadata, name);
  if (value !== undefined && value !== "") return value;
  throw buildError("wheel-metadata", `METADATA has no ${name}`);
}

function compare(where: string, found: Identity, expected: Identity): void {
  const same =
    normalizeName(found.name) === normalizeName(expected.name) &&
    looseVersion(found.version) === looseVersion(expected.version);
  if (same) return;
  throw nameError(
    `${where} says ${found.name} ${found.version} instead of ${expected.name} ${expected.version}`,
  );
}

function nameError(message: string): Error {
  return buildError("wheel-name", message, {
    hint: "The wheel was renamed or built wrongly.",
  });
}

/** Spellings of one version that builders mix up, as one text: case, separators, `v`, zeros. */
function looseVersion(version: string): string {
  return version
    .toLowerCase()
    .replace(/^v/, "")
    .replace(/[-_]/g, ".")
    .replace(/(?<=^|[.!+])0+(?=\d)/g, "")
    .replace(/(?:\.0)+(?=$|\+)/, "");
}
