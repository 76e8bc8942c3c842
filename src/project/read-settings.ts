import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSettings, SETTINGS_FILE, type Settings } from "./settings.ts";

/** The mach-nix.toml of a folder; empty settings where there is none. Throws `project-settings`. */
export async function readSettings(folder: string): Promise<Settings> {
  const path = join(folder, SETTINGS_FILE);
  return existsSync(path) ? parseSettings(readFileSync(path, "utf8"), path) : {};
}
