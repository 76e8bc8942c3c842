/** Values by section and key. */
export type IniSections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What is wrong with a line. */
export class IniFault extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

const SECTION = /^\[(.+)\]/;
const DEFAULT_SECTION = "DEFAULT";

/** Where reading has come to. */
interface State {
  readonly sections: Map<string, Map<string, string[]>>;
  readonly normalizeKey: (key: string) => string;
  section: Map<string, string[]> | undefined;
  sectionName: string;
  value: string[] | undefined;
  indent: number;
}

/**
 * Reads INI text by the rules of Python's `RawConfigParser`: whole-line comments (`#`, `;`),
 * `key = value` or `key: value`, further lines of a value indented, `[DEFAULT]` for all sections,
 * duplicates refused. Throws IniFault.
 */
export function readIni(text: string, normalizeKey: (key: string) => string): IniSections {
  const state: State = {
    sections: new Map(),
    normalizeKey,
    section: undefined,
    sectionName: "",
    value: undefined,
    indent: 0,
  };
  text.split(/\r\n|\r|\n/).forEach((line, i) => {
    const problem = readLine(line, state);
    if (problem !== undefined) throw new IniFault(problem, i + 1);
  });
  return flatten(state.sections);
}

/** Reads a line into the state; gives what is wrong with it, if anything is. */
function readLine(line: string, state: State): string | undefined {
  const text = line.trim();
  if (text.startsWith("#") || text.startsWith(";")) return undefined;
  if (text === "") {
    state.value?.push("");
    return undefined;
  }
  const indent = line.search(/\S/);
  if (state.value !== undefined && indent > state.indent) {
    state.value.push(text);
    return undefined;
  }
  state.indent = indent;
  const section = SECTION.exec(text)?.[1];
  if (section !== undefined) return openSection(section, state);
  if (state.section === undefined) return "a line before the first [section]";
  return readOption(text, state);
}

function openSection(name: string, state: State): string | undefined {
  const known = state.sections.get(name);
  if (known !== undefined && name !== DEFAULT_SECTION) return `section [${name}] a second time`;
  state.section = known ?? new Map();
  state.sections.set(name, state.section);
  state.sectionName = name;
  state.value = undefined;
  return undefined;
}

function readOption(text: string, state: State): string | undefined {
  const at = text.search(/[=:]/);
  if (at <= 0) return "neither a [section] nor `key = value`";
  const key = state.normalizeKey(text.slice(0, at).trimEnd());
  if (state.section?.has(key) === true) return `${key} a second time in [${state.sectionName}]`;
  state.value = [text.slice(at + 1).trim()];
  state.section?.set(key, state.value);
  return undefined;
}

function flatten(sections: State["sections"]): IniSections {
  const result = new Map<string, Map<string, string>>();
  const defaults = sections.get(DEFAULT_SECTION) ?? new Map<string, string[]>();
  for (const [name, section] of sections) {
    if (name === DEFAULT_SECTION) continue;
    const values = new Map<string, string>();
    for (const [key, lines] of new Map([...defaults, ...section])) {
      values.set(key, lines.join("\n").trimEnd());
    }
    result.set(name, values);
  }
  return result;
}
