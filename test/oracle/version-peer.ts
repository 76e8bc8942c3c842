// Asks a peer's Python about many cases at once.
import { spawnSync } from "node:child_process";

/** Runs a program that reads JSON from `sys.stdin` as `cases` and leaves its answer in `answer`. */
export function askPython(python: string, body: string, cases: unknown): unknown[] {
  const program = `import json, sys\ncases = json.load(sys.stdin)\n${body}\njson.dump(answer, sys.stdout)\n`;
  const { stdout, stderr, status } = spawnSync(python, ["-c", program], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as unknown[];
}
