import { requirementError } from "../errors.ts";
import { importedPin } from "./imported-pin.ts";
import type { ImportedPin } from "./types.ts";

/**
 * The versions of a Pipfile.lock: a group's name, then a package's, then `version` and `markers`. Where
 * groups differ, `default` counts, then the others in the file's order.
 */
export function pipfilePins(text: string, path: string): ImportedPin[] {
  const root = parse(text, path);
  const groups = Object.entries(root).filter(([name]) => name !== "_meta");
  const ordered = groups.toSorted(([a], [b]) => Number(b === "default") - Number(a === "default"));
  const pins = new Map<string, ImportedPin>();
  for (const [, packages] of ordered) {
    for (const [name, about] of Object.entries(asObject(packages) ?? {})) {
      const { version, markers } = asObject(about) ?? {};
      const pin = importedPin(name, version, { markers: [markers] });
      if (pin !== undefined && !pins.has(pin.name)) pins.set(pin.name, pin);
    }
  }
  return [...pins.values()];
}

function parse(text: string, path: string): object {
  try {
    const root = asObject(JSON.parse(text));
    if (root !== undefined && Object.hasOwn(root, "_meta")) return root;
  } catch (error) {
    throw invalid(path, `is no JSON: ${(error as Error).message.split("\n", 1).join("")}`, error);
  }
  throw invalid(path, "has no _meta, which every Pipfile.lock has");
}

function invalid(path: string, message: string, cause?: unknown): Error {
  return requirementError("lock-import-invalid", `${path} ${message}`, {
    place: { file: path },
    cause,
  });
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>;
}
