import { readFileSync } from "node:fs";
import type { LockedSource } from "../lock/index.ts";
import { COMMIT, type GitHubReference } from "./nixpkgs-reference.ts";

interface Node {
  readonly inputs?: Readonly<Record<string, string | readonly string[]>>;
  readonly locked?: Readonly<Record<string, unknown>>;
}

interface FlakeLock {
  readonly root: string;
  readonly nodes: ReadonlyMap<string, Node>;
}

/** The commit's archive. */
export function archiveUrl({ owner, repo }: GitHubReference, rev: string): string {
  return `https://github.com/${owner}/${repo}/archive/${rev}.tar.gz`;
}

/**
 * What the root's input `nixpkgs` is locked to in a flake.lock; undefined where there is none, or it has
 * no address and hash.
 */
export function nixpkgsOfFlakeLock(path: string): LockedSource | undefined {
  const lock = readFlakeLock(path);
  return lock && sourceOf(lock.nodes.get(followed(lock, ["nixpkgs"], 0) ?? "")?.locked);
}

/** A commit that some input of a flake.lock is locked to. */
export function commitOfFlakeLock(
  path: string,
  { owner, repo, ref }: GitHubReference,
): LockedSource | undefined {
  const nodes = [...(readFlakeLock(path)?.nodes.values() ?? [])];
  const found = nodes.find(
    ({ locked = {} }) =>
      locked["type"] === "github" &&
      locked["owner"] === owner &&
      locked["repo"] === repo &&
      locked["rev"] === ref,
  );
  return sourceOf(found?.locked);
}

function readFlakeLock(path: string): FlakeLock | undefined {
  try {
    const data: unknown = JSON.parse(readFileSync(path, "utf8"));
    const { root, nodes } = data as { root: string; nodes: Readonly<Record<string, Node>> };
    const entries = Object.entries(nodes).filter(([, node]) => typeof node === "object" && node);
    return { root, nodes: new Map(entries) };
  } catch {
    return undefined;
  }
}

const MOST_FOLLOWS = 100;

/** The node that a path of inputs leads to from the root; an input may itself be such a path. */
function followed(lock: FlakeLock, path: readonly string[], depth: number): string | undefined {
  let at: string | undefined = lock.root;
  for (const name of path) at = at === undefined ? at : inputOf(lock, { of: at, name, depth });
  return at;
}

interface Step {
  readonly of: string;
  readonly name: string;
  readonly depth: number;
}

function inputOf(lock: FlakeLock, { of, name, depth }: Step): string | undefined {
  const inputs = new Map(Object.entries(lock.nodes.get(of)?.inputs ?? {}));
  const input = inputs.get(name);
  if (typeof input === "string" || input === undefined) return input;
  return depth < MOST_FOLLOWS ? followed(lock, input, depth + 1) : undefined;
}

const HASH = /^sha256-[A-Za-z0-9+/]{43}=$/;
const ADDRESS = /^https?:\/\/[^\s"\\]+$/;

function sourceOf(locked: Node["locked"]): LockedSource | undefined {
  const { type, narHash, lastModified } = locked ?? {};
  if (locked === undefined || typeof narHash !== "string" || !HASH.test(narHash)) return undefined;
  const isTime = typeof lastModified === "number" && Number.isSafeInteger(lastModified);
  const facts = { narHash, ...(isTime ? { lastModified } : {}) };
  if (type === "github") return withArchive(locked, facts);
  const { url } = locked;
  const isArchive = type === "tarball" && typeof url === "string" && ADDRESS.test(url);
  return isArchive ? { url, ...facts } : undefined;
}

const WORD = /^[\w.-]+$/;

function withArchive(
  { owner, repo, rev }: NonNullable<Node["locked"]>,
  facts: Omit<LockedSource, "url">,
): LockedSource | undefined {
  if (typeof owner !== "string" || typeof repo !== "string" || typeof rev !== "string")
    return undefined;
  if (!WORD.test(owner) || !WORD.test(repo) || !COMMIT.test(rev)) return undefined;
  return { url: archiveUrl({ kind: "github", owner, repo }, rev), rev, ...facts };
}
