import { promisify } from "node:util";
import { redactUrl } from "../http/index.ts";
import type { DirectReference } from "../requirement/index.ts";
import { projectError } from "./errors.ts";
import type { Session } from "./session.ts";

const COMMIT = /^[0-9a-f]{40}$/;
/** Schemes that git may follow; `ext::` and the like run programs. */
export const GIT_PROTOCOLS = "https:http:ssh:git:file";

/**
 * The commit that a git reference means now: its tag, branch or full commit, else HEAD. Throws
 * UserError `project-git`.
 */
export async function resolveGitCommit(
  session: Session,
  { url, ref }: Extract<DirectReference, { kind: "git" }>,
): Promise<string> {
  if (ref !== undefined && COMMIT.test(ref)) return ref;
  const wanted = ref ?? "HEAD";
  const names = [wanted, `refs/tags/${wanted}^{}`, `refs/tags/${wanted}`, `refs/heads/${wanted}`];
  const lines = await listRemote(session, url);
  for (const name of names.slice(ref === undefined ? 0 : 1)) {
    const commit = lines.get(name);
    if (commit !== undefined) return commit;
  }
  throw projectError("project-git", `${redactUrl(url)} has no branch or tag "${wanted}"`, {
    place: { url: redactUrl(url) },
    hint: "a commit must be given with all of its 40 digits",
  });
}

async function listRemote(session: Session, url: string): Promise<ReadonlyMap<string, string>> {
  if (url.startsWith("-")) throw projectError("project-git", `"${url}" is no URL`);
  const { execFile } = await import("node:child_process");
  try {
    const { stdout } = await promisify(execFile)("git", ["ls-remote", "--", url], {
      env: { ...session.env, GIT_TERMINAL_PROMPT: "0", GIT_ALLOW_PROTOCOL: GIT_PROTOCOLS },
      maxBuffer: 64 * 1024 * 1024,
      timeout: 120_000,
    });
    const rows = stdout.split("\n").map((line) => line.split("\t"));
    return new Map(rows.flatMap(([commit, name]) => (commit && name ? [[name, commit]] : [])));
  } catch (cause) {
    throw gitFailure(url, cause);
  }
}

/** What git said of a repository, as an error; credentials of the URL taken out. */
export function gitFailure(url: string, cause: unknown): Error {
  const why = gitMessage((cause as { stderr?: string }).stderr ?? "");
  return projectError("project-git", `${redactUrl(url)}: ${why.replaceAll(url, redactUrl(url))}`, {
    place: { url: redactUrl(url) },
    hint: "is git installed, and the repository reachable?",
    cause,
  });
}

/** What git says, but for the advice that follows. */
function gitMessage(stderr: string): string {
  const lines = stderr.trim().split("\n");
  const line = lines.find((text) => /^(?:fatal|error): /.test(text)) ?? lines.at(-1);
  return line?.replace(/^(?:fatal|error): /, "") || "git failed";
}
