import { EXIT } from "../base/index.ts";
import type { Session } from "../project/index.ts";
import { asUserError } from "./as-user-error.ts";
import { COMMANDS } from "./commands.ts";
import { cliError } from "./errors.ts";
import { findCommand } from "./find-command.ts";
import {
  GLOBAL_OPTIONS,
  PYTHON_OPTION,
  RESOLVE_OPTIONS,
  TARGET_OPTIONS,
  COMPILE_OPTION,
} from "./global-options.ts";
import { parseArguments } from "./parse-arguments.ts";
import { makeReporter, type Reporter, type ReporterKind } from "./reporter.ts";
import { globalOptions, isGiven } from "./requests.ts";
import { expectShortRun } from "./short-run.ts";
import type { Sink } from "./streams.ts";
import type { Command, Given } from "./types.ts";

/** The process that the command line runs in. */
export interface Surroundings {
  /** Without `node` and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly now: () => number;
  readonly readFile: (path: string) => string | undefined;
  /** The version of this program. */
  readonly version: () => string;
  /** Calls back when a signal asks the program to end; the exit code then given is the process's. */
  readonly onInterrupt: (handle: (signal: NodeJS.Signals) => Promise<number>) => void;
}

const VALUES = [
  ...GLOBAL_OPTIONS,
  ...RESOLVE_OPTIONS,
  ...TARGET_OPTIONS,
  PYTHON_OPTION,
  COMPILE_OPTION,
];

/** Runs a command line to its end and gives the exit code. Never throws; prints every error. */
export async function runCli(around: Surroundings): Promise<number> {
  const manner = { ...guessManner(around.argv) };
  try {
    const { entry, words } = findCommand(around.argv, { commands: COMMANDS, values: VALUES });
    if (entry === undefined) return await withoutCommand(words, around);
    const { command } = await entry.load();
    const { spec } = command;
    const given = parseArguments(words, { spec, global: GLOBAL_OPTIONS, name: entry.name });
    Object.assign(manner, mannerOf(given));
    return await runCommand(command, { name: entry.name, given, around });
  } catch (thrown) {
    return await showThrown(thrown, { manner, around });
  }
}

interface Manner {
  readonly json: boolean;
  readonly debug: boolean;
}

function mannerOf(given: Given): Manner {
  return { json: isGiven(given, "json"), debug: isGiven(given, "debug") };
}

/** How an error in the command line itself is to be shown. */
function guessManner(argv: readonly string[]): Manner {
  const end = argv.indexOf("--");
  const words = end < 0 ? argv : argv.slice(0, end);
  return { json: words.includes("--json"), debug: words.includes("--debug") };
}

async function withoutCommand(words: readonly string[], around: Surroundings): Promise<number> {
  const spec = { description: [], operands: [], options: [], examples: [] };
  const given = parseArguments(words, { spec, global: GLOBAL_OPTIONS, name: "" });
  if (isGiven(given, "version")) return printVersion(given, around);
  const { overview } = await import("./help.ts");
  if (isGiven(given, "help")) {
    around.stdout.write(overview());
    return EXIT.done;
  }
  if (!isGiven(given, "json")) around.stderr.write(`${overview()}\n`);
  throw cliError("usage-unknown-command", "no command was given", {
    hint: "for example: mach-nix env ./env -r requirements.txt",
  });
}

function printVersion(given: Given, around: Surroundings): number {
  const version = around.version();
  const text = isGiven(given, "json") ? JSON.stringify({ version }) : `mach-nix ${version}`;
  around.stdout.write(`${text}\n`);
  return EXIT.done;
}

async function runCommand(
  { spec, run }: Command,
  { name, given, around }: { name: string; given: Given; around: Surroundings },
): Promise<number> {
  if (isGiven(given, "help")) {
    const { commandHelp } = await import("./help.ts");
    around.stdout.write(commandHelp(name, spec));
    return EXIT.done;
  }
  if (isGiven(given, "version")) return printVersion(given, around);
  refuseContradictions(given);
  const reporter = reporterFor(given, around);
  around.onInterrupt((signal) => {
    reporter.clear();
    const error = cliError("interrupted", `interrupted by ${signal}`);
    return showThrown(error, { manner: mannerOf(given), around });
  });
  try {
    return await run(invocation(given, { around, reporter }));
  } finally {
    reporter.clear();
  }
}

function refuseContradictions(given: Given): void {
  const pairs = [
    ["quiet", "verbose"],
    ["quiet", "debug"],
    ["no-index", "index-url"],
  ] as const;
  for (const [a, b] of pairs) {
    if (isGiven(given, a) && isGiven(given, b)) {
      throw cliError("usage-conflict", `--${a} and --${b} contradict each other`);
    }
  }
}

function invocation(
  given: Given,
  { around, reporter }: { around: Surroundings; reporter: Reporter },
): Parameters<Command["run"]>[0] {
  const { stdout, stderr, env, cwd, now } = around;
  const quiet = isGiven(given, "quiet");
  const json = isGiven(given, "json");
  async function session(): Promise<Session> {
    const { openSession } = await import("../project/index.ts");
    const options = globalOptions(given);
    return openSession({
      env,
      cwd,
      now,
      report: reporter.report,
      options,
      expectWork: expectShortRun,
    });
  }
  return {
    given,
    cwd,
    env,
    json,
    quiet,
    color: hasColor(stdout, env),
    columns: stdout.columns(),
    session,
    print: (text) => {
      reporter.clear();
      stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    },
    say: (text) => {
      reporter.clear();
      if (!quiet && !json) stderr.write(`${text}\n`);
    },
  };
}

function hasColor(sink: Sink, env: Surroundings["env"]): boolean {
  return sink.isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

function reporterFor(given: Given, { stderr, env, now }: Surroundings): Reporter {
  const verbose = isGiven(given, "verbose") || isGiven(given, "debug");
  const isPlain = !stderr.isTerminal || env["TERM"] === "dumb";
  const kind: ReporterKind = isGiven(given, "json")
    ? "ndjson"
    : isGiven(given, "quiet")
      ? "quiet"
      : isPlain
        ? "plain"
        : "terminal";
  return makeReporter(kind, { sink: stderr, clock: now, color: hasColor(stderr, env), verbose });
}

async function showThrown(
  thrown: unknown,
  { manner, around }: { manner: Manner; around: Surroundings },
): Promise<number> {
  const { errorDocument, errorText } = await import("./show-error.ts");
  const error = asUserError(thrown);
  const { debug } = manner;
  if (manner.json) {
    around.stdout.write(`${JSON.stringify({ error: errorDocument(error, { debug }) })}\n`);
  } else {
    const { stderr, env, readFile } = around;
    stderr.write(errorText(error, { color: hasColor(stderr, env), debug, readFile }));
  }
  return error.exit;
}
