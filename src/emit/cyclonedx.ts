import { type Json, sha256 } from "../base/index.ts";
import { type Lock, type LockedTarget, type Pin, targetLabel } from "../lock/index.ts";
import { type ExportInput, type ExportPlaces, localPath } from "./export-format.ts";
import type { Licence } from "./licence.ts";
import { type MergedFile, type MergedPin, mergePins, releaseKey } from "./merge-pins.ts";
import { packageUrl } from "./package-url.ts";

const ROOT = "input";

/**
 * A CycloneDX 1.6 bill of materials as JSON: a component a release with purl, files, hashes and sizes,
 * and who depends on whom; what sources are only built with has the scope `excluded`. The same lock gives
 * the same bytes: its time is the snapshot date, its serial number is made from the lock.
 */
export function exportCycloneDx(input: ExportInput): string {
  const { lock, targets } = input;
  const document: Json = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${serialNumber(lock, targets)}`,
    version: 1,
    metadata: {
      timestamp: lock.date,
      tools: { components: [{ type: "application", name: "mach-nix" }] },
      component: { type: "application", "bom-ref": ROOT, name: "environment" },
      properties: targets.map((target) => ({
        name: "mach-nix:target",
        value: targetLabel(target),
      })),
    },
    components: components(input),
    dependencies: dependencies(targets),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A UUID of version 8 (RFC 9562), whose bits are a hash of what the document is made from. */
function serialNumber(lock: Lock, targets: readonly LockedTarget[]): string {
  const hex = sha256(JSON.stringify([lock, targets.map(targetLabel)]));
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

function components(input: ExportInput): Json[] {
  const { lock, targets } = input;
  const installed = mergePins(lock, targets);
  const references = new Set(installed.map(reference));
  const building = mergePins(lock, targets.map(buildTarget)).filter(
    (pin) => !references.has(reference(pin)),
  );
  return [
    ...installed.map((pin) => component(pin, input)),
    ...building.map((pin) => ({ ...component(pin, input), scope: "excluded" })),
  ];
}

/** A target that has what the sources of another are built with. */
function buildTarget(target: LockedTarget): LockedTarget {
  const pins = Object.values(target.builds ?? {}).flatMap((build) => build.pins);
  return { ...target, pins: [...new Map(pins.map((pin) => [releaseKey(pin), pin])).values()] };
}

function component(
  pin: MergedPin,
  { targets, places, licence }: ExportInput,
): Record<string, Json> {
  const { name, condaName = name, version, provider, attribute, files, extras } = pin;
  const only = pin.targets.length === targets.length ? [] : pin.targets;
  const [file, ...others] = files;
  return {
    type: "library",
    "bom-ref": reference(pin),
    name: condaName,
    version,
    ...(file === undefined || others.length > 0 ? {} : { hashes: hashes(file) }),
    ...licences(files.map(({ filename }) => licence?.(filename))),
    purl: packageUrl(pin),
    ...(files.length === 0
      ? {}
      : { externalReferences: files.map((file) => externalReference(file, places)) }),
    properties: [
      { name: "mach-nix:provider", value: provider },
      ...(attribute === undefined ? [] : [{ name: "mach-nix:attribute", value: attribute }]),
      ...files.flatMap(({ filename, size }) =>
        size === undefined ? [] : [{ name: "mach-nix:size", value: `${filename} ${size}` }],
      ),
      ...extras.map((extra) => ({ name: "mach-nix:extra", value: extra })),
      ...only.map((target) => ({ name: "mach-nix:target", value: targetLabel(target) })),
    ],
  };
}

/** One expression, or names; the files of one release agree. */
function licences(found: readonly (Licence | undefined)[]): Record<string, Json> {
  const first = found.find((licence) => licence !== undefined);
  if (first === undefined) return {};
  if ("expression" in first) return { licenses: [{ expression: first.expression }] };
  return { licenses: first.names.map((name) => ({ license: { name } })) };
}

function externalReference(file: MergedFile, places: ExportPlaces): Json {
  const path = localPath(file.url);
  const url = path === undefined ? file.url : encodeURI(places.relative(path));
  return { type: file.commit === undefined ? "distribution" : "vcs", url, hashes: hashes(file) };
}

function hashes({ sha256 }: MergedFile): Json {
  return [{ alg: "SHA-256", content: sha256 }];
}

function reference({
  name,
  version,
  provider,
  build,
}: Pick<Pin, "version" | "provider" | "build"> & { readonly name: string }): string {
  return `${provider}:${name}@${version}${build === undefined ? "" : `=${build}`}`;
}

function dependencies(targets: readonly LockedTarget[]): Json {
  const edges = new Map<string, Set<string>>([[ROOT, new Set()]]);
  for (const { pins } of targets) {
    const byName = new Map(pins.map((pin) => [pin.name as string, pin]));
    for (const pin of pins.toSorted((a, b) => (releaseKey(a) < releaseKey(b) ? -1 : 1))) {
      const from = reference(pin);
      const mine = edges.get(from) ?? new Set();
      edges.set(from, mine);
      if (pin.requestedBy.includes("input")) edges.get(ROOT)?.add(from);
      for (const name of pin.dependencies) {
        const to = byName.get(name);
        if (to !== undefined) mine.add(reference(to));
      }
    }
  }
  return [...edges].map(([ref, to]) => ({ ref, dependsOn: [...to].toSorted() }));
}
