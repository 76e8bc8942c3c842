import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { buildError } from "./errors.ts";

/** A Python that answers a line for each thing asked, and how it is started. */
export interface PythonOptions {
  /** The interpreter. */
  readonly python: string;
  /** Use only processor time that nobody else wants. */
  readonly idle: boolean;
}

/** Files of one object to be compiled. */
export interface CompileRequest {
  /** Folder of the sources; it is in the bytecode as their place. */
  readonly source: string;
  /** Folder for the bytecode, at the paths that Python looks for it. */
  readonly out: string;
  /** Relative to `source`. */
  readonly files: readonly string[];
}

/** Longer than any real file takes; a source made to stall the compiler is given up. */
const STALLED_MS = 120_000;

/** So many files in a row that crash Python mean that it is not the files. */
const MOST_FAILURES = 5;

/** The script that we ship, from the sources, the library and the bundle alike. */
const SCRIPT = "../../python/compile_bytecode.py";

type Child = ChildProcessByStdio<Writable, Readable, null>;

/**
 * `python/compile_bytecode.py` as a process. Started when first asked, and again after a source that
 * crashed it. One request at a time. Throws `compile-no-python` where it cannot be started.
 */
export class PythonProcess {
  readonly #options: PythonOptions;
  #child: Child | undefined;
  #text = "";
  #answers: string[] = [];
  #wake: () => void = () => undefined;
  #ended = false;
  /** Ends without an answer, one after the other. */
  #failures = 0;

  constructor(options: PythonOptions) {
    this.#options = options;
  }

  /** Compiles files; one that crashes or stalls Python is passed over. */
  async compile(request: CompileRequest): Promise<void> {
    for (let from = 0; from < request.files.length;) {
      const files = request.files.slice(from);
      const done = await this.#ask({ compile: { ...request, files } }, files.length);
      this.#failures = done.length > 0 ? 0 : this.#failures + 1;
      if (this.#failures > MOST_FAILURES) throw noPython(this.#options.python);
      from += done.length;
      if (done.length < files.length) from += 1;
    }
  }

  /** Claims a folder among all processes; false where another has it. */
  async lock(folder: string): Promise<boolean> {
    const [answer] = await this.#ask({ lock: folder }, 1);
    if (answer === undefined) throw noPython(this.#options.python);
    return answer === "1";
  }

  unlock(folder: string): void {
    this.#child?.stdin.write(`${JSON.stringify({ unlock: folder })}\n`);
  }

  end(): void {
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  /** As many answers as wanted, or fewer where the process ended or stalled. */
  async #ask(request: unknown, wanted: number): Promise<string[]> {
    this.#answers = [];
    const child = (this.#child ??= await this.#start());
    child.stdin.write(`${JSON.stringify(request)}\n`);
    while (this.#answers.length < wanted && !this.#ended) await this.#next(child);
    if (this.#ended) this.#child = undefined;
    return this.#answers.slice(0, wanted);
  }

  /** Waits for more text or the end. */
  async #next(child: Child): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(() => child.kill("SIGKILL"), STALLED_MS);
    await promise;
    clearTimeout(timer);
  }

  async #start(): Promise<Child> {
    const { python, idle } = this.#options;
    const script = fileURLToPath(new URL(SCRIPT, import.meta.url));
    const flags = idle ? ["--idle"] : [];
    const child = spawn(python, ["-I", "-S", script, ...flags], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#ended = false;
    this.#text = "";
    child.stdin.on("error", () => undefined);
    child.stdout.setEncoding("latin1");
    child.stdout.on("data", (text: string) => this.#read(text));
    child.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
    await started(child, python);
    return child;
  }

  #read(text: string): void {
    const lines = (this.#text + text).split("\n");
    this.#text = lines.pop() ?? "";
    this.#answers.push(...lines);
    this.#wake();
  }
}

async function started(child: Child, python: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once("spawn", resolve);
  child.on("error", reject);
  try {
    await promise;
  } catch (cause) {
    throw noPython(python, cause);
  }
}

function noPython(python: string, cause?: unknown): Error {
  return buildError("compile-no-python", `${python} could not be used to compile bytecode`, {
    hint: "Give another interpreter, or use `--compile never`.",
    place: { file: python },
    ...(cause === undefined ? {} : { cause }),
  });
}
