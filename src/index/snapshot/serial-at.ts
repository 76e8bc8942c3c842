import { type PackageName, UserError } from "../../base/index.ts";
import type { HttpClient } from "../../http/index.ts";
import { askProject, listedFiles } from "./ask-project.ts";
import type { IndexSerials } from "./index-serials.ts";

/** So many projects in a row whose newest files are from before the date: one of them changed last by that. */
const ENOUGH = 5;
/** More projects in a row that say nothing are as good as a later change. */
const MOST = 12;

interface SerialAtOptions {
  /** Milliseconds since 1970. */
  readonly date: number;
  readonly client: HttpClient;
  /** The simple API that is asked, ending in `/`. */
  readonly indexUrl: string;
}

/**
 * The highest serial that an index had surely given out by a date, or undefined where even its lowest
 * may be from later. Asks for the pages of a few dozen projects, however many there are. Throws what the
 * client throws that is no error of a page.
 *
 * Serials grow with time, and a project's last change is no earlier than its newest file; with most
 * projects it is that upload. So the projects, in the order of their serials, are searched by halves: where
 * a newest file is from after the date, all from there on changed after it; where those of several in a
 * row are from before it, one of these uploads was the last change, so what has a lower serial changed
 * before it too.
 */
export async function serialAt(
  { projects }: IndexSerials,
  { date, ...where }: SerialAtOptions,
): Promise<number | undefined> {
  const newest = once((name) => newestUpload(name, where));
  const sorted = [...projects].sort(([, a], [, b]) => a - b);
  let below = -1;
  let above = sorted.length;
  while (above - below > 1) {
    const middle = (above + below) >> 1;
    const row = sorted.slice(middle, Math.min(above, middle + MOST));
    const names = row.map(([name]) => name);
    if (await areFromBefore(names, { date, newest })) below = middle;
    else above = middle;
  }
  return sorted[below]?.[1];
}

type NewestUpload = (name: PackageName) => Promise<number | undefined>;

async function areFromBefore(
  names: readonly PackageName[],
  { date, newest }: { readonly date: number; readonly newest: NewestUpload },
): Promise<boolean> {
  let known = 0;
  for (const name of names) {
    const time = await newest(name);
    if (time === undefined) continue;
    if (time > date) return false;
    if (++known === ENOUGH) return true;
  }
  return false;
}

/** Undefined where the page lists no times, or there is no page that can be read. */
async function newestUpload(
  name: PackageName,
  { client, indexUrl }: Pick<SerialAtOptions, "client" | "indexUrl">,
): Promise<number | undefined> {
  try {
    const response = await askProject(client, { indexUrl, name });
    if (response.status !== 200) return undefined;
    const times = listedFiles(response, name).flatMap(({ uploadTime }) => uploadTime ?? []);
    return times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function once(ask: NewestUpload): NewestUpload {
  const known = new Map<PackageName, Promise<number | undefined>>();
  return (name) => {
    let time = known.get(name);
    if (time === undefined) known.set(name, (time = ask(name)));
    return time;
  };
}
