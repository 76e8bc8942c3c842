import type { BuildSource, BuildSystem } from "./build-types.ts";
import { buildError } from "./errors.ts";
import { sourceName } from "./source-tree.ts";

/** Backends whose editable installs build again at each import, from a build folder that has to stay. */
const REBUILDING: ReadonlyMap<string, string> = new Map([["mesonpy", "meson-python"]]);

/**
 * Refuses an editable build whose wheel would only work where it was built, with its build tools beside it: builds
 * are shut in, and nothing of them stays. Throws `build-editable`.
 */
export function refuseRebuilding({ backend }: BuildSystem, source: BuildSource): void {
  const name = REBUILDING.get(backend.split(":", 1)[0] as string);
  if (name === undefined) return;
  const file = sourceName(source);
  const message = `${file} cannot be installed editable: ${name} builds it again whenever it is imported, in a build folder and with build tools that no environment has`;
  throw buildError("build-editable", message, {
    place: { file },
    hint: "leave out -e: ./FOLDER builds it as it is now, and again when it has changed",
  });
}
