import { UserError } from "../base/index.ts";
import { cliError } from "./errors.ts";

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: "make room, or put mach-nix's files elsewhere with --cache-dir or MACH_NIX_HOME",
  EDQUOT: "make room, or put mach-nix's files elsewhere with --cache-dir or MACH_NIX_HOME",
  EACCES: "check who owns the file and its folder",
  EPERM: "check who owns the file and its folder",
  EROFS: "this file system is read-only: choose another place",
  EMFILE: "raise the limit of open files (ulimit -n)",
  ENOENT: "check that the path is right",
};

/** Whatever was thrown, as an error to show: the system's refusals by name, the rest as our bug. */
export function asUserError(thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown;
  const { code, path, syscall } = (thrown ?? {}) as Partial<NodeJS.ErrnoException>;
  if (thrown instanceof Error && typeof code === "string" && syscall !== undefined) {
    const hint = Object.hasOwn(HINTS, code) ? HINTS[code] : undefined;
    return cliError("system-error", thrown.message, {
      cause: thrown,
      facts: { code, syscall },
      ...(hint === undefined ? {} : { hint }),
      ...(path === undefined ? {} : { place: { file: path } }),
    });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return cliError("internal-error", `this is a bug in mach-nix: ${message}`, {
    cause: thrown,
    hint: "run it again with --debug and report what it prints",
  });
}
