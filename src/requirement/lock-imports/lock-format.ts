import { basename } from "node:path";
import type { LockFormat } from "./types.ts";

/** The format of another tool's lock by the file's name; undefined where the name tells none. */
export function lockFormatOf(path: string): LockFormat | undefined {
  const name = basename(path).toLowerCase();
  if (name === "uv.lock") return "uv";
  if (name === "poetry.lock") return "poetry";
  if (name === "pdm.lock") return "pdm";
  if (name === "pipfile.lock") return "pipenv";
  if (/^pylock\.(?:[^.]+\.)?toml$/.test(name)) return "pylock";
  return /\.(?:txt|in)$/.test(name) ? "requirements" : undefined;
}
