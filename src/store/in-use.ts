import { readdirSync, readFileSync } from "node:fs";
import { isObjectName } from "./object-name.ts";

function maps(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/maps`, "utf8");
  } catch {
    return "";
  }
}

/**
 * The objects of which a running process has a file mapped, such as a compiled module, as far as the
 * system lets us see. Empty where there is no /proc.
 */
export function mappedObjects(root: string): Set<string> {
  const found = new Set<string>();
  let pids: string[];
  try {
    pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return found;
  }
  for (const pid of pids) {
    const text = maps(pid);
    for (let at = text.indexOf(`${root}/`); at >= 0; at = text.indexOf(`${root}/`, at + 1)) {
      const start = at + root.length + 1;
      const name = text.slice(start, text.indexOf("/", start));
      if (isObjectName(name)) found.add(name);
    }
  }
  return found;
}
