import { isPromise, type PackageName, type Report } from "../base/index.ts";
import type { PackageIndex } from "../index/index.ts";

/**
 * The same index, telling of each project that had to be waited for. A resolution from local data
 * waits for none and is over before it could be shown.
 */
export function reportIndex(index: PackageIndex, report: Report): PackageIndex {
  const phase = "resolve";
  let done = 0;
  function tell(item: PackageName): void {
    if (done === 0) report({ kind: "start", phase, unit: "items" });
    report({ kind: "progress", phase, done: ++done, item });
  }
  return {
    project(name) {
      const answer = index.project(name);
      if (!isPromise(answer)) return answer;
      return answer.then((record) => {
        tell(name);
        return record;
      });
    },
    metadata: (name, file) => index.metadata(name, file),
    ...(index.sdistMetadata !== undefined && {
      sdistMetadata: (name, release) =>
        index.sdistMetadata?.(name, release) ?? { failure: "its metadata is not known" },
    }),
    prefetch: (name) => index.prefetch(name),
    close() {
      if (done > 0) report({ kind: "end", phase, done });
      index.close();
    },
  };
}
