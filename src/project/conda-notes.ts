import type { Report } from "../base/index.ts";
import type { Lock } from "../lock/index.ts";

const MEGABYTE = 1e6;

/** Says, for each target, what packages of channels add that are no Python: the system's libraries. */
export function noteSystemLibraries(report: Report, { targets, artifacts }: Lock): void {
  for (const { name: target, pins } of targets) {
    const libraries = pins.filter(
      ({ name, build, dependencies }) =>
        build !== undefined && name !== "python" && !dependencies.includes("python"),
    );
    if (libraries.length === 0) continue;
    const sizes = libraries.map(({ artifact = "" }) => artifacts[artifact]?.size ?? 0);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const count = `${libraries.length} package${libraries.length === 1 ? "" : "s"}`;
    const message = `conda's system libraries add ${count}, ${(bytes / MEGABYTE).toFixed(1)} MB, to ${target}`;
    const facts = { target, packages: libraries.map(({ name }) => name), bytes };
    report({ kind: "note", level: "warning", code: "conda-system-libraries", message, facts });
  }
}
