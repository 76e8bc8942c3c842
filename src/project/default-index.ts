import { readFileSync } from "node:fs";

/** Where the build put it, seen from dist/bundle/, dist/project/ and src/project/. */
const PLACES = ["../default-index.json", "../../dist/default-index.json"];

/** The index built into the pip that this build asked, or undefined where it found none. */
export function defaultIndexUrl(): string | undefined {
  for (const place of PLACES) {
    try {
      const text = readFileSync(new URL(place, import.meta.url), "utf8");
      return (JSON.parse(text) as { simpleUrl: string }).simpleUrl;
    } catch {
      continue;
    }
  }
  return undefined;
}
