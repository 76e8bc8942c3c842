import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";

/** A commit or branch of a repository of GitHub; its default branch without `ref`. */
export interface GitHubReference {
  readonly kind: "github";
  readonly owner: string;
  readonly repo: string;
  readonly ref?: string;
}

/** What a user may call a nixpkgs. */
export type NixpkgsReference =
  | GitHubReference
  | { readonly kind: "folder"; readonly path: string }
  /** A flake.lock, of which the input `nixpkgs` is meant. */
  | { readonly kind: "lock"; readonly path: string }
  | { readonly kind: "archive"; readonly url: string };

export const COMMIT: RegExp = /^[0-9a-f]{40}$/;

const OFFICIAL = { kind: "github", owner: "NixOS", repo: "nixpkgs" } as const;

const WORD = "[A-Za-z0-9_.-]+";
const GITHUB = new RegExp(
  `^github:(${WORD})/(${WORD})(?:/(${WORD}(?:/${WORD})*))?(?:\\?(?:rev|ref)=(${WORD}))?$`,
);
const REGISTRY = new RegExp(`^(?:flake:)?nixpkgs(?:/(${WORD}(?:/${WORD})*))?$`);
const CHANNEL = /^(?:channel:)?((?:nixos|nixpkgs|release)-[A-Za-z0-9.-]+)$/;
const ARCHIVE = /^(?:tarball\+)?(https?:\/\/\S+)$/;

/**
 * Reads what `--nixpkgs` was given: a flake reference (`github:NixOS/nixpkgs/nixos-25.05`, `nixpkgs/REF`),
 * the address of an archive, a folder or a flake.lock below `cwd`, a channel's name, or a commit of
 * nixpkgs. Undefined for what is none of these.
 */
export function parseNixpkgsReference(text: string, cwd: string): NixpkgsReference | undefined {
  const github = GITHUB.exec(text);
  if (github) {
    const [, owner = "", repo = "", path, query] = github;
    return withRef({ kind: "github", owner, repo }, path ?? query);
  }
  const [, url] = ARCHIVE.exec(text) ?? [];
  if (url !== undefined) return { kind: "archive", url };
  const path = resolve(cwd, text.replace(/^path:/, ""));
  if (existsSync(path)) return { kind: statSync(path).isFile() ? "lock" : "folder", path };
  const registry = REGISTRY.exec(text);
  if (registry) return withRef(OFFICIAL, registry[1]);
  const branch = CHANNEL.exec(text)?.[1] ?? (COMMIT.test(text) ? text : undefined);
  return branch === undefined ? undefined : withRef(OFFICIAL, branch);
}

function withRef(repository: GitHubReference, ref: string | undefined): GitHubReference {
  return ref === undefined ? repository : { ...repository, ref };
}
