// The Nix programs to test with: the one on PATH, and a newer one beside it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../e2e/program.ts";

export interface Nix {
  /** `2.26.3`. */
  readonly version: string;
  /** Where nix, nix-build, nix-instantiate … are; undefined for those on PATH. */
  readonly folder: string | undefined;
}

/** Made by `tools/get-nix.sh trixie .peers/nix`. */
const BESIDE = join(ROOT, ".peers", "nix", "bin");

function look(folder: string | undefined): Nix | undefined {
  const program = folder === undefined ? "nix-build" : join(folder, "nix-build");
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  const version = /(\d+(?:\.\d+)+)/.exec(stdout ?? "")?.[1];
  return status === 0 && version !== undefined ? { version, folder } : undefined;
}

let found: readonly Nix[] | undefined;

/** Every Nix at hand, oldest first; MACH_NIX_TEST_NIX names folders with more, separated by colons. */
export function everyNix(): readonly Nix[] {
  if (found !== undefined) return found;
  const named = (process.env["MACH_NIX_TEST_NIX"] ?? "").split(":").filter((one) => one !== "");
  const folders = [undefined, ...named, ...(existsSync(BESIDE) ? [BESIDE] : [])];
  const byVersion = new Map(
    folders.map(look).flatMap((nix) => (nix === undefined ? [] : [[nix.version, nix] as const])),
  );
  found = [...byVersion.values()].toSorted((a, b) =>
    a.version.localeCompare(b.version, "en", { numeric: true }),
  );
  if (found.length === 0) console.warn("no Nix at hand: tests with the real Nix are skipped");
  return found;
}

/** The newest at hand; tests of what no version does differently use this one. */
export function newestNix(): Nix | undefined {
  return everyNix().at(-1);
}
