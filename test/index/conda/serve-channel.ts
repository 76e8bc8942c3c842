import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AskedChannel,
  channelPlaces,
  type FolderOptions,
} from "../../../src/index/conda/index.ts";
import type { ClientOptions } from "../../../src/http/index.ts";
import { client, scratch, serve, type TestServer } from "../../http/servers.ts";

/** What a record says besides what its file name says. */
export type RecordFacts = Readonly<Record<string, unknown>>;

/** A repodata.json of file names with what else they say. */
export function repodata(
  files: Readonly<Record<string, RecordFacts>>,
  info: RecordFacts = { subdir: "linux-64" },
): string {
  const sections: Record<string, Record<string, unknown>> = { packages: {}, "packages.conda": {} };
  for (const [filename, facts] of Object.entries(files)) {
    const [, name, version, build] =
      /^(.+)-([^-]+)-([^-]+)\.(?:conda|tar\.bz2)$/.exec(filename) ?? [];
    const section = filename.endsWith(".conda") ? "packages.conda" : "packages";
    const own = { name, version, build, build_number: 0, depends: [], ...facts };
    (sections[section] as Record<string, unknown>)[filename] = own;
  }
  return JSON.stringify({ info, ...sections, removed: ["gone-1-0.tar.bz2"], repodata_version: 1 });
}

/** Serves a folder's files, with ETags. */
export function serveFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<TestServer> {
  return serve((request, response) => {
    const body = files[(request.url ?? "/").slice(1)];
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 8)}"`;
    if (request.headers["if-none-match"] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag }).end(body);
  });
}

/** Options for reading channels, with a cache of the test's own. */
export function folderOptions(
  own: Partial<FolderOptions> = {},
  http: Partial<ClientOptions> = {},
): FolderOptions {
  return {
    client: client(http),
    cacheDirectory: scratch(),
    offline: false,
    isFresh: () => false,
    now: () => Date.now(),
    ...own,
  };
}

/** The one channel of a name or address. */
export function placeOf(text: string): AskedChannel {
  return channelPlaces(text, { folder: "/" })[0] as AskedChannel;
}

/** The shared data of conda, or undefined where it is missing. */
export function sharedConda(): string | undefined {
  const path = join(import.meta.dirname, "../../../../shared/data/conda");
  return existsSync(path) ? path : undefined;
}

/** A text file below the shared data. */
export function readShared(path: string): Buffer {
  return readFileSync(join(sharedConda() as string, path));
}
