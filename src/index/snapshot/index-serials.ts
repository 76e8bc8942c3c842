import { isPackageName, normalizeName, type PackageName } from "../../base/index.ts";
import type { HttpClient, HttpResponse } from "../../http/index.ts";
import type { UserError } from "../../base/index.ts";
import { indexFileError } from "./errors.ts";

/** The serials of an index: numbers that grow with every change of it. */
export interface IndexSerials {
  /** Of the last change at all. */
  readonly last: number;
  /** Of each project's last change. */
  readonly projects: ReadonlyMap<PackageName, number>;
}

/** The page of an index with a million projects takes 60 MB. */
const LIMIT = 512 * 2 ** 20;

/**
 * Reads the index's own page (PEP 691, "Project List") with the serials that PyPI puts into it, as
 * `_last-serial` of `meta` and of each project. Throws `index-update-unlisted` where there are none.
 */
export async function readIndexSerials(client: HttpClient, url: string): Promise<IndexSerials> {
  const { body } = await client.get(url, {
    accept: "application/vnd.pypi.simple.v1+json",
    what: "the projects of the index",
    maxBytes: LIMIT,
  });
  const page = parsed(body);
  const last = serialOf(table(page["meta"])["_last-serial"]);
  const list = page["projects"];
  if (last === undefined || !Array.isArray(list)) throw unlisted(url);
  const projects = new Map<PackageName, number>();
  for (const item of list as unknown[]) {
    const { name, "_last-serial": serial } = table(item);
    if (typeof name !== "string" || !isPackageName(name)) continue;
    const own = serialOf(serial);
    if (own === undefined) throw unlisted(url);
    projects.set(normalizeName(name), own);
  }
  return { last, projects };
}

/** A project's serial as its page says it in a header. */
export function headerSerial({ headers }: HttpResponse): number | undefined {
  const text = headers.get("x-pypi-last-serial") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function serialOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

function parsed(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return table(JSON.parse(body.toString()));
  } catch {
    return {};
  }
}

function table(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function unlisted(url: string): UserError {
  return indexFileError(
    "index-update-unlisted",
    "The index does not say which of its projects have changed.",
    { place: { url }, hint: "name those to ask for: --packages FILE, a name on each line" },
  );
}
