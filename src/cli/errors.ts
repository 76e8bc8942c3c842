import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type CliErrorCode =
  | "usage-unknown-command"
  | "usage-unknown-option"
  | "usage-missing-value"
  | "usage-unexpected-value"
  | "usage-repeated"
  | "usage-choice"
  | "usage-missing-operand"
  | "usage-extra-operand"
  | "usage-conflict"
  | "explain-unknown-code"
  | "why-unknown-package"
  | "run-command-missing"
  | "system-error"
  | "interrupted"
  | "internal-error";

/** What can be wrong with a command line, and what the process itself can meet. */
export const CLI_ERRORS: Readonly<Record<CliErrorCode, ErrorEntry>> = {
  "usage-unknown-command": {
    exit: EXIT.badInput,
    title: "There is no such command",
    explain: "`mach-nix --help` lists the commands.",
  },
  "usage-unknown-option": {
    exit: EXIT.badInput,
    title: "The command does not take this option",
    explain:
      "`mach-nix COMMAND --help` lists what a command takes. Names are not abbreviated. What begins with a dash but is no option goes after `--`.",
  },
  "usage-missing-value": {
    exit: EXIT.badInput,
    title: "An option lacks its value",
    explain:
      "The value stands after the option (`--date 2026-11-01`) or is joined to it (`--date=2026-11-01`); a value that begins with a dash must be joined.",
  },
  "usage-unexpected-value": {
    exit: EXIT.badInput,
    title: "A switch was given a value",
    explain: "The option is on or off; leave the `=…` away.",
  },
  "usage-repeated": {
    exit: EXIT.badInput,
    title: "An option stands there twice with different values",
    explain: "It takes one value only. Which one was meant cannot be told.",
  },
  "usage-choice": {
    exit: EXIT.badInput,
    title: "An option has a value it does not know",
    explain: "The message lists the values that there are.",
  },
  "usage-missing-operand": {
    exit: EXIT.badInput,
    title: "The command lacks a word that it needs",
    explain: "`mach-nix COMMAND --help` shows what the command takes, with examples.",
  },
  "usage-extra-operand": {
    exit: EXIT.badInput,
    title: "There is a word too many",
    explain:
      "The command does not take so many words. Often an option's name is missing before it: requirements files are given with `-r FILE`, packages with `-p NAME`.",
  },
  "usage-conflict": {
    exit: EXIT.badInput,
    title: "Two options contradict each other",
    explain: "Leave one of the two away.",
  },
  "explain-unknown-code": {
    exit: EXIT.badInput,
    title: "There is no error of this code",
    explain:
      "The code is the word in brackets in an error message, or `error.code` with --json. docs/reference/errors.md lists all of them.",
  },
  "why-unknown-package": {
    exit: EXIT.badInput,
    title: "The lock has no such package",
    explain:
      "Neither the requirements nor anything they depend on has this name in the lock, for the targets asked for. `mach-nix tree` shows what the lock holds.",
  },
  "run-command-missing": {
    exit: EXIT.failed,
    title: "The command to run was not found",
    explain:
      "`mach-nix run` looks in the environment's `bin` first, then on PATH. Add the package that brings the command with `-p NAME`.",
  },
  "system-error": {
    exit: EXIT.failed,
    title: "The operating system refused something",
    explain:
      "No room, no permission, too many open files: the message carries the system's own reason and the file. Nothing half-made is left, so the command can simply be run again. `--cache-dir` or MACH_NIX_HOME put mach-nix's own files elsewhere.",
  },
  interrupted: {
    exit: EXIT.interrupted,
    title: "Interrupted",
    explain:
      "Ctrl-C or a signal ended the command. What was downloaded and unpacked whole is kept, so running it again goes on from there.",
  },
  "internal-error": {
    exit: EXIT.bug,
    title: "A bug in mach-nix",
    explain:
      "Something happened that mach-nix does not foresee. Run the command again with --debug and report what it prints, together with the input.",
  },
};

export const cliError: ErrorMaker<typeof CLI_ERRORS> = errorMaker(CLI_ERRORS);
