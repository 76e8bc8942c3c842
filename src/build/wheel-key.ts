import { normalizeName, type Sha256 } from "../base/index.ts";
import type { ObjectKey } from "../store/index.ts";
import { buildError } from "./errors.ts";

/** Raised whenever unpacking the same wheel gives another object than before. */
const RECIPE = "wheel-2";
const WHEEL_NAME = /^([A-Za-z0-9._]+)-([A-Za-z0-9._+!]+)(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl$/;

/** Name and version of a wheel's file name as they stand there (PEP 427). Throws `wheel-name`. */
export function splitWheelName(filename: string): { name: string; version: string } {
  const match = WHEEL_NAME.exec(filename);
  if (match !== null) return { name: match[1] as string, version: match[2] as string };
  throw buildError("wheel-name", `${filename} is no name of a wheel`, {
    hint: "A wheel is called NAME-VERSION-PYTHON-ABI-PLATFORM.whl.",
    place: { file: filename },
  });
}

/**
 * What the object of a wheel is made from: its bytes and the way it is unpacked, no interpreter. So
 * `store.path(wheelKey(…))` is known before the wheel is fetched. Throws `wheel-name`.
 */
export function wheelKey(wheel: { readonly filename: string; readonly sha256: Sha256 }): ObjectKey {
  const { name, version } = splitWheelName(wheel.filename);
  return {
    name: normalizeName(name),
    version,
    inputs: { recipe: RECIPE, wheel: wheel.sha256 },
  };
}
