import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { NixpkgsList } from "../index/index.ts";
import { projectError } from "./errors.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import type { LockRequest } from "./types.ts";

/**
 * The list of nixpkgs' packages that counts: the one of the request, else of mach-nix.toml, if any.
 * Throws UserError `project-input-missing` and `index-nixpkgs-list`.
 */
export async function nixpkgsPackages(
  session: Session,
  { request, settings }: { readonly request: LockRequest; readonly settings: Settings },
): Promise<NixpkgsList | undefined> {
  const asked = request.nixpkgsPackages;
  const path = asked === undefined ? settings.nixpkgsPackages : resolve(session.cwd, asked);
  if (path === undefined) return undefined;
  const { readNixpkgsList } = await import("../index/index.ts");
  return readNixpkgsList(readText(path), path);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw projectError("project-input-missing", `${path} cannot be read: ${code}`, {
      place: { file: path },
      hint: "make it with `mach-nix index nixpkgs PATH -o FILE`",
      cause,
    });
  }
}
