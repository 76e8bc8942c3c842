import { isPackageName, mapBounded } from "../base/index.ts";
import type { HttpClient } from "../http/index.ts";
import { crawlError } from "./errors.ts";

export interface ListedNames {
  readonly names: readonly string[];
  /** Those that changed last come first, as the index's serials say. */
  readonly newestFirst: boolean;
}

/** A page of a million projects takes 60 MB. */
const LIMIT = 512 * 2 ** 20;

/**
 * The projects that an index lists (PEP 691, "Project List"), by PyPI's `_last-serial` where they have
 * one. Throws `crawl-names`.
 */
export async function listNames(
  client: HttpClient,
  indexUrl: string | undefined,
): Promise<ListedNames> {
  if (indexUrl === undefined) throw unlisted("There is no index.");
  const url = indexUrl.endsWith("/") ? indexUrl : `${indexUrl}/`;
  const { body } = await client.get(url, {
    accept: "application/vnd.pypi.simple.v1+json",
    what: "the projects of the index",
    maxBytes: LIMIT,
  });
  const projects = projectsOf(body);
  if (projects === undefined) throw unlisted("The index does not list its projects as JSON.");
  const newestFirst = projects.length > 0 && projects.every(({ serial }) => serial !== undefined);
  const order = newestFirst
    ? projects.toSorted((a, b) => (b.serial ?? 0) - (a.serial ?? 0))
    : projects;
  return { names: order.map(({ name }) => name), newestFirst };
}

interface Listed {
  readonly name: string;
  readonly serial: number | undefined;
}

function projectsOf(body: Buffer): readonly Listed[] | undefined {
  let page: unknown;
  try {
    page = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  const list = (page as { projects?: unknown } | null)?.projects;
  if (!Array.isArray(list)) return undefined;
  return (list as unknown[]).flatMap((item) => {
    const { name, "_last-serial": serial } = item as { name?: unknown; "_last-serial"?: unknown };
    if (typeof name !== "string" || !isPackageName(name)) return [];
    return [{ name, serial: Number.isSafeInteger(serial) ? (serial as number) : undefined }];
  });
}

function unlisted(message: string): Error {
  return crawlError("crawl-names", message, {
    hint: "name the projects: --packages FILE, a name on each line",
  });
}

/** So many projects in a row without a new file, and older changes have none either. */
const QUIET = 300;

/**
 * Of projects in the order of their last change, those that have news. Changes are other things than
 * uploads too, so the search ends only after many without.
 */
export async function changedNames(
  names: readonly string[],
  {
    hasNews,
    workers,
    stop,
  }: {
    readonly hasNews: (name: string) => Promise<boolean>;
    readonly workers: number;
    /** Hears of an error; throws it where the search cannot go on. */
    readonly stop: (error: unknown) => void;
  },
): Promise<readonly string[]> {
  const changed: string[] = [];
  let quiet = 0;
  for (let at = 0; at < names.length && quiet < QUIET; at += QUIET / 10) {
    const batch = names.slice(at, at + QUIET / 10);
    let isOver = false;
    const news = await mapBounded(batch, workers, async (name) => {
      try {
        return await hasNews(name);
      } catch (error) {
        stop(error);
        isOver = true;
        return false;
      }
    });
    const found = batch.filter((_, i) => news[i]);
    changed.push(...found);
    quiet = found.length === 0 ? quiet + batch.length : 0;
    if (isOver) break;
  }
  return changed;
}
