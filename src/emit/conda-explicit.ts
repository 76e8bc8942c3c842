import { targetLabel } from "../lock/index.ts";
import { condaPins, onlyTarget } from "./conda-channels.ts";
import { type ExportInput, fileUrl, localPath } from "./export-format.ts";
import { leftOutLines } from "./left-out.ts";
import { mergePins } from "./merge-pins.ts";

/**
 * A list of files that `conda create --file` and `micromamba create -f` install as it is
 * (`@EXPLICIT`), each with its SHA-256, which conda reads from 24.9 on. What is not of a channel is left out, with a comment. Throws
 * UserError `export-one-target` and `export-no-artifact`.
 */
export function exportCondaExplicit({ lock, targets, places }: ExportInput): string {
  const target = onlyTarget(targets, "conda-explicit");
  const others = mergePins(lock, [target]).filter(({ origin }) => origin !== "conda");
  const lines = condaPins(lock, target).map(({ url, sha256 }) => {
    const path = localPath(url);
    return `${path === undefined ? url : fileUrl(places.absolute(path))}#${sha256}`;
  });
  return [
    `# mach-nix export --format conda-explicit: ${targetLabel(target)} as of ${lock.date}`,
    ...leftOutLines(others),
    "@EXPLICIT",
    ...lines,
    "",
  ].join("\n");
}
