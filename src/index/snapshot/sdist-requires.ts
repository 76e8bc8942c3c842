import { normalizeName } from "../../base/index.ts";
import type { ReleaseMetadata } from "../types.ts";
import type { SdistMetadata } from "./project-data.ts";

/**
 * What `setup.py` said, as core metadata says it: the keys of `extras_require` (`extra`, `:marker`,
 * `extra:marker`) become markers of `Requires-Dist` lines, as setuptools writes them.
 */
export function sdistReleaseMetadata(metadata: SdistMetadata): ReleaseMetadata {
  const requiresDist = [...(metadata.installRequires ?? [])];
  const extras = new Set<string>();
  for (const [key, lines] of metadata.extrasRequire ?? []) {
    const { extra, marker } = splitKey(key);
    if (extra !== "") extras.add(extra);
    for (const line of lines) requiresDist.push(conditional(line, { extra, marker }));
  }
  const requiresPython = (metadata.pythonRequires ?? []).join(",");
  return {
    requiresDist,
    ...(requiresPython === "" ? {} : { requiresPython }),
    extras: [...extras],
  };
}

interface Condition {
  readonly extra: string;
  readonly marker: string;
}

function splitKey(key: string): Condition {
  const colon = key.indexOf(":");
  const extra = colon < 0 ? key : key.slice(0, colon);
  return { extra: extraName(extra), marker: colon < 0 ? "" : key.slice(colon + 1).trim() };
}

/** As setuptools makes an extra's name safe; normalized (PEP 685). */
function extraName(text: string): string {
  return normalizeName(text.trim().replace(/[^A-Za-z0-9.-]+/g, "_"));
}

/** The separator before a marker; behind a URL only after a space (PEP 508). */
const MARKER = /\s*;\s*/;
const URL_MARKER = /\s;\s*/;

function conditional(line: string, { extra, marker }: Condition): string {
  const separator = (/@\s*[a-z+]+:/i.test(line) ? URL_MARKER : MARKER).exec(line);
  const requirement = separator === null ? line : line.slice(0, separator.index);
  const own = separator === null ? "" : line.slice(separator.index + separator[0].length).trim();
  const markers = [own, marker].filter((text) => text !== "");
  const isOnly = markers.length + (extra === "" ? 0 : 1) === 1;
  const conditions = markers.map((text) => (isOnly ? text : `(${text})`));
  if (extra !== "") conditions.push(`extra == "${extra}"`);
  return conditions.length === 0 ? requirement : `${requirement} ; ${conditions.join(" and ")}`;
}
