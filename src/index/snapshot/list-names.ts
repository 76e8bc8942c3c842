import { isGone } from "./inspect-file.ts";
import { Layers } from "./layers.ts";
import { keyName } from "./table-key.ts";

/** The normalized names of all projects that an index and its deltas know releases of, sorted. */
export function listNames(path: string): readonly string[] {
  const layers = Layers.open(path);
  try {
    const [base, ...deltas] = layers.files;
    const names = new Set<string>();
    for (const key of base?.table("projects")?.keys() ?? []) names.add(keyName(key));
    for (const delta of deltas) {
      for (const [key, payload] of delta.table("projects")?.all() ?? []) {
        if (isGone(payload)) names.delete(keyName(key));
        else names.add(keyName(key));
      }
    }
    return [...names].sort();
  } finally {
    layers.close();
  }
}
