import { sessionStore } from "./open-store.ts";
import type { Session } from "./session.ts";
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

/** Removes what no environment uses. */
export function collectStore(
  session: Session,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<CollectResult> {
  return sessionStore(session).collect({ dryRun, report: session.report });
}
