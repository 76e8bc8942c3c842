// The process: the one place that reads its arguments and environment, and ends it.
import { readFileSync, statSync } from "node:fs";
import { EXIT } from "../base/index.ts";
import { runCli } from "./run-cli.ts";
import { descriptorSink } from "./streams.ts";

const LARGEST_EXCERPT_SOURCE = 4 * 1024 * 1024;

function readText(path: string): string | undefined {
  try {
    if (statSync(path).size > LARGEST_EXCERPT_SOURCE) return undefined;
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function ownVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

function leave(): never {
  process.exit(process.exitCode ?? EXIT.done);
}

type Handler = (signal: NodeJS.Signals) => Promise<number>;

/** SIGTERM ends with the code that shells give it. */
function endWith(signal: NodeJS.Signals, code: number): never {
  process.exit(signal === "SIGTERM" ? 143 : code);
}

async function main(): Promise<void> {
  const stdout = await descriptorSink(1, { onClosed: leave });
  const stderr = await descriptorSink(2, { onClosed: () => undefined });
  let handle: Handler = () => Promise.resolve(EXIT.interrupted);
  function interrupted(signal: NodeJS.Signals): void {
    // A second signal ends the process the hard way.
    process.off(signal, interrupted);
    void handle(signal).then((code) => endWith(signal, code));
  }
  process.on("SIGINT", interrupted);
  process.on("SIGTERM", interrupted);
  const code = await runCli({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    stdout,
    stderr,
    now: Date.now,
    readFile: readText,
    version: ownVersion,
    onInterrupt: (work) => {
      handle = work;
    },
  });
  // All output is written by now; what is still open (idle connections, threads) must not hold us up.
  process.exit(code);
}

// Not awaited: a module that awaits could not be loaded by the launcher's `require`.
void main();
