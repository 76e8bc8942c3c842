import { indexError } from "./errors.ts";
import { redactUrl } from "../http/index.ts";

/** Where packages are looked for. URLs may carry credentials; they are never shown or kept. */
export interface IndexConfiguration {
  /** The main index; absent with `--no-index`. */
  readonly indexUrl?: string;
  /** Asked before the main one, in this order. */
  readonly extraIndexUrls: readonly string[];
  /** Folders, pages of links, or single files; each a URL or a path. */
  readonly findLinks: readonly string[];
}

/** Throws `index-bad-url` for what is not the URL of an index. */
export function checkIndexUrl(url: string): void {
  const protocol = URL.parse(url)?.protocol;
  if (protocol === "https:" || protocol === "http:" || protocol === "file:") return;
  throw indexError("index-bad-url", `"${redactUrl(url)}" is not the URL of an index.`, {
    hint: "An index URL begins with https://, http:// or file://.",
  });
}
