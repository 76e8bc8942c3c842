import type { MaybePromise } from "../base/index.ts";
import { exportCondaExplicit } from "./conda-explicit.ts";
import { exportCycloneDx } from "./cyclonedx.ts";
import { exportEnvironmentYml } from "./environment-yml.ts";
import type { ExportInput } from "./export-format.ts";
import { exportDot, exportMermaid } from "./graph.ts";
import { exportHtml } from "./html.ts";
import { leftOutText, splitPins } from "./left-out.ts";
import { mergePins } from "./merge-pins.ts";
import { exportPylock } from "./pylock.ts";
import { exportRequirements } from "./requirements.ts";
import { exportSvg } from "./svg.ts";

export type ExportFormat =
  | "requirements"
  | "pylock"
  | "conda-explicit"
  | "environment-yml"
  | "cyclonedx"
  | "dot"
  | "mermaid"
  | "svg"
  | "html";

/** The files that a lock can become, by the format's name. */
export const EXPORTS: Readonly<Record<ExportFormat, (input: ExportInput) => MaybePromise<string>>> =
  {
    requirements: exportRequirements,
    pylock: exportPylock,
    "conda-explicit": exportCondaExplicit,
    "environment-yml": exportEnvironmentYml,
    cyclonedx: exportCycloneDx,
    dot: exportDot,
    mermaid: exportMermaid,
    svg: exportSvg,
    html: exportHtml,
  };

/** Formats that hold only what pip can install. */
const FOR_PIP: ReadonlySet<ExportFormat> = new Set(["requirements", "pylock"]);

/** The packages that a format has no place for, as texts for people. */
export function leftOutOf(format: ExportFormat, { lock, targets }: ExportInput): readonly string[] {
  if (format === "conda-explicit") {
    return mergePins(lock, targets)
      .filter(({ origin }) => origin !== "conda")
      .map(leftOutText);
  }
  if (!FOR_PIP.has(format)) return [];
  return splitPins(mergePins(lock, targets)).leftOut.map(leftOutText);
}
