import type { PackageName } from "../base/index.ts";
import * as check from "./check-values.ts";
import { at, BadNode, invalid, items, type JsonNode, members, record, text } from "./json-node.ts";
import {
  type Lock,
  LOCK_VERSION,
  type LockedArtifact,
  type LockedTarget,
  type Pin,
} from "./types.ts";

type FileNames = ReadonlyMap<string, check.FileName>;

/**
 * A lock out of parsed JSON that nobody has checked. Throws `BadNode` for the first value that is
 * missing, unknown, of the wrong kind, or unsafe to use. The version must have been looked at.
 */
export function decodeLock(value: unknown): Lock {
  const root = members(
    { value, path: [] },
    {
      version: "required",
      inputHash: "required",
      date: "required",
      providers: "required",
      indexes: "required",
      requirements: "required",
      targets: "required",
      artifacts: "required",
    },
  );
  const names = fileNames(root.artifacts);
  return {
    version: LOCK_VERSION,
    inputHash: check.sha256Text(root.inputHash),
    date: check.date(root.date),
    providers: decodeProviders(root.providers),
    indexes: items(root.indexes).map((node) => check.url(node)),
    requirements: items(root.requirements).map(text),
    targets: decodeTargets(root.targets, names),
    artifacts: decodeArtifacts(root.artifacts),
  };
}

function fileNames(node: JsonNode): FileNames {
  const keys = Object.keys(record(node));
  return new Map(
    keys.map((key) => [key, check.fileName({ value: key, path: [...node.path, key] })]),
  );
}

function decodeProviders(node: JsonNode): Lock["providers"] {
  const providers = Object.create(null) as Record<string, readonly string[]>;
  for (const key of Object.keys(record(node))) {
    const entry = at(node, key);
    if (key !== "_default") check.packageName({ value: key, path: entry.path });
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
  const { url, sha256, size, commit } = members(node, {
    url: "required",
    sha256: "required",
    size: "optional",
    commit: "optional",
  });
  return {
    url: check.url(url, { git: commit.value !== undefined }),
    sha256: check.sha256Text(sha256),
    ...(size.value === undefined ? {} : { size: check.size(size) }),
    ...(commit.value === undefined ? {} : { commit: check.commit(commit) }),
  };
}

function decodeTargets(node: JsonNode, names: FileNames): LockedTarget[] {
  const seen = new Set<string>();
  return items(node).map((item) => {
    const target = decodeTarget(item, names);
    if (seen.has(target.name)) throw new BadNode("lock-invalid", item, "stands there twice");
    seen.add(target.name);
    return target;
  });
}

function decodeTarget(node: JsonNode, names: FileNames): LockedTarget {
  const target = members(node, {
    name: "required",
    python: "required",
    platform: "required",
    pins: "required",
  });
  const name = text(target.name);
  const python = check.pythonVersion(target.python);
  const platform = check.word(target.platform);
  if (name !== `${python}-${platform}`) throw invalid(target.name, `"${python}-${platform}"`);
  const pins = items(target.pins).map((item) => decodePin(item, names));
  checkReferences(target.pins, pins);
  return { name, python, platform, pins };
}

function decodePin(node: JsonNode, names: FileNames): Pin {
  const pin = members(node, {
    name: "required",
    version: "required",
    provider: "required",
    build: "optional",
    instance: "optional",
    extras: "optional",
    artifact: "optional",
    dependencies: "required",
    requestedBy: "required",
  });
  const name = check.packageName(pin.name);
  const provider = check.word(pin.provider);
  return {
    name,
    version: check.version(pin.version),
    provider,
    ...(pin.build.value === undefined ? {} : { build: check.word(pin.build) }),
    ...(pin.instance.value === undefined ? {} : { instance: check.word(pin.instance) }),
    ...(pin.extras.value === undefined ? {} : { extras: items(pin.extras).map(check.packageName) }),
    ...artifactOf(pin.artifact, { name, provider, names }),
    dependencies: items(pin.dependencies).map(check.packageName),
    requestedBy: items(pin.requestedBy).map(check.packageName),
  };
}

/** The pin's file, which must be in the lock, of the pin's project, and of its provider's kind. */
function artifactOf(
  node: JsonNode,
  { name, provider, names }: { name: PackageName; provider: string; names: FileNames },
): { artifact?: string } {
  const isPypi = provider === "wheel" || provider === "sdist";
  if (node.value === undefined && !isPypi) return {};
  const file = names.get(text(node));
  if (file === undefined) throw invalid(node, "a file name out of `artifacts`");
  if (!isPypi) return { artifact: file.name };
  if (file.kind !== provider) throw invalid(node, `the file name of a ${provider}`);
  const fits =
    provider === "wheel" ? file.project === name : (file.project + "-").startsWith(name + "-");
  if (!fits) throw invalid(node, `a file of ${name}`);
  return { artifact: file.name };
}

function checkReferences(node: JsonNode, pins: readonly Pin[]): void {
  const names = new Set<string>();
  const identities = new Set<string>();
  for (const [index, pin] of pins.entries()) {
    const identity = `${pin.name} ${pin.instance ?? ""}`;
    const item = { value: pin.name, path: [...node.path, index] };
    if (identities.has(identity)) throw new BadNode("lock-invalid", item, "stands there twice");
    identities.add(identity);
    names.add(pin.name);
  }
  for (const [index, { dependencies, requestedBy }] of pins.entries()) {
    const path = [...node.path, index];
    requireAll(dependencies, { names, path: [...path, "dependencies"] });
    names.add("input");
    requireAll(requestedBy, { names, path: [...path, "requestedBy"] });
  }
}

function requireAll(
  references: readonly string[],
  { names, path }: { names: ReadonlySet<string>; path: readonly (string | number)[] },
): void {
  for (const [index, value] of references.entries()) {
    if (!names.has(value)) throw invalid({ value, path: [...path, index] }, "a pin of this target");
  }
}
