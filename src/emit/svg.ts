import type { ExportInput } from "./export-format.ts";
import { exportDot } from "./graph.ts";

/** The graph of `exportDot` as a picture, drawn by Graphviz (compiled to WebAssembly, so no program of the machine). */
export async function exportSvg(input: ExportInput): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  const picture = viz.renderString(exportDot(input), {
    format: "svg",
    graphAttributes: { bgcolor: "white", pad: 0.2 },
  });
  // The Document Type Definition is on another server, and pages cannot have one inside.
  return picture.replace(/^[\s\S]*?(?=<svg )/, "");
}
