import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { normalizeName, type PackageName } from "../base/index.ts";
import { isPlainFilename } from "./file-url.ts";
import { fileSha256, fileSize } from "./local-wheel.ts";
import { groupReleases, isArchiveName, type ListedFile, type Release } from "./release-files.ts";
import { readSimpleHtml } from "./simple-html.ts";

/** The files of find-links places, ready to be asked for by name. */
export class LinkFiles {
  private readonly wheels = new Map<PackageName, ListedFile[]>();
  private readonly others: ListedFile[] = [];

  add(file: ListedFile): void {
    if (!file.filename.endsWith(".whl")) {
      this.others.push(file);
      return;
    }
    const name = normalizeName(file.filename.slice(0, file.filename.indexOf("-")));
    const known = this.wheels.get(name);
    if (known === undefined) this.wheels.set(name, [file]);
    else known.push(file);
  }

  /** A project's usable files, newest version first. */
  releases(name: PackageName): Release[] {
    return groupReleases([...(this.wheels.get(name) ?? []), ...this.others], name);
  }
}

/**
 * The files of a local place: a folder's archives, an HTML page's links, or one archive. Undefined
 * where there is nothing at that path.
 */
export function readLocalPlace(path: string): ListedFile[] | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isDirectory()) return readLocalFile(path);
  const names = readdirSync(path).filter((name) => isArchiveName(name) && isPlainFilename(name));
  return names.sort().map((name) => localFile(join(path, name)));
}

function readLocalFile(path: string): ListedFile[] {
  const extension = extname(path).toLowerCase();
  if (extension === ".html" || extension === ".htm") {
    const { files } = readSimpleHtml(readFileSync(path), { url: pathToFileURL(path).href });
    return files.map((file) => (file.url.startsWith("file:") ? completed(file) : file));
  }
  return isArchiveName(basename(path)) ? [localFile(path)] : [];
}

/** A file in a folder. Its hash is made when asked for: only of the file chosen, mostly. */
function localFile(path: string): ListedFile {
  return completed({
    filename: basename(path),
    url: pathToFileURL(path).href,
    yanked: false,
  });
}

function completed(file: ListedFile): ListedFile {
  const path = decodeURIComponent(new URL(file.url).pathname);
  let sha256 = file.sha256;
  return {
    ...file,
    get sha256() {
      return (sha256 ??= fileSha256(path));
    },
    get size() {
      return fileSize(path);
    },
  } as ListedFile;
}
