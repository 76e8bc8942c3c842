import { normalizeName, type PackageName } from "../base/index.ts";
import { ANY_VERSION, tryParseSpecifiers } from "../version/index.ts";
import { Fault } from "./fault.ts";
import { readMixedRequirement } from "./mixed-requirement.ts";
import { parsePlain } from "./parse-dependency.ts";
import { EXPECTED_END, scanMarker } from "./parse-marker.ts";
import {
  isArchiveName,
  parseReference,
  type ParsedReference,
  schemeOf,
} from "./parse-reference.ts";
import { normalExtras, readRequirement } from "./parse-requirement.ts";
import { strip } from "./python-text.ts";
import { Scanner } from "./scanner.ts";
import type { DirectReference, Marker, Requirement } from "./types.ts";

const URL_SCHEME = /^(?:https?|file|ftp|(?:git|hg|svn|bzr)(?:\+[a-z]+)?)$/;
const NAMED = /^[ \t]*[a-z0-9][a-z0-9._-]*[ \t]*(?:\[[^\]]*\])?[ \t]*@/i;
const NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;
const WITH_EXTRAS = /^([^[\]]+)\[([^[\]]*)\]$/;

/**
 * A requirement as a line of a requirements file gives it: a dependency specifier, or, without a
 * name, the URL of an archive or repository, or a path (pip's `parse_req_from_line`). A wheel's
 * name and version come from its file name, other names from `#egg=`. Throws Fault.
 */
export function readLineRequirement(
  given: string,
  { mixed = true }: { readonly mixed?: boolean } = {},
): Requirement {
  // pip takes an empty marker for none.
  const line = /^[^;]*;\s*$/.test(given) ? given.slice(0, given.indexOf(";")) : given;
  if (!/[/:@[\\]|^\./.test(line) && !isArchiveName(strip(line.split(";", 1)[0] ?? ""))) {
    return parsePlain(line) ?? readEither(line, mixed);
  }
  if (isUrl(line)) return readBare(line, "; ");
  return barePath(line) === undefined ? readEither(line, mixed) : readBare(line, ";");
}

/** What pip reads, else, if that is wanted, what conda reads; what neither does is pip's error. */
function readEither(line: string, isMixed: boolean): Requirement {
  try {
    return readRequirement(line);
  } catch (error) {
    const mixed = isMixed && error instanceof Fault ? readMixedRequirement(line) : undefined;
    if (mixed === undefined) throw error;
    return mixed;
  }
}

/** The path, without extras, that a requirement consists of but for its marker; else undefined. */
export function barePath(line: string): string | undefined {
  const head = strip(line.split(";", 1)[0] ?? "");
  if (isUrl(head) || NAMED.test(head)) return undefined;
  const path = strip(WITH_EXTRAS.exec(head)?.[1] ?? head);
  if (/^[./]/.test(path)) return path;
  // Something with a blank that does not begin as a path is a broken requirement.
  return !/\s/.test(path) && (path.includes("/") || isArchiveName(path)) ? path : undefined;
}

/** What `-e` takes: a path, a git URL, or `name @` one of them. Throws Fault. */
export function readEditable(value: string): Requirement {
  const requirement = readEditableValue(value);
  const kind = requirement.reference?.kind;
  if (kind === "git" || kind === "path") return { ...requirement, editable: true };
  throw new Fault("an editable requirement is a local path or a git repository", 0, {
    hint: "leave -e out for archives and for releases from an index",
  });
}

function readEditableValue(value: string): Requirement {
  if (NAMED.test(value) && !isUrl(value)) return readRequirement(value);
  const scheme = schemeOf(value);
  return readBare(scheme === "git" ? `git+${value}` : value, undefined);
}

function isUrl(text: string): boolean {
  const scheme = schemeOf(strip(text));
  return scheme !== undefined && URL_SCHEME.test(scheme);
}

/** A reference without a name, with a marker after the separator given. */
function readBare(line: string, separator: string | undefined): Requirement {
  const mark = separator === undefined ? -1 : line.indexOf(separator);
  const text = strip(mark === -1 ? line : line.slice(0, mark));
  const marker = mark === -1 ? undefined : readMarkerAfter(line, mark + 1);
  const blank = /[ \t]/.exec(text);
  if (blank !== null && isUrl(text)) throw new Fault("a URL cannot hold a blank", blank.index);
  const { path, extras } = isUrl(text) ? { path: text, extras: [] } : splitExtras(text);
  const parsed = parseReference(path);
  return {
    ...identity(parsed, extras),
    reference: parsed.reference,
    ...(marker === undefined ? {} : { marker }),
    hashes: [],
    editable: false,
    text: line,
  };
}

function readMarkerAfter(line: string, at: number): Marker | undefined {
  const scanner = new Scanner(line, at);
  scanner.skipBlanks();
  if (scanner.atEnd()) return undefined;
  const marker = scanMarker(scanner, 0);
  if (!scanner.atEnd()) throw scanner.fault(EXPECTED_END);
  return marker;
}

type Identity = Pick<Requirement, "name" | "spelled" | "extras" | "specifiers">;

function identity({ reference, egg }: ParsedReference, extras: readonly string[]): Identity {
  const wheel = wheelIdentity(reference);
  if (wheel !== undefined) return { ...wheel, extras: normalExtras(extras) };
  if (egg === undefined) {
    const name = "" as PackageName;
    return { name, spelled: "", extras: normalExtras(extras), specifiers: ANY_VERSION };
  }
  const { path: spelled, extras: eggExtras } = splitExtras(egg);
  if (!NAME.test(spelled)) {
    throw new Fault(`#egg=${egg} does not name a project`, 0, {
      hint: "write `name @ URL` instead",
    });
  }
  const all = normalExtras([...extras, ...eggExtras]);
  return { name: normalizeName(spelled), spelled, extras: all, specifiers: ANY_VERSION };
}

/** Name and version from a wheel's file name (binary distribution format, "File name convention"). */
function wheelIdentity(reference: DirectReference): Omit<Identity, "extras"> | undefined {
  const path = referencePath(reference);
  if (path === undefined || !/\.whl$/i.test(path)) return undefined;
  const parts = (path.split("/").at(-1) ?? "").slice(0, -4).split("-");
  const [spelled = "", version = ""] = parts;
  const specifiers = tryParseSpecifiers(`==${version.replaceAll("_", "-")}`);
  if (parts.length < 5 || parts.length > 6 || !NAME.test(spelled) || specifiers === undefined) {
    throw new Fault("not a wheel's file name: name-version-python-abi-platform.whl", 0);
  }
  return { name: normalizeName(spelled), spelled, specifiers };
}

function referencePath(reference: DirectReference): string | undefined {
  if (reference.kind === "path") return reference.path;
  if (reference.kind === "git") return undefined;
  const path = reference.url.split("?", 1)[0] ?? "";
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function splitExtras(text: string): { path: string; extras: readonly string[] } {
  const match = WITH_EXTRAS.exec(text);
  if (match === null) return { path: text, extras: [] };
  const extras = (match[2] ?? "").split(",").map(strip);
  const bad = extras.find((extra) => !NAME.test(extra));
  if (bad !== undefined) throw new Fault(`${JSON.stringify(bad)} is not the name of an extra`, 0);
  return { path: strip(match[1] ?? ""), extras };
}
