import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { sha256 } from "../base/index.ts";
import { redactUrl } from "../http/index.ts";
import { projectError } from "./errors.ts";
import { GIT_PROTOCOLS, gitFailure } from "./git-reference.ts";
import type { Session } from "./session.ts";

/** Half an hour: a large history over a slow line. */
const TIMEOUT = 1_800_000;

/**
 * A working tree of a commit, with its history (a project may make its version from tags) and its
 * submodules; in the cache, so fetched once. Hooks and filters of the repository do not run. Throws
 * UserError `project-git`.
 */
export async function gitCheckout(
  session: Session,
  { url, commit }: { readonly url: string; readonly commit: string },
): Promise<string> {
  const folder = join(session.home.cache, "git", sha256(`${url} ${commit}`).slice(0, 32));
  if (existsSync(folder)) return folder;
  if (session.options.offline === true) {
    throw projectError("project-git", `${redactUrl(url)} at ${commit} was never fetched`, {
      place: { url: redactUrl(url) },
      hint: "run once without --offline",
    });
  }
  mkdirSync(dirname(folder), { recursive: true });
  const temporary = mkdtempSync(`${folder}.part-`);
  try {
    await clone(session, { url, commit, folder: temporary });
    if (!existsSync(folder)) renameSync(temporary, folder);
    return folder;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function clone(
  session: Session,
  {
    url,
    commit,
    folder,
  }: { readonly url: string; readonly commit: string; readonly folder: string },
): Promise<void> {
  const git = gitRunner(session, url);
  await git(["clone", "--quiet", "--no-checkout", "--filter=blob:none", "--", url, folder]);
  const within = ["-C", folder];
  const has = await git([...within, "cat-file", "-e", `${commit}^{commit}`]).then(
    () => true,
    () => false,
  );
  if (!has) await git([...within, "fetch", "--quiet", "origin", commit]);
  await git([...within, "checkout", "--quiet", "--detach", commit]);
  if (!existsSync(join(folder, ".gitmodules"))) return;
  await git([...within, "submodule", "--quiet", "update", "--init", "--recursive"]);
}

function gitRunner(session: Session, url: string): (args: readonly string[]) => Promise<void> {
  const settings = ["core.hooksPath=/dev/null", "core.fsmonitor=false", "core.symlinks=true"];
  const options = settings.flatMap((setting) => ["-c", setting]);
  return async (args) => {
    const { execFile } = await import("node:child_process");
    try {
      await promisify(execFile)("git", [...options, ...args], {
        env: { ...session.env, GIT_TERMINAL_PROMPT: "0", GIT_ALLOW_PROTOCOL: GIT_PROTOCOLS },
        maxBuffer: 16 * 1024 * 1024,
        timeout: TIMEOUT,
      });
    } catch (cause) {
      throw gitFailure(url, cause);
    }
  };
}
