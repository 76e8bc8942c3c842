import type { Marker } from "./types.ts";

/** The words of conda's selectors (`# [linux64]`) as markers; the names of conda-build and conda-lock. */
const WORDS: Readonly<Record<string, Marker>> = {
  linux: compare("sys_platform", "linux"),
  osx: compare("sys_platform", "darwin"),
  win: compare("sys_platform", "win32"),
  unix: {
    kind: "or",
    operands: [compare("sys_platform", "linux"), compare("sys_platform", "darwin")],
  },
  x86_64: {
    kind: "or",
    operands: [compare("platform_machine", "x86_64"), compare("platform_machine", "AMD64")],
  },
  aarch64: compare("platform_machine", "aarch64"),
  ppc64le: compare("platform_machine", "ppc64le"),
  arm64: compare("platform_machine", "arm64"),
  linux64: both(compare("sys_platform", "linux"), compare("platform_machine", "x86_64")),
  linux32: both(compare("sys_platform", "linux"), compare("platform_machine", "i686")),
  osx64: both(compare("sys_platform", "darwin"), compare("platform_machine", "x86_64")),
  win64: both(compare("sys_platform", "win32"), compare("platform_machine", "AMD64")),
  win32: both(compare("sys_platform", "win32"), compare("platform_machine", "x86")),
};

function compare(name: string, text: string, op = "=="): Marker {
  return {
    kind: "compare",
    left: { kind: "variable", name },
    op,
    right: { kind: "text", text },
  };
}

function both(...operands: readonly Marker[]): Marker {
  return { kind: "and", operands };
}

function opposite(marker: Marker): Marker {
  if (marker.kind === "compare") return { ...marker, op: marker.op === "==" ? "!=" : "==" };
  return {
    kind: marker.kind === "and" ? "or" : "and",
    operands: marker.operands.map(opposite),
  };
}

/**
 * The marker of a comment that is a selector: `[linux64]`, `[not win]`, `[osx and arm64]`; undefined
 * for any other comment, and the word that is not known as an error.
 */
export function readSelector(comment: string): Marker | { readonly unknown: string } | undefined {
  const text = /^\s*\[([^\]]*)\]\s*$/.exec(comment)?.[1];
  if (text === undefined) return undefined;
  const either: Marker[] = [];
  for (const part of text.trim().split(/\s+or\s+/)) {
    const all: Marker[] = [];
    for (const word of part.split(/\s+and\s+/)) {
      const [, not, name = ""] = /^(not\s+)?([\w-]*)$/.exec(word) ?? [];
      const key = name.replaceAll("-", "");
      if (!Object.hasOwn(WORDS, key)) return { unknown: word };
      const marker = WORDS[key] as Marker;
      all.push(not === undefined ? marker : opposite(marker));
    }
    either.push(all.length === 1 ? (all[0] as Marker) : { kind: "and", operands: all });
  }
  return either.length === 1 ? either[0] : { kind: "or", operands: either };
}
