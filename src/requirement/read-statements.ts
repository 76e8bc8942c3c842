import { joinErrors, type Place, UserError } from "../base/index.ts";
import type { FileHash, Requirement } from "./types.ts";
import { requirementError } from "./errors.ts";
import { Fault, withPlace } from "./fault.ts";
import { type LineOption, optionsStart, readOptions } from "./line-options.ts";
import { readEditable, readLineRequirement } from "./line-requirement.ts";
import { type LineOptions, type LogicalLine, logicalLines } from "./requirement-lines.ts";

/** What a requirements file says, one thing after the other. */
export type Statement =
  | { readonly kind: "requirement"; readonly requirement: Requirement }
  | {
      readonly kind: "include";
      readonly constraint: boolean;
      readonly path: string;
      readonly place: Place;
    }
  | { readonly kind: "option"; readonly option: LineOption; readonly place: Place };

export interface Statements {
  readonly statements: readonly Statement[];
  readonly errors: readonly UserError[];
}

const MAX_ERRORS = 200;

/**
 * Reads the text of a requirements file, without following its includes. Lines that cannot be read
 * give errors with file, line and column; reading goes on after them.
 */
export function readStatements(text: string, options: LineOptions = {}): Statements {
  const statements: Statement[] = [];
  const errors: UserError[] = [];
  for (const line of logicalLines(text, options)) {
    try {
      statements.push(...readLine(line, options.mixed ?? true));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      errors.push(error);
      if (errors.length >= MAX_ERRORS) break;
    }
  }
  return { statements, errors };
}

/** Throws all errors as one, if there are any. */
export function throwErrors(errors: readonly UserError[]): void {
  const [first, ...others] = errors;
  if (first !== undefined) throw joinErrors([first, ...others]);
}

function readLine(line: LogicalLine, mixed: boolean): Statement[] {
  const place = (offset: number): Place => line.place(offset);
  return withPlace(() => readParts(line, mixed), { subject: line.text, place });
}

function readParts(line: LogicalLine, mixed: boolean): Statement[] {
  const start = optionsStart(line.text);
  const head = line.text.slice(0, start).trimEnd();
  const options = readOptions(line.text, start);
  if (head !== "") return [readRequirementLine(line, head, { options, mixed })];
  if (options.some(isRequirementOption)) return [readEditableLine(line, options)];
  const include = options.find(isInclude);
  if (include === undefined) return options.map((option) => readOptionStatement(line, option));
  const [other] = options.filter((option) => option !== include);
  if (other !== undefined) throw misplaced(other, "after an include");
  const { name, value: path, at } = include;
  return [{ kind: "include", constraint: name === "--constraint", path, place: line.place(at) }];
}

function isInclude({ name }: LineOption): boolean {
  return name === "--requirement" || name === "--constraint";
}

function isRequirementOption({ name }: LineOption): boolean {
  return name === "--editable";
}

function readOptionStatement(line: LogicalLine, option: LineOption): Statement {
  if (option.name === "--hash") {
    throw new Fault("--hash without a requirement before it", option.at, {
      code: "requirements-option",
      hint: "join the lines with a `\\` at the end of the requirement's line",
    });
  }
  if (option.name === "--config-settings") throw buildOption(option);
  return { kind: "option", option, place: line.place(option.at) };
}

function readRequirementLine(
  line: LogicalLine,
  head: string,
  { options, mixed }: { readonly options: readonly LineOption[]; readonly mixed: boolean },
): Statement {
  const hashes: FileHash[] = [];
  const requirement = readLineRequirement(head, { mixed });
  for (const option of options) {
    if (option.name === "--config-settings") throw buildOption(option);
    if (option.name !== "--hash") throw misplaced(option, "after a requirement");
    hashes.push(readHash(option));
  }
  return {
    kind: "requirement",
    requirement: { ...requirement, hashes, place: line.place(0) },
  };
}

function readEditableLine(line: LogicalLine, options: readonly LineOption[]): Statement {
  const [editable, ...others] = options.toSorted((a, b) => rank(a) - rank(b));
  const [other] = others;
  if (editable === undefined) throw new Error("an editable line without -e");
  if (other?.name === "--config-settings") throw buildOption(other);
  if (other !== undefined) throw misplaced(other, "beside -e");
  const requirement = withOffset(() => readEditable(editable.value), editable.at);
  return {
    kind: "requirement",
    requirement: { ...requirement, text: line.text, place: line.place(0) },
  };
}

function rank(option: LineOption): number {
  return isRequirementOption(option) ? 0 : 1;
}

/** A fault in an option's value, told where the option stands. */
function withOffset<T>(read: () => T, offset: number): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.message, offset, { code: error.code, hint: error.hint });
  }
}

function misplaced({ name, at }: LineOption, where: string): Fault {
  return new Fault(`${name} ${where} has no effect in pip`, at, {
    code: "requirements-option",
    hint: "put it on a line of its own",
  });
}

function buildOption({ name, at }: LineOption): Fault {
  return new Fault(`${name} is not supported`, at, {
    code: "requirements-option",
    hint: "projects cannot be built from source yet, so there is no build to be told",
  });
}

const HEX_LENGTH: ReadonlyMap<string, number> = new Map([
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
]);

function readHash({ value, at }: LineOption): FileHash {
  const [algorithm = "", hex] = value.split(":", 2);
  if (hex === undefined) throw new Fault("--hash has the form --hash=sha256:DIGEST", at);
  const length = HEX_LENGTH.get(algorithm);
  if (length === undefined) {
    throw new Fault(`hashes by ${JSON.stringify(algorithm)} are not accepted`, at, {
      code: "requirements-hash",
      hint: "use sha256, sha384 or sha512",
    });
  }
  if (hex.length !== length || !/^[0-9a-f]+$/i.test(hex)) {
    throw new Fault(`a ${algorithm} digest has ${length} hexadecimal digits`, at, {
      code: "requirements-hash",
    });
  }
  return { algorithm, hex: hex.toLowerCase() };
}

/** The error of a file as a whole. */
export function fileError(
  message: string,
  options: { readonly hint?: string; readonly place?: Place | undefined; readonly cause?: unknown },
): UserError {
  const { hint, place, cause } = options;
  return requirementError("requirements-file", message, {
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place }),
    cause,
  });
}
