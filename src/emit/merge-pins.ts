import type { Lock, LockedArtifact, LockedTarget, Pin } from "../lock/index.ts";
import { emitError } from "./errors.ts";
import { markerFor, markerKey } from "./target-marker.ts";

/** A release that some of the targets have, with the files they have of it. */
export interface MergedPin {
  readonly name: string;
  readonly version: string;
  readonly provider: string;
  readonly origin: PinOrigin;
  /** Conda's build string, and its name of the package. */
  readonly build?: string;
  readonly condaName?: string;
  /** The attribute in nixpkgs. */
  readonly attribute?: string;
  readonly extras: readonly string[];
  readonly files: readonly MergedFile[];
  /** Names, sorted. */
  readonly dependencies: readonly string[];
  readonly requestedBy: readonly string[];
  readonly targets: readonly LockedTarget[];
  /** Where it belongs; absent where every target has it. */
  readonly marker?: string;
}

/** Who knows the release: a Python index (or a reference), a conda channel, nixpkgs. */
export type PinOrigin = "index" | "conda" | "nixpkgs";

export interface MergedFile extends LockedArtifact {
  readonly filename: string;
}

/**
 * The pins of several targets in one list, sorted by name and version, each with the marker that says
 * where it belongs, as far as markers can: see `refuseOverlap`.
 */
export function mergePins(lock: Lock, targets: readonly LockedTarget[]): readonly MergedPin[] {
  const found = new Map<string, { pin: Pin; target: LockedTarget }[]>();
  for (const target of targets) {
    for (const pin of target.pins) {
      const key = releaseKey(pin);
      found.set(key, [...(found.get(key) ?? []), { pin, target }]);
    }
  }
  return [...found.keys()]
    .toSorted()
    .map((key) => mergePin(found.get(key) ?? [], { lock, targets }))
    .filter((pin) => pin !== undefined);
}

/** Equal for pins that are one release; sorts by name first. */
export function releaseKey({ name, version, provider, build }: Pin): string {
  return [name, version, provider, build ?? ""].join(" ");
}

function mergePin(
  found: readonly { readonly pin: Pin; readonly target: LockedTarget }[],
  { lock, targets }: { readonly lock: Lock; readonly targets: readonly LockedTarget[] },
): MergedPin | undefined {
  const [first] = found;
  if (first === undefined) return undefined;
  const { name, version, provider, build, condaName, attribute } = first.pin;
  const mine = found.map(({ target }) => target);
  const marker = markerFor(mine, targets);
  return {
    name,
    version,
    provider,
    origin: originOf(provider),
    ...(build === undefined ? {} : { build }),
    ...(condaName === undefined ? {} : { condaName }),
    ...(attribute === undefined ? {} : { attribute }),
    extras: union(found.map(({ pin }) => pin.extras ?? [])),
    files: union(found.map(({ pin }) => (pin.artifact === undefined ? [] : [pin.artifact])))
      .map((filename) => fileOf(lock, filename))
      .filter((file) => file !== undefined),
    dependencies: union(found.map(({ pin }) => pin.dependencies)),
    requestedBy: union(found.map(({ pin }) => pin.requestedBy)),
    targets: mine,
    ...(marker === undefined ? {} : { marker }),
  };
}

const INDEX_PROVIDERS: ReadonlySet<string> = new Set(["wheel", "sdist", "reference"]);

function originOf(provider: string): PinOrigin {
  if (INDEX_PROVIDERS.has(provider)) return "index";
  return provider === "nixpkgs" ? "nixpkgs" : "conda";
}

function fileOf({ artifacts }: Lock, filename: string): MergedFile | undefined {
  const artifact = Object.hasOwn(artifacts, filename) ? artifacts[filename] : undefined;
  return artifact === undefined ? undefined : { filename, ...artifact };
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].toSorted();
}

/** Throws UserError `export-targets-overlap` for targets that hold different packages and no marker tells apart. */
export function refuseOverlap(targets: readonly LockedTarget[]): void {
  const byKey = new Map<string, LockedTarget>();
  for (const target of targets) {
    const other = byKey.get(markerKey(target));
    if (other !== undefined && contents(other) !== contents(target)) {
      throw emitError(
        "export-targets-overlap",
        `the targets ${other.name} and ${target.name} hold different packages, and no marker tells them apart`,
        { hint: `choose one: --target ${target.name}` },
      );
    }
    byKey.set(markerKey(target), target);
  }
}

function contents({ pins }: LockedTarget): string {
  return pins.map(releaseKey).toSorted().join("\n");
}
