import type { PackageName } from "../../base/index.ts";
import type { Layers } from "./layers.ts";

/** What an index said of a project's page when it was last read: what it is asked with next time. */
export interface ProjectState {
  readonly serial?: number;
  readonly etag?: string;
  readonly modified?: string;
}

export function formatState({ serial, etag, modified }: ProjectState): string {
  return JSON.stringify([serial ?? null, etag ?? null, modified ?? null]);
}

/** What the newest delta that knows says; undefined where none does. */
export function readState(layers: Layers, name: PackageName): ProjectState | undefined {
  const row = layers.find("state", name)[0];
  const values = row === undefined ? undefined : parsed(row.payload);
  if (!Array.isArray(values)) return undefined;
  const [serial, etag, modified] = values as unknown[];
  return {
    ...(typeof serial === "number" ? { serial } : {}),
    ...(typeof etag === "string" ? { etag } : {}),
    ...(typeof modified === "string" ? { modified } : {}),
  };
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}
