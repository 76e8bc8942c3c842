import type { MaybePromise } from "../base/index.ts";
import { exportCycloneDx } from "./cyclonedx.ts";
import type { ExportInput } from "./export-format.ts";
import { exportDot, exportMermaid } from "./graph.ts";
import { exportHtml } from "./html.ts";
import { exportPylock } from "./pylock.ts";
import { exportRequirements } from "./requirements.ts";
import { exportSvg } from "./svg.ts";

export type ExportFormat =
  "requirements" | "pylock" | "cyclonedx" | "dot" | "mermaid" | "svg" | "html";

/** The files that a lock can become, by the format's name. */
export const EXPORTS: Readonly<Record<ExportFormat, (input: ExportInput) => MaybePromise<string>>> =
  {
    requirements: exportRequirements,
    pylock: exportPylock,
    cyclonedx: exportCycloneDx,
    dot: exportDot,
    mermaid: exportMermaid,
    svg: exportSvg,
    html: exportHtml,
  };
