import type { PackageName } from "../../base/index.ts";
import type { HttpClient, HttpResponse } from "../../http/index.ts";
import { readSimpleAnswer, SIMPLE_ACCEPT, type SimpleAnswer } from "../simple-answer.ts";
import type { ProjectState } from "./project-state.ts";

const PAGE_LIMIT = 256 * 2 ** 20;

/**
 * Asks an index for a project's page, unless it is as it was: the status is 200, 304, or 404 or 410 for a
 * project that is not there. Throws the client's errors.
 */
export function askProject(
  client: HttpClient,
  {
    indexUrl,
    name,
    before,
  }: {
    /** Of the simple API, ending in `/`. */
    readonly indexUrl: string;
    readonly name: PackageName;
    readonly before?: ProjectState | undefined;
  },
): Promise<HttpResponse> {
  return client.get(`${indexUrl}${name}/`, {
    accept: SIMPLE_ACCEPT,
    what: `the releases of ${name}`,
    maxBytes: PAGE_LIMIT,
    allow: [404, 410],
    ...(before?.etag === undefined ? {} : { etag: before.etag }),
    ...(before?.modified === undefined ? {} : { lastModified: before.modified }),
  });
}

/** What a project's page lists. Throws `index-bad-answer`. */
export function listedFiles(
  { url, body, headers }: HttpResponse,
  name: PackageName,
): SimpleAnswer["files"] {
  const contentType = headers.get("content-type") ?? "";
  return readSimpleAnswer(body, { name, url, contentType }).files;
}
