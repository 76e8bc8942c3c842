import { indexError } from "./errors.ts";

/** Values by `section.key`, keys as pip normalizes them. */
export type PipValues = ReadonlyMap<string, string>;

const SECTION = /^\[(.+)\]/;
const OPTION = /^(.*?)\s*[=:]\s*(.*)$/;
const DEFAULT_SECTION = "DEFAULT";

/** A key as pip writes it: lower case, `-` for `_`, without a leading `--`. */
export function normalizePipKey(key: string): string {
  const normal = key.toLowerCase().replaceAll("_", "-");
  return normal.startsWith("--") ? normal.slice(2) : normal;
}

/** Where reading has come to. */
interface State {
  readonly sections: Map<string, Map<string, string[]>>;
  section: Map<string, string[]> | undefined;
  sectionName: string;
  value: string[] | undefined;
  indent: number;
}

/**
 * Reads a pip configuration file as pip does, with the rules of Python's `RawConfigParser`: whole-line
 * comments (`#`, `;`), `key = value` or `key: value`, further lines of a value indented, `[DEFAULT]`
 * for all sections, duplicates refused. Throws `index-pip-configuration` with file and line.
 */
export function readPipConfigurationFile(text: string, path: string): PipValues {
  const state: State = {
    sections: new Map(),
    section: undefined,
    sectionName: "",
    value: undefined,
    indent: 0,
  };
  text.split(/\r\n|\r|\n/).forEach((line, i) => {
    const problem = readLine(line, state);
    if (problem !== undefined) throw fault(problem, { path, line: i + 1 });
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
  const [, spelled = "", value = ""] = OPTION.exec(text) ?? [];
  if (spelled === "") return "neither a [section] nor `key = value`";
  const key = normalizePipKey(spelled.trimEnd());
  if (state.section?.has(key) === true) return `${key} a second time in [${state.sectionName}]`;
  state.value = [value.trim()];
  state.section?.set(key, state.value);
  return undefined;
}

function flatten(sections: State["sections"]): PipValues {
  const values = new Map<string, string>();
  const defaults = sections.get(DEFAULT_SECTION) ?? new Map<string, string[]>();
  for (const [name, section] of sections) {
    if (name === DEFAULT_SECTION) continue;
    for (const [key, lines] of new Map([...defaults, ...section])) {
      values.set(`${name}.${key}`, lines.join("\n").trimEnd());
    }
  }
  return values;
}

function fault(problem: string, { path, line }: { path: string; line: number }): Error {
  return indexError("index-pip-configuration", `pip's configuration file ${path} has ${problem}.`, {
    place: { file: path, line },
    hint: "`pip config debug` shows which files pip reads; pip refuses this one too.",
  });
}
