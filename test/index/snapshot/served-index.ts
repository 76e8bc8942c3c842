import type { IncomingMessage } from "node:http";
import { normalizeName } from "../../../src/base/index.ts";
import { type HttpClient } from "../../../src/http/index.ts";
import { silent } from "../../../src/base/index.ts";
import { updateIndex, type UpdateResult } from "../../../src/index/snapshot/index.ts";
import { client } from "../../http/servers.ts";
import { serveIndex, type ServedFile, type ServedIndex } from "../simple-server.ts";

/** An index with serials, as PyPI has them, that a test changes while it runs. */
export interface SerialIndex {
  readonly url: string;
  readonly client: HttpClient;
  /** The paths asked for since the last look. */
  asked(): readonly string[];
  /** Puts a project there, or takes it away; its serial and the index's grow. */
  set(name: string, files: readonly ServedFile[] | undefined): void;
}

export async function serveSerials(
  options: Partial<ServedIndex> & {
    readonly serials?: boolean;
    /** What is answered for a project instead of its page. */
    readonly refuse?: (name: string) => string | undefined;
  } = {},
): Promise<SerialIndex> {
  const projects: Record<string, readonly ServedFile[]> = {};
  const serials = new Map<string, number>();
  let last = 1000;
  let paths: string[] = [];
  const { serials: hasSerials = true, refuse, ...served } = options;
  const server = await serveIndex({
    current: {
      metadata: true,
      etag: true,
      ...served,
      projects,
      intercept(request: IncomingMessage, response) {
        const path = new URL(request.url ?? "", "http://test").pathname;
        paths.push(path);
        const name = /^\/simple\/([^/]+)\/$/.exec(path)?.[1] ?? "";
        if (hasSerials) response.setHeader("x-pypi-last-serial", String(serials.get(name) ?? last));
        const refusal = refuse?.(name);
        if (refusal !== undefined) response.end(refusal);
        if (path !== "/simple/") return refusal !== undefined;
        const list = [...serials].map(([project, serial]) =>
          hasSerials ? { name: project, "_last-serial": serial } : { name: project },
        );
        const meta = { "api-version": "1.1", ...(hasSerials ? { "_last-serial": last } : {}) };
        response.setHeader("content-type", "application/vnd.pypi.simple.v1+json");
        response.end(JSON.stringify({ meta, projects: list }));
        return true;
      },
    },
  });
  return {
    url: `${server.url}/simple/`,
    // A patient one: on a busy machine a request that is sent again would be counted twice.
    client: client({ timeouts: { stall: 20_000, headers: 40_000 } }),
    asked() {
      const asked = paths.toSorted();
      paths = [];
      return asked;
    },
    set(name, files) {
      last += 7;
      if (files === undefined) {
        delete projects[name];
        serials.delete(name);
      } else {
        projects[name] = files;
        serials.set(name, last);
      }
    },
  };
}

export const NOW: number = Date.UTC(2024, 0, 1);

/** Updates an index file from such an index. */
export function update(
  index: SerialIndex,
  file: string,
  options: { names?: readonly string[]; maxRequests?: number; now?: number; output?: string } = {},
): Promise<UpdateResult> {
  const { names, maxRequests = 100, now = NOW, output } = options;
  return updateIndex({
    file,
    output,
    client: index.client,
    indexUrl: index.url,
    names: names?.map(normalizeName),
    maxRequests,
    now: () => now,
    report: silent,
  });
}
