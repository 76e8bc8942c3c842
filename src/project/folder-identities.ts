import { join, resolve, dirname } from "node:path";
import type { Sha256 } from "../base/index.ts";
import type { Requirement, RequirementInput } from "../requirement/index.ts";
import { folderHash } from "./builds/build-source.ts";
import type { Session } from "./session.ts";
import { isFolder } from "./source-references.ts";

/**
 * What the folders that an input names hold now: a lock of them fits only as long as they do not change.
 * Nothing where it names none. Throws UserError `project-source-tree`.
 */
export function folderIdentities(
  session: Session,
  { requirements }: RequirementInput,
): { readonly folders?: readonly Sha256[] } {
  const folders = requirements.flatMap((requirement) => {
    const folder = folderIn(session, requirement);
    return folder === undefined ? [] : [folderHash(folder, requirement)];
  });
  return folders.length === 0 ? {} : { folders };
}

function folderIn(session: Session, { reference, place }: Requirement): string | undefined {
  if (reference?.kind !== "path") return undefined;
  const from = place?.file === undefined ? session.cwd : dirname(place.file);
  const path = resolve(from, reference.path);
  if (!isFolder(path)) return undefined;
  return reference.subdirectory === undefined ? path : join(path, reference.subdirectory);
}
