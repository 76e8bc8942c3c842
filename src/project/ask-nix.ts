import { promisify } from "node:util";
import type { LockedSource } from "../lock/index.ts";
import { projectError } from "./errors.ts";
import { archiveUrl } from "./flake-lock.ts";
import { COMMIT, type GitHubReference } from "./nixpkgs-reference.ts";
import type { Session } from "./session.ts";

const FLAKES = ["--extra-experimental-features", "nix-command flakes"];

const COMMON =
  "{ inherit (tree) narHash; rev = tree.rev or null; lastModified = tree.lastModified or null; }";
const FETCH_GITHUB = `{ owner, repo, ref ? null, rev ? null }:
  let
    of = name: value: if value == null then { } else { \${name} = value; };
    tree = builtins.fetchTree ({ type = "github"; inherit owner repo; } // of "ref" ref // of "rev" rev);
  in ${COMMON}`;
const FETCH_ARCHIVE = `{ url }: let tree = builtins.fetchTree { type = "tarball"; inherit url; }; in ${COMMON}`;

interface Answer {
  readonly narHash: string;
  readonly rev: string | null;
  readonly lastModified: number | null;
}

/** Has Nix fetch a source and say what it is. Throws UserError `nix-unknown-hash`. */
export async function askNix(
  session: Session,
  source: GitHubReference | { readonly kind: "archive"; readonly url: string },
): Promise<LockedSource> {
  if (source.kind === "archive") {
    const answer = await evaluate(session, FETCH_ARCHIVE, { url: source.url });
    return withFacts(source.url, answer);
  }
  const { owner, repo, ref } = source;
  const which = ref === undefined ? {} : COMMIT.test(ref) ? { rev: ref } : { ref };
  const answer = await evaluate(session, FETCH_GITHUB, { owner, repo, ...which });
  return withFacts(archiveUrl(source, answer.rev ?? ""), answer);
}

function withFacts(url: string, { narHash, rev, lastModified }: Answer): LockedSource {
  return {
    url,
    narHash,
    ...(rev === null ? {} : { rev }),
    ...(lastModified === null ? {} : { lastModified }),
  };
}

async function evaluate(
  { options, env }: Session,
  expression: string,
  given: Readonly<Record<string, string>>,
): Promise<Answer> {
  const what = given["url"] ?? Object.values(given).join("/");
  if (options.offline === true) throw unknown(what, "not with --offline");
  const words = ["--eval", "--strict", "--json", "--read-write-mode", ...FLAKES];
  const named = Object.entries(given).flatMap(([name, value]) => ["--argstr", name, value]);
  const { execFile } = await import("node:child_process");
  try {
    const all = [...words, ...named, "--expr", expression];
    const { stdout } = await promisify(execFile)("nix-instantiate", all, { env: { ...env } });
    return JSON.parse(stdout) as Answer;
  } catch (cause) {
    const { code, stderr = "" } = cause as { code?: unknown; stderr?: string };
    const errors = stderr.split("\n").flatMap((line) => /^\s*error: (.+)/.exec(line)?.[1] ?? []);
    const why = errors.at(-1);
    throw unknown(what, code === "ENOENT" ? "there is no `nix-instantiate`" : why, cause);
  }
}

function unknown(what: string, why = "it failed", cause?: unknown): Error {
  return projectError("nix-unknown-hash", `the hash of ${what} has to be asked of Nix: ${why}`, {
    hint: "name a flake.lock that has it (--nixpkgs flake.lock), or a folder",
    cause,
  });
}
