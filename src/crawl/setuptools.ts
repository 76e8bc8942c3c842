import { mkdirSync, existsSync, renameSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bufferSource, readZipDirectory, readZipEntry } from "../archive/index.ts";
import { normalizeName } from "../base/index.ts";
import type { HttpClient } from "../http/index.ts";
import type { FileRecord, PackageIndex, ProjectRecord } from "../index/index.ts";
import { isPrerelease, satisfiesPep440, tryParsePep440 } from "../version/index.ts";
import { crawlError } from "./errors.ts";
import type { CrawlPython } from "./types.ts";

export interface SetuptoolsOptions {
  readonly client: HttpClient;
  /** Where wheels are unpacked, each in a folder of its own. */
  readonly folder: string;
  /** Version specifiers. */
  readonly specifier: string;
}

/** Gives each Python a folder with the newest setuptools that it can use, from the index. */
export class Setuptools {
  private readonly options: SetuptoolsOptions;
  private readonly folders = new Map<string, Promise<string>>();

  constructor(options: SetuptoolsOptions) {
    this.options = options;
  }

  /** Throws `crawl-setuptools`, and the errors of index and http. */
  for(python: CrawlPython, index: PackageIndex): Promise<string> {
    let folder = this.folders.get(python.key);
    if (folder === undefined) {
      folder = this.find(python, index);
      this.folders.set(python.key, folder);
      folder.catch(() => this.folders.delete(python.key));
    }
    return folder;
  }

  private async find(python: CrawlPython, index: PackageIndex): Promise<string> {
    const { specifier } = this.options;
    const record = await index.project(normalizeName("setuptools"));
    const file = bestWheel(record, { python, specifier });
    if (file === undefined) {
      const release = python.release.join(".");
      throw crawlError("crawl-setuptools", `No setuptools ${specifier} fits Python ${release}.`, {
        hint: "allow older ones: `setuptools` in crawl.toml",
      });
    }
    return this.unpacked(file);
  }

  private async unpacked(file: FileRecord): Promise<string> {
    const { client, folder } = this.options;
    const final = join(folder, file.filename.replace(/\.whl$/, ""));
    if (existsSync(final)) return final;
    const { filename, url, sha256 } = file;
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${filename}.${process.pid}.part`);
    await client.download(url, { path, what: filename, ...(sha256 !== undefined && { sha256 }) });
    const unpacking = `${path}.d`;
    rmSync(unpacking, { recursive: true, force: true });
    unzip(path, unpacking);
    rmSync(path, { force: true });
    if (existsSync(final)) rmSync(unpacking, { recursive: true, force: true });
    else renameSync(unpacking, final);
    return final;
  }
}

function bestWheel(
  record: ProjectRecord | undefined,
  { python, specifier }: { readonly python: CrawlPython; readonly specifier: string },
): FileRecord | undefined {
  const release = python.release.join(".");
  const tag = python.release[0] === 2 ? /\bpy2\b/ : /\bpy3\b/;
  for (const [i, version] of (record?.versions ?? []).entries()) {
    const parsed = tryParsePep440(version);
    if (parsed === undefined || isPrerelease(parsed)) continue;
    if (!satisfiesPep440(version, specifier)) continue;
    const found = record
      ?.files(i)
      .find(
        ({ kind, filename, yanked, requiresPython = "" }) =>
          kind === "wheel" &&
          yanked === false &&
          filename.endsWith("-none-any.whl") &&
          tag.test(filename.replaceAll(".", " ")) &&
          satisfiesPep440(release, requiresPython),
      );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All files of a pure wheel, where the archive has them. */
function unzip(path: string, into: string): void {
  const source = bufferSource(readFileSync(path));
  for (const entry of readZipDirectory(source, { file: path })) {
    if (entry.name.endsWith("/")) continue;
    const target = join(into, entry.name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readZipEntry(source, entry, { file: path }));
  }
}
