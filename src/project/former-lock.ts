import { existsSync } from "node:fs";
import { normalizeName, type PackageName } from "../base/index.ts";
import { readLockFile, type Lock, type Pin } from "../lock/index.ts";
import { condaNode } from "../provider/index.ts";
import type { Renewal } from "../resolve/index.ts";
import type { LockRequest } from "./types.ts";

/** A lock that is there already, and its text. */
export interface FormerLock {
  readonly lock: Lock;
  readonly text: string;
}

/** The lock at a path, or undefined where there is none. Throws the lock stage's errors. */
export function readFormerLock(path: string): FormerLock | undefined {
  return existsSync(path) ? readLockFile(path) : undefined;
}

/** A target of a lock, of one of its sets where there are some. */
interface Named {
  readonly name: string;
  readonly set?: string | undefined;
}

/** The versions to keep for one target: all of its former pins but those to be upgraded. */
export function keptVersions(
  former: Lock | undefined,
  target: Named,
  upgrade: LockRequest["upgrade"],
): ReadonlyMap<PackageName, string> {
  if (former === undefined || upgrade === true) return new Map();
  const upgraded = new Set((upgrade ?? []).map((name) => normalizeName(name)));
  const kept = formerPins(former, target).filter(({ name }) => !upgraded.has(name));
  return new Map(kept.flatMap(keptVersion));
}

/**
 * Of one target, what is upgraded while the rest stays, and what that needs in the former lock,
 * directly or through others. Undefined where nothing is named.
 */
export function renewalOf(
  former: Lock | undefined,
  target: Named,
  upgrade: LockRequest["upgrade"],
): Renewal | undefined {
  if (former === undefined || upgrade === undefined || upgrade === true) return undefined;
  const names = upgrade.map((name) => normalizeName(name));
  const pins = new Map<string, Pin>(formerPins(former, target).map((pin) => [pin.name, pin]));
  const found = new Set<string>();
  const open: string[] = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const needed of pins.get(name)?.dependencies ?? []) {
      if (found.has(needed)) continue;
      found.add(needed);
      open.push(needed);
    }
  }
  return { names: nodesOf(names, pins), below: nodesOf(found, pins) };
}

/** Packages, and what conda calls them. */
function nodesOf(
  names: Iterable<string>,
  pins: ReadonlyMap<string, Pin>,
): ReadonlySet<PackageName> {
  return new Set(
    [...names].flatMap((name) => [
      name as PackageName,
      condaNode(pins.get(name)?.condaName ?? name),
    ]),
  );
}

/** A conda package is kept with its build. */
function keptVersion({ name, version, build, condaName }: Pin): readonly [PackageName, string][] {
  const own: [PackageName, string] = [name, version];
  return build === undefined ? [own] : [own, [condaNode(condaName ?? name), `${version} ${build}`]];
}

/** A target that is new to the lock begins with what another set has for it, or with the first one. */
function formerPins({ targets }: Lock, { name, set }: Named): readonly Pin[] {
  const found =
    targets.find((target) => target.name === name && target.set === set) ??
    targets.find((target) => target.name === name) ??
    targets[0];
  return found?.pins ?? [];
}
