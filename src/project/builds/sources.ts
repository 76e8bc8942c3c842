import { readFileSync } from "node:fs";
import { sha256 } from "../../base/index.ts";
import { type BuildSource, type BuildSystem, readSourceBuildSystem } from "../../build/index.ts";
import type { HttpClient } from "../../http/index.ts";
import type { FileRecord } from "../../index/index.ts";
import { downloadListed } from "../download-sdist.ts";
import type { IndexSettings } from "../index-settings.ts";
import type { Session } from "../session.ts";
import { openSource } from "./build-source.ts";

export interface SourcesOptions {
  readonly settings: IndexSettings;
  readonly client: HttpClient;
  /** The lock's folder. */
  readonly base: string;
}

/** Source distributions on this machine, while a lock is made. */
export class Sources {
  private readonly session: Session;
  private readonly options: SourcesOptions;
  private readonly systems = new Map<string, Promise<BuildSystem>>();

  constructor(session: Session, options: SourcesOptions) {
    this.session = session;
    this.options = options;
  }

  /** A source, had and checked. Throws as `openSource` does, and `downloadListed`. */
  async open(file: FileRecord): Promise<BuildSource> {
    const { session } = this;
    const { client, base, settings } = this.options;
    const { filename, sha256: hash } = file;
    if (hash !== undefined) {
      // A file of the index has its address by a getter, which a spread leaves behind.
      const locked = { ...file, url: file.url, sha256: hash };
      return openSource(locked, { session, settings, client, base });
    }
    const path = await downloadListed(file, { client, cacheDirectory: session.home.cache, base });
    return { kind: "sdist", path, filename, sha256: sha256(readFileSync(path)) };
  }

  /** How a source says that it is built; an archive is read once. Throws as `readSourceBuildSystem` does. */
  buildSystem(source: BuildSource): Promise<BuildSystem> {
    if (source.kind === "tree") return readSourceBuildSystem(source);
    let system = this.systems.get(source.sha256);
    if (system === undefined) {
      system = readSourceBuildSystem(source);
      this.systems.set(source.sha256, system);
      system.catch(() => undefined);
    }
    return system;
  }
}
