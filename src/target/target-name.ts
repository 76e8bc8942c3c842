import type { Target } from "./types.ts";

/** The name a lock and the user see: `3.11-linux-x86_64`. */
export function targetName(target: Target): string {
  return `${target.python.text}-${target.platform.name}`;
}
