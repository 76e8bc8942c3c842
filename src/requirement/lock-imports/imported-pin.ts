import { normalizeName } from "../../base/index.ts";
import { tryParsePep440, tryParseSpecifiers } from "../../version/index.ts";
import { parseMarker } from "../parse-marker.ts";
import type { Marker } from "../types.ts";
import type { ImportedNeed, ImportedPin } from "./types.ts";

const LONGEST = 10_000;

/** A pin out of values that a file may have of any kind; undefined where they name no version. */
export function importedPin(
  name: unknown,
  version: unknown,
  more: { readonly markers?: readonly unknown[]; readonly requiresPython?: unknown } = {},
): ImportedPin | undefined {
  if (typeof name !== "string" || typeof version !== "string") return undefined;
  const parsed = tryParsePep440(version.replace(/^={2,3}\s*/, ""));
  if (name === "" || parsed === undefined) return undefined;
  const { requiresPython } = more;
  return {
    name: normalizeName(name),
    version: parsed.text,
    markers: (more.markers ?? []).map(markerOf).filter((marker) => marker !== undefined),
    ...(typeof requiresPython === "string" ? { requiresPython } : {}),
  };
}

/** A need out of a name, specifiers and a marker; undefined where they are in no notation of PEP 508. */
export function importedNeed(
  name: unknown,
  specifiers: unknown,
  marker: unknown,
): ImportedNeed | undefined {
  if (typeof name !== "string" || typeof specifiers !== "string") return undefined;
  const parsed = tryParseSpecifiers(specifiers);
  const condition = marker === undefined ? undefined : markerOf(marker);
  if (name === "" || parsed === undefined || parsed.specifiers.length === 0) return undefined;
  if (marker !== undefined && condition === undefined) return undefined;
  return {
    name: normalizeName(name),
    specifiers: parsed,
    ...(condition === undefined ? {} : { marker: condition }),
  };
}

/** A marker, or undefined for what is none: preferences need no more than what can be read. */
function markerOf(text: unknown): Marker | undefined {
  if (typeof text !== "string" || text.trim() === "" || text.length > LONGEST) return undefined;
  try {
    return parseMarker(text);
  } catch {
    return undefined;
  }
}
