import type { PackageName } from "../base/index.ts";
import { indexError } from "./errors.ts";

/** What is said where something is needed that is not kept. `what` is a clause: "X was never fetched". */
export function offlineError(name: PackageName, what: string): Error {
  return indexError("index-offline", `${what}, and --offline forbids asking.`, {
    place: { package: name },
    hint: "Run the same command once without --offline; after that it works offline.",
  });
}
