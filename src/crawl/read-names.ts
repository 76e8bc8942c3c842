import { isPackageName } from "../base/index.ts";
import { crawlError } from "./errors.ts";

/** Names of a list: one on each line, `#` begins a comment. Throws `crawl-names`. */
export function readNames(text: string, path: string): readonly string[] {
  const names: string[] = [];
  text.split(/\r\n|\r|\n/).forEach((line, i) => {
    const name = line.replace(/#.*$/, "").trim();
    if (name === "") return;
    if (isPackageName(name)) names.push(name);
    else {
      throw crawlError("crawl-names", `"${name.slice(0, 100)}" is no project's name`, {
        place: { file: path, line: i + 1 },
      });
    }
  });
  return [...new Set(names)];
}
