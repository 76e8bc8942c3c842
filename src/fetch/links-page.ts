import { normalizeName } from "../base/index.ts";
import type { HttpClient } from "../http/index.ts";
import type { FetchArtifact } from "./types.ts";

/** A file as a page or index lists it. */
export interface Link {
  readonly filename: string;
  readonly url: string;
  readonly sha256?: string;
}

const PAGE_LIMIT = 64 * 1024 * 1024;
const ACCEPT =
  "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/** The address of a project's page on an index (PEP 503), after the project of a file name. */
export function projectPage(indexUrl: string, filename: string): string {
  const project = filename.endsWith(".whl")
    ? (filename.split("-", 1)[0] as string)
    : filename.replace(/-[^-]*$/, "");
  return `${indexUrl.replace(/\/+$/, "")}/${normalizeName(project)}/`;
}

/**
 * Where a page (PEP 691 JSON, PEP 503 HTML, or any page with links) has the artifact: the file of
 * that hash, else one of that name without a hash. Throws the client's errors but for a 404.
 */
export async function findOnPage(
  artifact: FetchArtifact,
  { page, client, signal }: { page: string; client: HttpClient; signal?: AbortSignal },
): Promise<string | undefined> {
  const answer = await client.get(page, {
    accept: ACCEPT,
    allow: [404],
    maxBytes: PAGE_LIMIT,
    what: `the page listing ${artifact.filename}`,
    ...(signal !== undefined && { signal }),
  });
  if (answer.status === 404) return undefined;
  const json = answer.headers.get("content-type")?.includes("json") ?? false;
  const text = answer.body.toString("utf8");
  const links = json ? jsonLinks(text) : htmlLinks(text);
  const found =
    links.find(({ sha256 }) => sha256 === artifact.sha256) ??
    links.find(({ filename, sha256 }) => filename === artifact.filename && sha256 === undefined);
  return found === undefined ? undefined : URL.parse(found.url, answer.url)?.href;
}

/** The files of a PEP 691 answer; none where it is not one. */
export function jsonLinks(text: string): Link[] {
  const files = (parsed(text) as { files?: unknown } | undefined)?.files;
  if (!Array.isArray(files)) return [];
  return files.flatMap((file: Partial<Record<string, unknown>> | null) => {
    const { filename, url, hashes } = file ?? {};
    if (typeof filename !== "string" || typeof url !== "string") return [];
    const sha256 = (hashes as { sha256?: unknown } | undefined)?.sha256;
    return [{ filename, url, ...(typeof sha256 === "string" && { sha256 }) }];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The links of a page, file names from their addresses, hashes from `#sha256=` (PEP 503). */
export function htmlLinks(text: string): Link[] {
  return hrefs(text).flatMap((href) => {
    const [url = "", fragment = ""] = unescaped(href).trim().split("#", 2);
    const [, sha256] = /(?:^|&)sha256=([0-9a-f]{64})(?:&|$)/i.exec(fragment) ?? [];
    const filename = lastSegment(url);
    if (filename === "") return [];
    return [{ filename, url, ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }) }];
  });
}

/** The end of a tag, or an attribute with its value in double, single or no quotes. */
const TAG_PART = /[\s/]*(?:(>)|([^\s=>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)?))?)/y;

/** The `href` of each anchor. Goes through the text once, whatever is in it. */
function hrefs(text: string): string[] {
  const found: string[] = [];
  const anchor = /<a(?=[\s/])/gi;
  while (anchor.exec(text) !== null) {
    let href: string | undefined;
    for (let at = anchor.lastIndex, open = true; open; anchor.lastIndex = at) {
      TAG_PART.lastIndex = at;
      const part = TAG_PART.exec(text);
      const [, end, name, double, single, bare] = part ?? [];
      if (name?.toLowerCase() === "href") href ??= double ?? single ?? bare;
      at = part === null ? at + 1 : TAG_PART.lastIndex;
      open = end === undefined && at < text.length;
    }
    if (href !== undefined) found.push(href);
  }
  return found;
}

function lastSegment(address: string): string {
  const path = address.split("?", 1)[0] as string;
  try {
    return decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
  } catch {
    return "";
  }
}

function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
