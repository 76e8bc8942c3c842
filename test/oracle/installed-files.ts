import { hash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";

/** Contents and mode of each file below a folder, by path; links into the store are what they lead to. */
export function filesIn(current: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(current, folder))) {
      const place = folder === "" ? name : `${folder}/${name}`;
      const path = join(current, place);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) found.set(place, "dangling");
      else if (stat.isDirectory()) {
        if (!isOwnLink(path)) walk(place);
        else found.set(place, "folder");
      } else {
        const mode = (stat.mode & 0o100) === 0 ? "-" : "x";
        found.set(place, mode + hash("sha256", readFileSync(path), "hex"));
      }
    }
  };
  walk("");
  return found;
}

/** A link that a package has, not one of ours into the store. */
function isOwnLink(path: string): boolean {
  return lstatSync(path).isSymbolicLink() && !/^(?:\.\.\/)*store\//.test(readlinkSync(path));
}

/** Whether a path is a package's file as it is: not an installer's own, no bytecode, no script made for an entry point. */
export function isCompared(path: string, scripts: ReadonlySet<string>): boolean {
  const isOurs =
    /^(?:store$|environment\.json$|objects$|pyvenv\.cfg$|conda-meta\/|CACHEDIR\.TAG$|bin\/(?:activate|Activate|deactivate\.csh))/;
  const isBytecode = /\.pyc$/;
  const isRecord = /\/(?:RECORD|installed-files\.txt)$/;
  return (
    !isOurs.test(path) &&
    !isBytecode.test(path) &&
    !isRecord.test(path) &&
    !path.startsWith("__clobbers__/") &&
    !/^bin\/python3?(?:\.\d+)?$/.test(path) &&
    !scripts.has(path)
  );
}
