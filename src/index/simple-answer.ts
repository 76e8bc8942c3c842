import type { PackageName } from "../base/index.ts";
import { indexError } from "./errors.ts";
import type { ListedFile } from "./release-files.ts";
import { readSimpleHtml } from "./simple-html.ts";
import { readSimpleJson } from "./simple-json.ts";

/** A project's page, from whichever form it came in. */
export interface SimpleAnswer {
  readonly files: readonly ListedFile[];
  /** PEP 708. */
  readonly tracks: readonly string[];
  /** Entries that were passed over, and why: broken or hostile ones. */
  readonly passedOver: readonly string[];
}

/** PEP 691, "Version + Format Selection": JSON where there is, HTML else. */
export const SIMPLE_ACCEPT =
  "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";

/**
 * Reads a project's page (PEP 503 and 691). `url` is where it came from, after redirects; relative
 * file URLs are resolved against it. Throws `index-bad-answer` for anything else.
 */
export function readSimpleAnswer(
  body: Uint8Array,
  context: { readonly name: PackageName; readonly url: string; readonly contentType: string },
): SimpleAnswer {
  const type = (context.contentType.split(";", 1)[0] as string).trim().toLowerCase();
  if (type === "application/vnd.pypi.simple.v1+json" || type === "application/json") {
    return readSimpleJson(body, context);
  }
  if (
    type === "application/vnd.pypi.simple.v1+html" ||
    type === "text/html" ||
    type === "application/xhtml+xml"
  ) {
    return readSimpleHtml(body, context);
  }
  throw indexError(
    "index-bad-answer",
    `The index answered for ${context.name} with ${type === "" ? "no content type" : `"${type.slice(0, 100)}"`}; a simple API answers with JSON or HTML.`,
    {
      place: { package: context.name, url: context.url },
      hint: "Check the index URL: most end in /simple.",
    },
  );
}
