import type { PackageName } from "../base/index.ts";
import { readCoreMetadata } from "./core-metadata.ts";
import type { BuildSystem } from "./sdist-pyproject.ts";
import type { MetadataFailure, ReleaseMetadata } from "./types.ts";

/** What a wheel built from the sdist may say differently where it is marked dynamic (PEP 643). */
const DECIDING = new Set(["requires-dist", "requires-python", "provides-extra"]);

/** Backends whose sdists have the wheel's METADATA as PKG-INFO, whatever version it states. */
const FAITHFUL = new Set([
  "poetry.core.masonry.api",
  "poetry.masonry.api",
  "flit_core.buildapi",
  "flit.buildapi",
]);

/**
 * What PKG-INFO says, where that holds for every wheel built from the sdist: Metadata-Version 2.2 or
 * later with nothing that matters marked `Dynamic`, or written by a backend that writes the same into
 * a wheel. Undefined where it does not hold.
 */
export function readPkgInfo(
  text: string,
  { name, backend }: { readonly name: PackageName; readonly backend?: BuildSystem | undefined },
): ReleaseMetadata | MetadataFailure | undefined {
  const head = headerOf(text);
  const [, major, minor] = /^Metadata-Version:\s*(\d{1,3})\.(\d{1,3})\s*$/im.exec(head) ?? [];
  if (major === undefined) return undefined;
  const declares = Number(major) * 1000 + Number(minor) >= 2002;
  if (!declares) {
    if (!FAITHFUL.has(backend?.backend ?? "") || backend?.isLocal === true) return undefined;
  } else if (dynamicFields(head).some((field) => DECIDING.has(field))) return undefined;
  return readCoreMetadata(text, name);
}

function headerOf(text: string): string {
  const end = /\r?\n\r?\n/.exec(text)?.index;
  return end === undefined ? text : text.slice(0, end);
}

function dynamicFields(head: string): readonly string[] {
  return Array.from(head.matchAll(/^Dynamic:([^\n]*)$/gim), ([, field = ""]) =>
    field.trim().toLowerCase(),
  );
}
