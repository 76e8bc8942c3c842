import { readFileSync } from "node:fs";
import type { StorePath } from "../store/index.ts";
import type { WheelObject } from "./types.ts";

/** The file in a wheel's object that says what is in it. */
export const WHEEL_JSON = "wheel.json";

/** What an environment must know of an unpacked wheel. The object must be there. */
export function readWheelObject(path: StorePath): WheelObject {
  return JSON.parse(readFileSync(`${path}/${WHEEL_JSON}`, "utf8")) as WheelObject;
}
