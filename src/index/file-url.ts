import type { Sha256 } from "../base/index.ts";
import { isSha256 } from "../base/index.ts";

/** Printable, and no separator that could leave a folder. */
const FILENAME = /^[A-Za-z0-9!+_.~-]{1,300}$/;
/** Already in the form the URL parser would give it, so that parsing it again is needless. */
const PLAIN = /^https:\/\/[a-z0-9.-]+(?:\/[A-Za-z0-9_+!~-][A-Za-z0-9_.+!~-]*)+$/;

/** Whether a name is one that a wheel's or sdist's file can have. */
export function isPlainFilename(filename: string): boolean {
  return FILENAME.test(filename);
}

export interface FileUrl {
  /** Absolute, without credentials, query kept, fragment removed. */
  readonly url: string;
  /** From the fragment. */
  readonly sha256?: Sha256;
}

/**
 * Where a listed file is: `text` resolved against the page's URL. Undefined where the file's name
 * is none that a wheel or sdist can have, or the URL is of a scheme other than http(s) (or `file`
 * on a page that is a file itself).
 */
export function fileUrl(
  text: string,
  { base, filename }: { readonly base: string; readonly filename: string },
): FileUrl | undefined {
  if (!FILENAME.test(filename)) return undefined;
  if (text.length < 1000 && PLAIN.test(text)) return { url: text };
  if (text.length > 8000 || !URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  const allowed = url.protocol === "https:" || url.protocol === "http:";
  if (!allowed && !(url.protocol === "file:" && base.startsWith("file:"))) return undefined;
  const sha256 = /^#(?:.*&)?sha256=([0-9a-f]{64})(?:&|$)/i.exec(url.hash)?.[1]?.toLowerCase();
  url.username = "";
  url.password = "";
  url.hash = "";
  return {
    url: url.href,
    ...(sha256 !== undefined && isSha256(sha256) ? { sha256 } : {}),
  };
}
