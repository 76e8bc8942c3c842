import type { EditResult } from "../project/index.ts";
import { COMPILE_OPTION, RESOLVE_OPTIONS, SET_OPTION, TARGET_OPTIONS } from "./global-options.ts";
import { changeLines, lockChanges } from "./lock-changes.ts";
import { compileMode, lockRequest } from "./requests.ts";
import { environmentSentence } from "./sentences.ts";
import type { Invocation, OptionSpec } from "./types.ts";

const SHARED = ["constraint", "date", "upgrade", "providers"];

/** The options of the commands that edit a requirements file. */
export const EDIT_OPTIONS: readonly OptionSpec[] = [
  {
    name: "requirement",
    short: "r",
    value: "FILE",
    repeat: true,
    brief: "the file to edit, or a directory with a requirements.txt; further files are read only",
  },
  ...RESOLVE_OPTIONS.filter(({ name }) => SHARED.includes(name)),
  ...TARGET_OPTIONS.filter(({ name }) => name === "pre"),
  SET_OPTION,
  COMPILE_OPTION,
];

/** Edits the file as the words say, and tells what came of it. */
export async function editFile(
  { given, session, json, print, say }: Invocation,
  words: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): Promise<number> {
  const { editEnvironment } = await import("../project/index.ts");
  const request = { ...lockRequest(given), compile: compileMode(given) };
  const result = await editEnvironment(await session(), { ...request, ...words });
  const targets = lockChanges(result.before, result.lock);
  const { before: _, lock: __, ...told } = result;
  if (json) print(JSON.stringify({ ...told, targets }));
  else for (const line of sentences(result, changeLines(targets))) say(line);
  return 0;
}

function sentences(
  { file, added, replaced, removed, environment }: EditResult,
  changes: readonly string[],
): readonly string[] {
  const done = [
    ...(added.length === 0 ? [] : [`added ${added.join(", ")}`]),
    ...(replaced.length === 0 ? [] : [`replaced ${replaced.join(", ")}`]),
    ...(removed.length === 0 ? [] : [`removed ${removed.join(", ")}`]),
  ].join("; ");
  const made = environment === undefined ? [] : [environmentSentence(environment)];
  return [`${file}: ${done}.`, ...changes, ...made];
}
