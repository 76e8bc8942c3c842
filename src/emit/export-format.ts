import type { Lock, LockedTarget } from "../lock/index.ts";
import type { Licence } from "./licence.ts";

/** What an export is made of. */
export interface ExportInput {
  readonly lock: Lock;
  readonly targets: readonly LockedTarget[];
  readonly places: ExportPlaces;
  /** Of the artifact with this key, where it is known; for bills of materials. */
  readonly licence?: (artifact: string) => Licence | undefined;
}

/** Where the local files of a lock are, for the file that an export becomes. */
export interface ExportPlaces {
  /** The absolute path of a path in the lock. */
  absolute(path: string): string;
  /** The same relative to the export's folder, with slashes. */
  relative(path: string): string;
}

/** The path of a `file:` URL, which may be relative to the lock; undefined for other URLs. */
export function localPath(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  const [path = ""] = url.replace(/^file:(?:\/\/)?/, "").split("#", 1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The `file:` URL of an absolute path. */
export function fileUrl(path: string): string {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `file://${encoded.startsWith("/") ? "" : "/"}${encoded}`;
}
