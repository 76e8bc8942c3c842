import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/**
 * What was found out of one bucket and is not in its file yet, a line of JSON for each. Lines are
 * added as results come; the file goes when the bucket is written. A process may be killed at any
 * moment: a line without its end is not read.
 */
export class Journal<T> {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** What an earlier run left. */
  read(): readonly T[] {
    if (!existsSync(this.path)) return [];
    const text = readFileSync(this.path, "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    return whole.split("\n").flatMap((line) => parsed(line) as readonly T[]);
  }

  add(result: T): void {
    mkdirSync(dirname(this.path), { recursive: true });
    // The newline before ends what a killed run left unfinished.
    appendFileSync(this.path, `\n${JSON.stringify(result)}\n`);
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}

/** None where it is no JSON. */
function parsed(line: string): readonly unknown[] {
  try {
    return line === "" ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}
