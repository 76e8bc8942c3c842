import { exportCycloneDx } from "./cyclonedx.ts";
import type { ExportInput } from "./export-format.ts";
import { exportDot, exportMermaid } from "./graph.ts";
import { exportPylock } from "./pylock.ts";
import { exportRequirements } from "./requirements.ts";

export type ExportFormat = "requirements" | "pylock" | "cyclonedx" | "dot" | "mermaid";

/** The files that a lock can become, by the format's name. */
export const EXPORTS: Readonly<Record<ExportFormat, (input: ExportInput) => string>> = {
  requirements: exportRequirements,
  pylock: exportPylock,
  cyclonedx: exportCycloneDx,
  dot: exportDot,
  mermaid: exportMermaid,
};
