import { rmSync } from "node:fs";
import type { AskedChannel } from "./channel-place.ts";
import type { RecordPlace } from "./decode-record.ts";
import { channelError } from "./errors.ts";
import type { FolderFile } from "./folder-file.ts";
import { keptRecords } from "./kept-record.ts";
import type { CondaFolder, CondaRecord } from "./types.ts";

interface KeptFolderOptions {
  readonly file: FolderFile;
  readonly place: AskedChannel;
  readonly subdir: string;
  /** Where files are unless `info.base_url` says otherwise (CEP 15). */
  readonly base: string;
  readonly path: string;
}

/** A folder of a channel, out of the list that is kept of it. */
export class KeptFolder implements CondaFolder {
  readonly channel: string;
  readonly subdir: string;
  private readonly file: FolderFile;
  private readonly place: RecordPlace;
  private readonly path: string;
  private readonly known = new Map<string, readonly CondaRecord[]>();

  constructor({ file, place, subdir, base, path }: KeptFolderOptions) {
    const info = (file.facts.info ?? {}) as Record<string, unknown>;
    this.channel = place.name;
    this.subdir = typeof info["subdir"] === "string" ? info["subdir"] : subdir;
    this.file = file;
    this.path = path;
    this.place = {
      channel: place.name,
      subdir: this.subdir,
      base: baseUrl(info["base_url"], base),
    };
  }

  records(name: string): readonly CondaRecord[] {
    let found = this.known.get(name);
    if (found === undefined) {
      const { place, file } = this;
      found = keptRecords({ name, place, file, broken: (cause) => this.broken(name, cause) });
      this.known.set(name, found);
    }
    return found;
  }

  private broken(name: string, cause: unknown): Error {
    rmSync(this.path, { force: true });
    const message = `the records of ${name} in ${this.channel}/${this.subdir} cannot be read`;
    return channelError("channel-bad-answer", message, {
      place: { url: this.file.facts.source, package: name },
      cause,
    });
  }

  namesLike(normalized: string): readonly string[] {
    return this.file.namesLike(normalized);
  }

  names(): readonly string[] {
    return this.file.names();
  }

  close(): void {
    this.file.close();
  }
}

/** `info.base_url` may be relative; only http(s) and file addresses count. */
function baseUrl(given: unknown, base: string): string {
  if (typeof given !== "string" || given === "") return base;
  const url = URL.parse(given.endsWith("/") ? given : `${given}/`, base);
  if (url === null || !/^(?:https?|file):$/.test(url.protocol)) return base;
  return url.href;
}
