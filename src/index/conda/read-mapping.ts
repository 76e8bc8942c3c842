import { readFileSync } from "node:fs";
import { gunzip, unzstd } from "../../archive/index.ts";
import { channelError } from "./errors.ts";

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;

/**
 * A mapping of conda's names to PyPI's from a file, plain or compressed: names to lists, single
 * names or null. Throws `mapping-invalid`.
 */
export function readMapping(path: string): Readonly<Record<string, readonly string[]>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(unpacked(readFileSync(path), path).toString("utf8"));
  } catch (cause) {
    throw invalid(path, `cannot be read: ${(cause as Error).message}`, cause);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw invalid(path, "is no JSON object");
  }
  const table = Object.create(null) as Record<string, readonly string[]>;
  for (const [name, value] of Object.entries(parsed)) {
    const names = value === null || value === false ? [] : [value].flat();
    if (!names.every((item): item is string => typeof item === "string" && NAME.test(item))) {
      throw invalid(path, `does not say which project ${JSON.stringify(name)} is`);
    }
    table[name] = names;
  }
  return table;
}

function unpacked(bytes: Buffer, file: string): Buffer {
  if (bytes[0] === 0x28 && bytes[1] === 0xb5) return unzstd(bytes, { file });
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, { file }) : bytes;
}

function invalid(path: string, why: string, cause?: unknown): Error {
  return channelError("mapping-invalid", `the mapping ${path} ${why}`, {
    place: { file: path },
    hint: 'it is JSON: {"conda-name": ["pypi-name"], "no-python": null}',
    cause,
  });
}
