import type { PackageName } from "../base/index.ts";
import * as check from "./check-values.ts";
import {
  at,
  BadNode,
  invalid,
  items,
  type JsonNode,
  keyNode,
  members,
  record,
  root,
  text,
} from "./json-node.ts";
import { targetLabel } from "./sets.ts";
import {
  type Lock,
  LOCK_VERSION,
  type LockedArtifact,
  type LockedBuild,
  type LockedNix,
  type LockedSet,
  type LockedSource,
  type LockedTarget,
  type Pin,
} from "./types.ts";

const LOCK_KEYS = {
  version: "required",
  inputHash: "required",
  date: "required",
  providers: "required",
  indexes: "required",
  requirements: "required",
  targets: "required",
  artifacts: "required",
  sets: "optional",
  nix: "optional",
} as const;

const PIN_KEYS = {
  name: "required",
  version: "required",
  provider: "required",
  build: "optional",
  condaName: "optional",
  attribute: "optional",
  instance: "optional",
  extras: "optional",
  artifact: "optional",
  unhashed: "optional",
  dependencies: "required",
  requestedBy: "required",
} as const;

const BUILD_KEYS = { requires: "required", pins: "required", crates: "optional" } as const;

type FileNames = ReadonlyMap<string, check.FileName>;

/**
 * A lock out of parsed JSON that nobody has checked. Throws `BadNode` for the first value that is
 * missing, unknown, of the wrong kind, or unsafe to use. The version must have been looked at.
 */
export function decodeLock(value: unknown): Lock {
  const lock = members(root(value), LOCK_KEYS);
  const names = fileNames(lock.artifacts);
  const sets = lock.sets.value === undefined ? undefined : decodeSets(lock.sets);
  return {
    version: LOCK_VERSION,
    inputHash: check.sha256Text(lock.inputHash),
    date: check.date(lock.date),
    providers: decodeProviders(lock.providers),
    indexes: items(lock.indexes).map((node) => check.url(node)),
    requirements: items(lock.requirements).map(text),
    ...(sets === undefined ? {} : { sets }),
    targets: decodeTargets(lock.targets, { names, sets }),
    artifacts: decodeArtifacts(lock.artifacts),
    ...(lock.nix.value === undefined ? {} : { nix: decodeNix(lock.nix) }),
  };
}

function fileNames(node: JsonNode): FileNames {
  const keys = Object.keys(record(node));
  return new Map(keys.map((key) => [key, check.fileName(keyNode(node, key))]));
}

function decodeProviders(node: JsonNode): Lock["providers"] {
  const providers = Object.create(null) as Record<string, readonly string[]>;
  for (const key of Object.keys(record(node))) {
    const entry = at(node, key);
    if (key !== "_default") check.packageName(keyNode(node, key));
    providers[key] = items(entry).map(check.word);
  }
  return providers;
}

function decodeArtifacts(node: JsonNode): Lock["artifacts"] {
  const artifacts = Object.create(null) as Record<string, LockedArtifact>;
  for (const key of Object.keys(record(node))) artifacts[key] = decodeArtifact(at(node, key));
  return artifacts;
}

function decodeArtifact(node: JsonNode): LockedArtifact {
  const { url, sha256, size, commit, subdirectory, editable } = members(node, {
    url: "required",
    sha256: "required",
    size: "optional",
    commit: "optional",
    subdirectory: "optional",
    editable: "optional",
  });
  return {
    url: check.url(url, { git: commit.value !== undefined }),
    sha256: check.sha256Text(sha256),
    ...(size.value === undefined ? {} : { size: check.size(size) }),
    ...(commit.value === undefined ? {} : { commit: check.commit(commit) }),
    ...(subdirectory.value === undefined ? {} : { subdirectory: check.subfolder(subdirectory) }),
    ...(editable.value === undefined ? {} : { editable: check.truth(editable) }),
  };
}

function decodeNix(node: JsonNode): LockedNix {
  const { nixpkgs, machNix } = members(node, { nixpkgs: "optional", machNix: "optional" });
  return {
    ...(nixpkgs.value === undefined ? {} : { nixpkgs: decodeSource(nixpkgs) }),
    ...(machNix.value === undefined ? {} : { machNix: decodeSource(machNix) }),
  };
}

function decodeSource(node: JsonNode): LockedSource {
  const { url, narHash, rev, lastModified } = members(node, {
    url: "required",
    narHash: "optional",
    rev: "optional",
    lastModified: "optional",
  });
  return {
    url: check.sourceUrl(url),
    ...(narHash.value === undefined ? {} : { narHash: check.narHash(narHash) }),
    ...(rev.value === undefined ? {} : { rev: check.commit(rev) }),
    ...(lastModified.value === undefined ? {} : { lastModified: check.size(lastModified) }),
  };
}

function decodeSets(node: JsonNode): Record<string, LockedSet> {
  const keys = Object.keys(record(node));
  if (keys.length === 0) throw invalid(node, "absent where there is no set");
  const sets = Object.create(null) as Record<string, LockedSet>;
  for (const key of keys) {
    const { requirements } = members(at(node, key), { requirements: "required" });
    sets[check.setName(keyNode(node, key))] = { requirements: items(requirements).map(text) };
  }
  return sets;
}

interface Around {
  readonly names: FileNames;
  readonly sets: Lock["sets"];
}

function decodeTargets(node: JsonNode, { names, sets }: Around): LockedTarget[] {
  const seen = new Set<string>();
  const targets = items(node).map((item) => {
    const target = { ...decodeTarget(item, names), ...setOf(item, sets) };
    const key = targetLabel(target);
    if (seen.has(key)) throw new BadNode("lock-invalid", item, "stands there twice");
    seen.add(key);
    return target;
  });
  const count = new Set(targets.map(({ name }) => name)).size;
  if (sets !== undefined && targets.length !== count * Object.keys(sets).length) {
    throw new BadNode("lock-invalid", node, "does not have every target of every set");
  }
  return targets;
}

/** Every target is of a set where there are some, and of none otherwise. */
function setOf(target: JsonNode, sets: Lock["sets"]): { set?: string } {
  const node = at(target, "set");
  if (sets === undefined && node.value === undefined) return {};
  const set = check.setName(node);
  if (sets === undefined || !Object.hasOwn(sets, set)) throw invalid(node, "one of `sets`");
  return { set };
}

function decodeTarget(node: JsonNode, names: FileNames): Omit<LockedTarget, "set"> {
  const target = members(node, {
    name: "required",
    set: "optional",
    python: "required",
    platform: "required",
    pins: "required",
    builds: "optional",
  });
  const name = text(target.name);
  const python = check.pythonVersion(target.python);
  const platform = check.word(target.platform);
  if (name !== `${python}-${platform}`) throw invalid(target.name, `"${python}-${platform}"`);
  const pins = items(target.pins).map((item) => decodePin(item, names));
  checkReferences(target.pins, pins);
  const { builds } = target;
  return {
    name,
    python,
    platform,
    pins,
    ...(builds.value === undefined ? {} : { builds: decodeBuilds(builds, names) }),
  };
}

function decodeBuilds(node: JsonNode, names: FileNames): Record<string, LockedBuild> {
  const builds = Object.create(null) as Record<string, LockedBuild>;
  for (const key of Object.keys(record(node))) {
    if (names.get(key)?.kind !== "sdist") throw invalid(keyNode(node, key), "an sdist's file name");
    const { requires, ...build } = members(at(node, key), BUILD_KEYS);
    const pins = items(build.pins).map((item) => decodePin(item, names));
    checkReferences(build.pins, pins);
    builds[key] = {
      requires: items(requires).map(text),
      pins,
      ...(build.crates.value === undefined ? {} : { crates: decodeCrates(build.crates, names) }),
    };
  }
  return builds;
}

function decodeCrates(node: JsonNode, names: FileNames): string[] {
  return items(node).map((item) => {
    const file = names.get(text(item));
    if (file?.kind !== "crate") throw invalid(item, "a crate out of `artifacts`");
    return file.name;
  });
}

function decodePin(node: JsonNode, names: FileNames): Pin {
  const pin = members(node, PIN_KEYS);
  const provider = check.word(pin.provider);
  const isProject = FILE_KINDS.has(provider) || provider === "nixpkgs";
  const name = isProject ? check.packageName(pin.name) : check.pinName(pin.name);
  const condaName = pin.condaName.value === undefined ? undefined : check.pinName(pin.condaName);
  return {
    name,
    version: check.version(pin.version),
    provider,
    ...(pin.build.value === undefined ? {} : { build: check.word(pin.build) }),
    ...(condaName === undefined ? {} : { condaName }),
    ...(pin.attribute.value === undefined ? {} : { attribute: check.attribute(pin.attribute) }),
    ...(pin.instance.value === undefined ? {} : { instance: check.word(pin.instance) }),
    ...(pin.extras.value === undefined ? {} : { extras: items(pin.extras).map(check.packageName) }),
    ...(pin.unhashed.value === undefined
      ? artifactOf(pin.artifact, { name: condaName ?? name, provider, names })
      : unhashedOf(pin)),
    dependencies: items(pin.dependencies).map(check.pinName),
    requestedBy: items(pin.requestedBy).map(check.pinName),
  };
}

/** Providers whose pins are files of PyPI's kinds, and the kinds. */
const FILE_KINDS: ReadonlyMap<string, readonly check.FileName["kind"][]> = new Map([
  ["wheel", ["wheel"]],
  ["sdist", ["sdist"]],
  ["reference", ["wheel", "sdist"]],
]);
/** Of pins of any other provider, if they have a file. */
const CHANNEL_KINDS: readonly check.FileName["kind"][] = ["conda"];

/** The name of a file that nobody can fetch yet: it stands instead of an artifact. */
function unhashedOf(pin: { readonly artifact: JsonNode; readonly unhashed: JsonNode }): {
  unhashed: string;
} {
  if (pin.artifact.value !== undefined) throw invalid(pin.unhashed, "absent beside `artifact`");
  return { unhashed: check.fileName(pin.unhashed).name };
}

/** The pin's file, which must be in the lock, of the pin's project, and of its provider's kind. */
function artifactOf(
  node: JsonNode,
  { name, provider, names }: { name: PackageName; provider: string; names: FileNames },
): { artifact?: string } {
  const kinds = FILE_KINDS.get(provider);
  if (node.value === undefined && kinds === undefined) return {};
  const file = names.get(text(node));
  if (file === undefined) throw invalid(node, "a file name out of `artifacts`");
  if (!(kinds ?? CHANNEL_KINDS).includes(file.kind))
    throw invalid(node, `the file name of a ${provider}`);
  // An sdist's older names leave open where the project's name ends (`a-b-1.0.zip`).
  const fits =
    file.kind === "wheel" ? file.project === name : `${file.project}-`.startsWith(`${name}-`);
  if (!fits) throw invalid(node, `a file of ${name}`);
  return { artifact: file.name };
}

function checkReferences(node: JsonNode, pins: readonly Pin[]): void {
  const names = new Set<string>();
  const identities = new Set<string>();
  const nodes = items(node);
  for (const [index, pin] of pins.entries()) {
    const identity = `${pin.name} ${pin.instance ?? ""}`;
    if (identities.has(identity)) {
      throw new BadNode("lock-invalid", nodes[index] as JsonNode, "stands there twice");
    }
    identities.add(identity);
    names.add(pin.name);
  }
  const askers = new Set([...names, "input"]);
  for (const pin of nodes) {
    requireAll(at(pin, "dependencies"), names);
    requireAll(at(pin, "requestedBy"), askers);
  }
}

function requireAll(list: JsonNode, names: ReadonlySet<string>): void {
  for (const item of items(list)) {
    if (!names.has(item.value as string)) throw invalid(item, "a pin of this target");
  }
}
