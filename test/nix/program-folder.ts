// The built program as Nix takes it: a folder with nothing but what it needs to run.
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../e2e/program.ts";

/** Copies the self-contained program below a folder and gives its path. */
export function programFolder(folder: string): string {
  const program = join(folder, "program");
  mkdirSync(join(program, "dist"), { recursive: true });
  for (const part of ["bin", "package.json", "python", "dist/bundle", "dist/default-index.json"])
    if (existsSync(join(ROOT, part)))
      cpSync(join(ROOT, part), join(program, part), { recursive: true });
  return program;
}
