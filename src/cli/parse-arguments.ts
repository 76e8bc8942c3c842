import { cliError } from "./errors.ts";
import { nearest } from "./suggest.ts";
import type { CommandSpec, Given, OptionSpec } from "./types.ts";

interface Parsing {
  readonly options: Map<string, string[]>;
  readonly operands: string[];
  readonly table: readonly OptionSpec[];
  readonly words: readonly string[];
  at: number;
}

/**
 * Reads a command's words: options in any place (`--name value`, `--name=value`, `-n value`,
 * `-nvalue`, `-qv`), operands, and `--` before operands that begin with a dash. Throws UserError.
 */
export function parseArguments(
  words: readonly string[],
  { spec, global, name }: { spec: CommandSpec; global: readonly OptionSpec[]; name: string },
): Given {
  const table = [...spec.options, ...global];
  const parsing: Parsing = { options: new Map(), operands: [], table, words, at: 0 };
  while (parsing.at < words.length) {
    const word = words[parsing.at++] as string;
    if (word === "--") return finish(parsing, { spec, name });
    if (word.startsWith("--")) longOption(word, parsing);
    else if (word.startsWith("-") && word !== "-") shortOptions(word, parsing);
    else {
      parsing.operands.push(word);
      if (spec.passthrough) return finish(parsing, { spec, name });
    }
  }
  return finish(parsing, { spec, name });
}

function finish(parsing: Parsing, { spec, name }: { spec: CommandSpec; name: string }): Given {
  const operands = [...parsing.operands, ...parsing.words.slice(parsing.at)];
  if (!parsing.options.has("help")) checkOperands(operands, { spec, name });
  return { options: parsing.options, operands };
}

function longOption(word: string, parsing: Parsing): void {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  const joined = equals < 0 ? undefined : word.slice(equals + 1);
  const option = parsing.table.find((option) => option.name === name);
  if (option === undefined) throw unknownOption(`--${name}`, parsing.table);
  if (option.value === undefined) {
    if (joined !== undefined) {
      throw cliError("usage-unexpected-value", `--${name} takes no value`, {
        hint: `write just --${name}`,
      });
    }
    add(option, { value: "", parsing });
  } else if (option.valueOptional) add(option, { value: joined ?? "", parsing });
  else add(option, { value: joined ?? nextWord(`--${name}`, { option, parsing }), parsing });
}

function shortOptions(word: string, parsing: Parsing): void {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i] as string;
    const option = parsing.table.find((option) => option.short === letter);
    if (option === undefined) throw unknownOption(`-${letter}`, parsing.table);
    if (option.value === undefined) {
      add(option, { value: "", parsing });
      continue;
    }
    const joined = word.slice(i + 1).replace(/^=/, "");
    add(option, {
      value: joined === "" ? nextWord(`-${letter}`, { option, parsing }) : joined,
      parsing,
    });
    return;
  }
}

function nextWord(
  written: string,
  { option, parsing }: { option: OptionSpec; parsing: Parsing },
): string {
  const next = parsing.words[parsing.at];
  const isOption = next !== undefined && /^-./.test(next);
  if (next === undefined || isOption) {
    throw cliError("usage-missing-value", `${written} needs a value: ${option.brief}`, {
      hint: isOption
        ? `if ${next} is the value, write --${option.name}=${next}`
        : `write ${written} ${option.value ?? ""}`,
    });
  }
  parsing.at++;
  return next;
}

function add(option: OptionSpec, { value, parsing }: { value: string; parsing: Parsing }): void {
  const { name, choices, repeat } = option;
  if (value === "" && option.value !== undefined && !option.valueOptional) {
    throw cliError("usage-missing-value", `the value of --${name} is empty`);
  }
  if (choices !== undefined && !choices.includes(value)) {
    const meant = nearest(value, choices);
    throw cliError("usage-choice", `--${name} cannot be "${value}", only ${choices.join(", ")}`, {
      hint: meant === undefined ? "see --help" : `did you mean --${name} ${meant}?`,
    });
  }
  const former = parsing.options.get(name) ?? [];
  if (!repeat && former.length > 0 && former[0] !== value) {
    throw cliError("usage-repeated", `--${name} is given as "${former[0]}" and as "${value}"`);
  }
  parsing.options.set(name, repeat ? [...former, value] : [value]);
}

function unknownOption(written: string, table: readonly OptionSpec[]): Error {
  const known = table.map((option) => `--${option.name}`);
  const meant = written.startsWith("--") ? nearest(written, known) : undefined;
  return cliError("usage-unknown-option", `there is no option ${written} here`, {
    hint: meant === undefined ? "see --help for what there is" : `did you mean ${meant}?`,
  });
}

function checkOperands(
  operands: readonly string[],
  { spec, name }: { spec: CommandSpec; name: string },
): void {
  const missing = spec.operands.slice(operands.length).find((operand) => operand.required);
  if (missing !== undefined) {
    throw cliError("usage-missing-operand", `mach-nix ${name} needs ${missing.name}`, {
      hint: exampleHint(spec),
    });
  }
  const extra = operands[spec.operands.length];
  const isOpen = spec.passthrough === true || spec.operands.at(-1)?.repeat === true;
  if (extra !== undefined && !isOpen) {
    throw cliError("usage-extra-operand", `mach-nix ${name} does not take the word "${extra}"`, {
      hint: exampleHint(spec),
    });
  }
}

function exampleHint(spec: CommandSpec): string {
  return `for example: ${spec.examples[0]?.line ?? "see --help"}`;
}
