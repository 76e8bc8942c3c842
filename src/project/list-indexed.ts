import { indexPath } from "./index-operations.ts";
import type { Session } from "./session.ts";

/** The names of all projects of an index file, sorted. Throws the errors of opening it. */
export async function listIndexed(session: Session, file?: string): Promise<readonly string[]> {
  const { indexFiles } = await import("../index/index.ts");
  const { listNames } = await indexFiles();
  return listNames(indexPath(session, file));
}
