import type { Report } from "../base/index.ts";
import type { FetchArtifact } from "./types.ts";

/** Bytes between two events: enough for a smooth bar, too few to slow a download. */
const STEP = 256 * 1024;

/** Tells of downloads in bytes as events of the phase `download`; of nothing where there are none. */
export function countBytes(
  artifacts: readonly FetchArtifact[],
  report: Report,
): { add: (count: number, item: string) => void; end: () => void } {
  const known = artifacts.every(({ size }) => size !== undefined);
  const total = artifacts.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const totals = known ? { total } : {};
  let done = 0;
  let told = 0;
  if (artifacts.length > 0) report({ kind: "start", phase: "download", unit: "bytes", ...totals });
  return {
    add(count, item) {
      done += count;
      if (Math.abs(done - told) < STEP && done !== total) return;
      told = done;
      report({ kind: "progress", phase: "download", done, item, ...totals });
    },
    end() {
      if (artifacts.length > 0) report({ kind: "end", phase: "download", done });
    },
  };
}
