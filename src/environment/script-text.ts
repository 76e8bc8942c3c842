import type { EntryPoint } from "../build/index.ts";

/**
 * The start of every script: a shell program to sh, a text to Python. It starts the Python beside the
 * script, so the environment can be moved; a link to the script from elsewhere is followed first
 * (the only case that starts another program); `$0` stays, for `sys.argv[0]`. `''':'` is the
 * command `:` to the shell, and what stands between the triple quotes is never read by Python.
 */
function head(options: string, coding: string | undefined): string {
  return `#!/bin/sh
${coding === undefined ? "" : `${coding}\n`}''':'
self="$0"
case "$self" in */*) ;; *) self="./$self" ;; esac
while [ -L "$self" ]; do
  link="$(readlink "$self")"
  case "$link" in /*) self="$link" ;; *) self="\${self%/*}/$link" ;; esac
done
exec "\${self%/*}/python"${options} "$0" "$@"
'''
`;
}

const OPTION = /^[-\w.=,:+@%]+$/;
/** PEP 263. */
const CODING = /^[ \t\f]*#.*?coding[:=][ \t]*[-_.a-zA-Z0-9]+/;

/** The script of an entry point, as pip writes it but for its head. */
export function entryPointScript({ module, attribute }: EntryPoint): string {
  const first = attribute.split(".", 1)[0] as string;
  return `${head("", undefined)}import sys
from ${module} import ${first}
if __name__ == '__main__':
    if sys.argv[0].endswith('.exe'):
        sys.argv[0] = sys.argv[0][:-4]
    sys.exit(${attribute}())
`;
}

const PLAIN = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** Python's identifiers beyond ASCII; made when needed, since its tables cost milliseconds. */
function isDottedName(text: string): boolean {
  if (PLAIN.test(text)) return true;
  return /^[\p{ID_Start}_]\p{ID_Continue}*(?:\.[\p{ID_Start}_]\p{ID_Continue}*)*$/u.test(text);
}

/** Whether its names may stand in a script's import: hostile ones would be code. */
export function isEntryPoint({ module, attribute }: EntryPoint): boolean {
  return isDottedName(module) && isDottedName(attribute);
}

/**
 * A script of `.data/scripts` whose first line is `#!python` or `#!pythonw` with options, for an
 * environment (PEP 427, "Recommended installer features"). A declaration of its coding stays in effect.
 */
export function pythonScript(source: Buffer): Buffer {
  const end = source.indexOf("\n");
  const firstLine = source.subarray(0, end < 0 ? source.length : end).toString("latin1");
  const rest = end < 0 ? Buffer.alloc(0) : source.subarray(end + 1);
  const words = firstLine
    .replace(/^#!pythonw?/, "")
    .split(/\s+/)
    .filter((word) => OPTION.test(word));
  const second = rest.subarray(0, 200).toString("latin1").split(/\r?\n/, 1)[0] ?? "";
  const coding = CODING.test(second) ? second.trim() : undefined;
  return Buffer.concat([
    Buffer.from(head(words.map((word) => ` ${word}`).join(""), coding), "latin1"),
    rest,
  ]);
}
