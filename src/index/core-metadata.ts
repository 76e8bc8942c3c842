import { normalizeName, type PackageName } from "../base/index.ts";
import type { MetadataFailure, ReleaseMetadata } from "./types.ts";

/** What is read of a METADATA file; all other fields and the description are left out. */
interface Headers {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly metadata: ReleaseMetadata;
}

/**
 * Reads core metadata (the header part, as e-mail headers: folded lines are joined). A file that
 * names another project is a failure, as it would be for pip.
 */
export function readCoreMetadata(
  text: string,
  name: PackageName,
): ReleaseMetadata | MetadataFailure {
  const headers = readHeaders(text);
  if (headers.name === undefined || headers.version === undefined) {
    return { failure: "its METADATA has no Name or no Version" };
  }
  if (normalizeName(headers.name.trim()) !== name) {
    return { failure: `its METADATA is that of "${headers.name.slice(0, 100)}"` };
  }
  return headers.metadata;
}

function readHeaders(text: string): Headers {
  const requiresDist: string[] = [];
  const extras: string[] = [];
  let requiresPython: string | undefined;
  let name: string | undefined;
  let version: string | undefined;
  for (const line of headerLines(text)) {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, colon).toLowerCase()) {
      case "requires-dist":
        if (value !== "") requiresDist.push(value);
        break;
      case "provides-extra":
        if (value !== "") extras.push(normalizeName(value));
        break;
      case "requires-python":
        if (value !== "") requiresPython ??= value;
        break;
      case "name":
        name ??= value;
        break;
      case "version":
        version ??= value;
        break;
    }
  }
  const metadata = { requiresDist, extras: [...new Set(extras)] };
  return {
    name,
    version,
    metadata: requiresPython === undefined ? metadata : { ...metadata, requiresPython },
  };
}

/** The lines before the first empty one, folded ones joined. */
function* headerLines(text: string): Generator<string> {
  let line = "";
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length;) {
    const found = text.indexOf("\n", at);
    const end = found === -1 ? text.length : found;
    const next = text.slice(at, text[end - 1] === "\r" ? end - 1 : end);
    at = end + 1;
    if (next === "") break;
    if (next.startsWith(" ") || next.startsWith("\t")) {
      line += ` ${next.trim()}`;
      continue;
    }
    if (line.includes(":")) yield line;
    line = next;
  }
  if (line.includes(":")) yield line;
}
