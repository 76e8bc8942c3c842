import { fileUrl } from "./file-url.ts";
import { readAnchors, type Anchor } from "./html-anchors.ts";
import { isArchiveName, type ListedFile } from "./release-files.ts";
import type { SimpleAnswer } from "./simple-answer.ts";
import { lowerSha256 } from "./simple-json.ts";

/**
 * Reads a PEP 503 project page, or any page of links: every anchor whose text or URL ends in a file
 * name is a file. Understands the attributes of PEP 592, 658 and 714, and `<base href>`. What is not
 * usable is passed over.
 */
export function readSimpleHtml(body: Uint8Array, { url }: { readonly url: string }): SimpleAnswer {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  const { base, anchors } = readAnchors(text);
  const pageBase = base !== undefined && URL.canParse(base, url) ? new URL(base, url).href : url;
  const files: ListedFile[] = [];
  const passedOver: string[] = [];
  for (const anchor of anchors) {
    const file = anchorFile(anchor, { pageUrl: url, base: pageBase });
    if (typeof file === "string") passedOver.push(file);
    else if (file !== undefined) files.push(file);
  }
  return { files, passedOver, tracks: [] };
}

/** The file an anchor points to, undefined where it is no file's, or why it cannot be used. */
function anchorFile(
  anchor: Anchor,
  { pageUrl, base }: { pageUrl: string; base: string },
): ListedFile | string | undefined {
  const href = anchor.get("href")?.trim();
  if (href === undefined || href === "" || !URL.canParse(href, base)) return undefined;
  const filename = lastSegment(new URL(href, base));
  if (!isArchiveName(filename)) return undefined;
  const absolute = new URL(href, base).href;
  const place = fileUrl(absolute, { base: pageUrl, filename });
  if (place === undefined) return `${filename.slice(0, 200)}: not a usable URL`;
  const requiresPython = anchor.get("data-requires-python")?.trim() ?? "";
  const yanked = anchor.get("data-yanked");
  const coreMetadata = readCoreMetadata(anchor);
  return {
    filename,
    url: place.url,
    yanked: yanked ?? false,
    ...(place.sha256 === undefined ? {} : { sha256: place.sha256 }),
    ...(requiresPython === "" ? {} : { requiresPython }),
    ...(coreMetadata === undefined ? {} : { coreMetadata }),
  };
}

function lastSegment(url: URL): string {
  const segment = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** PEP 714: `data-core-metadata`, and `data-dist-info-metadata` from before it. */
function readCoreMetadata(anchor: Anchor): ListedFile["coreMetadata"] {
  const value = anchor.get("data-core-metadata") ?? anchor.get("data-dist-info-metadata");
  if (value === undefined || value === "false") return undefined;
  return lowerSha256(/^sha256=(.*)$/.exec(value)?.[1]) ?? true;
}
