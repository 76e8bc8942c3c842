import { dirname } from "node:path";
import { collectGenerations, formerGenerations, listGenerations } from "../environment/index.ts";
import { sessionStore } from "./open-store.ts";
import type { Session } from "./session.ts";
import { removeEnvironments, unusedEnvironments } from "./temporary-environment.ts";
import type { CollectResult, VerifyResult } from "../store/index.ts";

/** Reads every byte of the store; with `repair`, removes what is broken so that sync makes it anew. */
export async function verifyStore(
  session: Session,
  { repair = false }: { readonly repair?: boolean } = {},
): Promise<VerifyResult> {
  const store = sessionStore(session);
  const result = await store.verify({ report: session.report });
  const broken = [...new Set(result.problems.map(({ object }) => object))];
  if (repair && broken.length > 0) await store.repair(broken);
  return result;
}

/**
 * Removes what no environment uses: temporary environments of long ago, former generations of the
 * others, then the objects that were only theirs.
 */
export async function collectStore(
  session: Session,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<CollectResult> {
  const store = sessionStore(session);
  const unused = unusedEnvironments(session);
  if (!dryRun) removeEnvironments(unused);
  const directories = store.roots().map((root) => dirname(dirname(root)));
  if (!dryRun) directories.forEach(collectFormer);
  const without = dryRun ? directories.flatMap((directory) => foregone(directory, unused)) : [];
  return store.collect({ dryRun, without, report: session.report });
}

/** The generations of a directory that would go. */
function foregone(directory: string, unused: readonly string[]): readonly string[] {
  if (!unused.includes(directory)) return formerGenerations(directory);
  const all = listGenerations(directory);
  return all.map((number) => `${directory}/.mach-nix/generations/${number}`);
}

/** An environment of somebody else stays as it is: what its generations list is kept. */
function collectFormer(directory: string): void {
  try {
    collectGenerations(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EACCES" && code !== "EPERM" && code !== "EROFS") throw error;
  }
}
