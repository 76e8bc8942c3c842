import type { Session } from "../project/index.ts";

/** An option of the command line. */
export interface OptionSpec {
  /** Without dashes. */
  readonly name: string;
  readonly short?: string;
  /** What its value is called in help texts; absent for a switch. */
  readonly value?: string;
  /** The value may be left out; given, it must be joined by `=`. */
  readonly valueOptional?: true;
  /** May be given several times. */
  readonly repeat?: true;
  readonly choices?: readonly string[];
  readonly brief: string;
}

/** A word without dashes that a command takes. */
export interface OperandSpec {
  readonly name: string;
  readonly required: boolean;
  /** Of the last one: may be given several times. */
  readonly repeat?: true;
}

/** What a command takes, for the parser and for its help text. */
export interface CommandSpec {
  /** Paragraphs of the help text. */
  readonly description: readonly string[];
  readonly operands: readonly OperandSpec[];
  /** Everything from the first operand or `--` on belongs to another program. */
  readonly passthrough?: true;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly { readonly line: string; readonly says: string }[];
}

/** What was given, checked against a spec. */
export interface Given {
  /** The values by option name; a switch or left-out value counts as "". */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
}

/** The process as a command sees it. */
export interface Invocation {
  readonly given: Given;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  /** Width of the terminal that standard output is, or undefined where it is none. */
  readonly columns: number | undefined;
  /** Opens the project's session with the global options; the caller of `run` closes it. */
  readonly session: () => Promise<Session>;
  /** Machine output: standard output. */
  readonly print: (text: string) => void;
  /** A sentence for people: standard error, silent with --quiet. */
  readonly say: (text: string) => void;
}

/** A command's file: what it takes, and what it does; gives the exit code. */
export interface Command {
  readonly spec: CommandSpec;
  readonly run: (invocation: Invocation) => Promise<number>;
}
