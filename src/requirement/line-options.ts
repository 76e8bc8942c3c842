import { Fault } from "./fault.ts";
import { type ShellWord, shellWords } from "./shell-words.ts";

/** An option of a requirements file, by its long name. */
export interface LineOption {
  readonly name: OptionName;
  readonly value: string;
  /** Where the option begins in the line. */
  readonly at: number;
  /** The word that holds the value, and where in that word's text it begins. */
  readonly word: ShellWord;
  readonly valueStart: number;
}

export type OptionName = (typeof NAMES)[number][0];

/** Long name, whether it takes a value, other spellings. */
const NAMES = [
  ["--index-url", true, "-i", "--pypi-url"],
  ["--extra-index-url", true],
  ["--no-index", false],
  ["--constraint", true, "-c"],
  ["--requirement", true, "-r"],
  ["--editable", true, "-e"],
  ["--find-links", true, "-f"],
  ["--no-binary", true],
  ["--only-binary", true],
  ["--prefer-binary", false],
  ["--require-hashes", false],
  ["--no-require-hashes", false],
  ["--pre", false],
  ["--all-releases", true],
  ["--only-final", true],
  ["--trusted-host", true],
  ["--use-feature", true],
  ["--hash", true],
  ["--config-settings", true, "-C"],
] as const;

/** Options of other pip versions and commands, and what to say about them. */
const REMOVED: Readonly<Record<string, string>> = {
  "--global-option": "projects cannot be built from source yet",
  "--install-option": "projects cannot be built from source yet",
  "--build-option": "projects cannot be built from source yet",
  "--process-dependency-links": "pip has removed it: write the URL as a requirement, `name @ URL`",
  "--always-unzip": "pip has removed it",
  "--allow-external": "pip has removed it",
  "--allow-all-external": "pip has removed it",
  "--allow-unverified": "pip has removed it",
  "--use-wheel": "pip has removed it: see --only-binary",
  "--no-use-wheel": "pip has removed it: see --no-binary",
};

interface Known {
  readonly name: OptionName;
  readonly takesValue: boolean;
}

const SPELLINGS: ReadonlyMap<string, Known> = new Map(
  NAMES.flatMap(([name, takesValue, ...others]) =>
    [name, ...others].map((spelling): [string, Known] => [spelling, { name, takesValue }]),
  ),
);

/** Where the options of a requirements line begin: at the first word after a blank that has a `-`. */
export function optionsStart(line: string): number {
  if (line.startsWith("-")) return 0;
  const at = line.indexOf(" -");
  return at === -1 ? line.length : at + 1;
}

/**
 * The options of a requirements line, read as pip does: `shlex`, then `optparse` with its
 * abbreviations of long names. Throws Fault, also for words that are no option, which pip would
 * pass over in silence.
 */
export function readOptions(line: string, from: number): LineOption[] {
  const words = shellWords(line, from);
  const options: LineOption[] = [];
  for (let index = 0; index < words.length; index++) {
    const option = readOption(words, index);
    if (option.word !== words[index]) index++;
    options.push(option);
  }
  return options;
}

function readOption(words: readonly ShellWord[], index: number): LineOption {
  const word = words[index] as ShellWord;
  if (word.text.startsWith("--") && word.text.length > 2) return readLong(words, index);
  if (word.text.startsWith("-") && word.text.length > 1 && word.text !== "--") {
    return readShort(words, index);
  }
  throw new Fault(`unexpected ${JSON.stringify(word.text)} after the options`, word.at, {
    hint: "put the requirement and its marker before the options",
  });
}

function readLong(words: readonly ShellWord[], index: number): LineOption {
  const word = words[index] as ShellWord;
  const equals = word.text.indexOf("=");
  const spelling = equals === -1 ? word.text : word.text.slice(0, equals);
  const known = findLong(spelling, word.at);
  if (!known.takesValue) {
    if (equals !== -1) throw new Fault(`${known.name} takes no value`, word.at);
    return { name: known.name, value: "", at: word.at, word, valueStart: 0 };
  }
  if (equals === -1) return withNextWord(words, index, known.name);
  const valueStart = equals + 1;
  return { name: known.name, value: word.text.slice(valueStart), at: word.at, word, valueStart };
}

function readShort(words: readonly ShellWord[], index: number): LineOption {
  const word = words[index] as ShellWord;
  const known = SPELLINGS.get(word.text.slice(0, 2));
  if (known === undefined) throw unknown(word.text.slice(0, 2), word.at);
  if (word.text.length === 2) return withNextWord(words, index, known.name);
  return { name: known.name, value: word.text.slice(2), at: word.at, word, valueStart: 2 };
}

function withNextWord(words: readonly ShellWord[], index: number, name: OptionName): LineOption {
  const { at } = words[index] as ShellWord;
  const word = words[index + 1];
  if (word === undefined) throw new Fault(`${name} needs a value`, at);
  return { name, value: word.text, at, word, valueStart: 0 };
}

function findLong(spelling: string, at: number): Known {
  const exact = SPELLINGS.get(spelling);
  if (exact !== undefined) return exact;
  const matches = [...SPELLINGS].filter(([known]) => known.startsWith(spelling));
  const [first] = matches;
  if (first === undefined) throw unknown(spelling, at);
  if (matches.length === 1) return first[1];
  const candidates = matches.map(([known]) => known).join(", ");
  throw new Fault(`${spelling} could be any of ${candidates}`, at);
}

function unknown(spelling: string, at: number): Fault {
  const reason = Object.hasOwn(REMOVED, spelling) ? REMOVED[spelling] : undefined;
  return new Fault(
    reason === undefined
      ? `${spelling} is no option of the requirements file format`
      : `${spelling} is not supported`,
    at,
    { code: "requirements-option", hint: reason },
  );
}
