import type { UserError } from "../base/index.ts";
import { crawlError } from "./errors.ts";

/** A data file that is not to be overwritten, since it cannot be read. */
export function brokenBucket(file: string, message: string): UserError {
  return crawlError("crawl-data", `This is no data that a crawl could add to: ${message}.`, {
    place: { file },
    hint: "restore it from version control; or remove it, and it is made anew",
  });
}
