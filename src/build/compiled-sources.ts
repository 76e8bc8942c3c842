import { existsSync } from "node:fs";
import type { StorePath } from "../store/index.ts";
import { CONDA_FILES, CONDA_JSON, readCondaObject } from "./conda-object.ts";
import { readWheelObject } from "./wheel-object.ts";

function isConda(object: StorePath): boolean {
  return existsSync(`${object}/${CONDA_JSON}`);
}

/**
 * The folder of an object whose Python sources are compiled for each Python; undefined for conda packages
 * that are made for one, which bring their bytecode, and for those without Python.
 */
export function compiledFolder(object: StorePath): string | undefined {
  if (!isConda(object)) return "site";
  const folder = `${CONDA_FILES}/site-packages`;
  const isForAny = readCondaObject(object).noarch === "python";
  return isForAny && existsSync(`${object}/${folder}`) ? folder : undefined;
}

/** Bytes of sources that are to be compiled. */
export function sourceSize(object: StorePath): number {
  return (isConda(object) ? readCondaObject(object) : readWheelObject(object)).sourceBytes;
}
