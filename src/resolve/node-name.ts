import type { PackageName } from "../base/index.ts";
import { condaNode } from "../provider/index.ts";
import type { Requirement } from "../requirement/index.ts";

/** What the package that is asked for is called inside the solver. */
export function nodeName({ name, conda }: Requirement): PackageName {
  return conda === undefined ? name : condaNode(name);
}
