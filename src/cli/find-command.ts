import type { CommandEntry } from "./commands.ts";
import { cliError } from "./errors.ts";
import { nearest } from "./suggest.ts";
import type { OptionSpec } from "./types.ts";

/** A command found among the words, and the words without those of its name. */
export interface FoundCommand {
  readonly entry: CommandEntry | undefined;
  readonly words: readonly string[];
}

/**
 * Finds the command, which stands before or after options; `values` are the options whose next word
 * is a value. `help COMMAND` counts as `COMMAND --help`. Throws UserError for an unknown command.
 */
export function findCommand(
  argv: readonly string[],
  { commands, values }: { commands: readonly CommandEntry[]; values: readonly OptionSpec[] },
): FoundCommand {
  const at = firstOperand(argv, values);
  if (at < 0) return { entry: undefined, words: argv };
  if (argv[at] === "help") {
    const rest = argv.toSpliced(at, 1);
    const found =
      firstOperand(rest, values) < 0 ? undefined : findCommand(rest, { commands, values });
    return { entry: found?.entry, words: ["--help"] };
  }
  const entry = commands.find(({ name }) => {
    const words = name.split(" ");
    return words.every((word, i) => argv[at + i] === word);
  });
  if (entry === undefined) throw unknownCommand(argv.slice(at), commands);
  return { entry, words: argv.toSpliced(at, entry.name.split(" ").length) };
}

function firstOperand(argv: readonly string[], values: readonly OptionSpec[]): number {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === "--") return -1;
    if (!word.startsWith("-") || word === "-") return i;
    if (takesNextWord(word, values)) i++;
  }
  return -1;
}

function takesNextWord(word: string, values: readonly OptionSpec[]): boolean {
  return values.some(
    ({ name, short, value, valueOptional }) =>
      value !== undefined && !valueOptional && (word === `--${name}` || word === `-${short}`),
  );
}

function unknownCommand(words: readonly string[], commands: readonly CommandEntry[]): Error {
  const [first = "", second = ""] = words;
  const inGroup = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (inGroup.length > 0) {
    const names = inGroup.map(({ name }) => `mach-nix ${name}`).join(", ");
    const said =
      second === "" || second.startsWith("-") ? "needs a second word" : `has no "${second}"`;
    return cliError("usage-unknown-command", `mach-nix ${first} ${said}`, {
      hint: `there is ${names}`,
    });
  }
  const names = [...new Set(commands.flatMap(({ name }) => [name, name.split(" ")[0] as string]))];
  const meant = nearest(`${first} ${second}`, names) ?? nearest(first, names);
  return cliError("usage-unknown-command", `there is no command "${first}"`, {
    hint:
      meant === undefined
        ? "mach-nix --help lists the commands"
        : `did you mean mach-nix ${meant}?`,
  });
}
