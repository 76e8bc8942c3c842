import type { Report } from "../base/index.ts";
import { ageText, type Steering } from "../resolve/index.ts";
import type { LockResult } from "./types.ts";

/** Tells which newer releases are too young to be taken, each once for all targets. */
export function noteHeldBack(
  report: Report,
  {
    heldBack,
    steering,
  }: { readonly heldBack: LockResult["heldBack"]; readonly steering: Steering },
): void {
  const told = new Set<string>();
  for (const { name, version, uploadTime, instead } of heldBack) {
    const age = steering.minimumAge?.byName.get(name) ?? steering.minimumAge?.all ?? 0;
    const day = new Date(uploadTime).toISOString().slice(0, 10);
    const message = `${name} ${version} of ${day} is held back, being younger than ${ageText(age)}: ${instead} is taken`;
    if (told.has(message)) continue;
    told.add(message);
    const facts = { name, version, uploadTime, instead };
    report({ kind: "note", level: "warning", code: "held-back", message, facts });
  }
}
