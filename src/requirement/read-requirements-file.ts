import { dirname, isAbsolute, join, normalize } from "node:path";
import { type Place, UserError } from "../base/index.ts";
import { addOption } from "./add-option.ts";
import { decodeText } from "./decode-text.ts";
import { requirementError } from "./errors.ts";
import { checkHashes } from "./hash-checking.ts";
import { OptionsBuilder } from "./options-builder.ts";
import type { ProjectRequirements } from "./parse-pyproject.ts";
import { parseReference } from "./parse-reference.ts";
import { fileError, readStatements, type Statement, throwErrors } from "./read-statements.ts";
import { redact } from "./redact.ts";
import type { InputFile, Requirement, RequirementInput } from "./types.ts";

/** The contents of a file; undefined where there is none. */
export type ReadFile = (path: string) => string | Uint8Array | undefined;

export interface ReadFileOptions {
  readonly readFile: ReadFile;
  /** Reads `-r` and `-c` of http and https URLs, which are refused without it. */
  readonly readUrl?: ((url: string) => Promise<string | Uint8Array | undefined>) | undefined;
  /** Values for `${NAME}` in requirements files. */
  readonly variables?: ReadonlyMap<string, string> | undefined;
}

const MAX_ERRORS = 1000;
const MAX_FILES = 1000;

/** Reads one requirements file after the other, as includes ask for. */
export class RequirementsReader {
  readonly #options: ReadFileOptions;
  readonly #builder = new OptionsBuilder();
  readonly #requirements: Requirement[] = [];
  readonly #constraints: Requirement[] = [];
  readonly #files = new Map<string, InputFile>();
  readonly #done = new Set<string>();
  readonly #errors: UserError[] = [];
  #requiresPython: string | undefined;
  #conflicts: RequirementInput["conflicts"];
  #conda: Pick<RequirementInput, "channels" | "platforms" | "variables"> = {};

  constructor(options: ReadFileOptions) {
    this.#options = options;
  }

  /**
   * Reads a file and what it includes. A file that
   * was read before in the same role is passed over; one that includes itself is an error.
   */
  async read(path: string, context: ReadContext = {}): Promise<void> {
    const { constraint = false, including = [] } = context;
    if (including.includes(path)) {
      this.#errors.push(cycleError(path, context));
      return;
    }
    const key = `${constraint ? "-c" : "-r"} ${path}`;
    if (this.#done.has(key) || this.#errors.length >= MAX_ERRORS) return;
    this.#done.add(key);
    const text = await this.load(path, context);
    if (text === undefined) return;
    const { variables } = this.#options;
    const { statements, errors } = readStatements(text, { path: redact(path), variables });
    this.#errors.push(...errors);
    await this.addStatements(statements, path, context);
  }

  /** Adds what a file says, and what it includes. */
  async addStatements(
    statements: readonly Statement[],
    path: string,
    { constraint = false, including = [] }: ReadContext = {},
  ): Promise<void> {
    for (const statement of statements) {
      if (statement.kind === "include") await this.#include(statement, path, [...including, path]);
      else this.#apply(statement, { path, constraint });
    }
  }

  /** Adds what another format says. */
  addProject({ requirements, requiresPython, conflicts }: ProjectRequirements): void {
    this.#requirements.push(...requirements);
    if (conflicts !== undefined) this.#conflicts = conflicts;
    if (requiresPython !== undefined) this.#requiresPython = requiresPython;
  }

  /** Notes what an environment.yml says besides its requirements. */
  addEnvironment(facts: Pick<RequirementInput, "channels" | "platforms" | "variables">): void {
    this.#conda = facts;
  }

  /** Runs a reader; the user's errors are kept for the end. */
  async collect(read: () => void | Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#errors.push(error, ...error.related);
    }
  }

  /** Everything that was read. Throws all errors as one. */
  finish(): RequirementInput {
    const options = this.#builder.build();
    const requirements = this.#requirements;
    const constraints = this.#constraints;
    const { requireHashes } = options;
    throwErrors([...this.#errors, ...checkHashes(requirements, { requireHashes, constraints })]);
    const requiresPython = this.#requiresPython;
    const files = [...this.#files.values()];
    return {
      requirements,
      constraints,
      options,
      files,
      ...(requiresPython === undefined ? {} : { requiresPython }),
      ...(this.#conflicts === undefined ? {} : { conflicts: this.#conflicts }),
      ...this.#conda,
    };
  }

  /** The text of a file, which is then one of the input's; undefined where that fails. */
  async load(path: string, { place }: ReadContext = {}): Promise<string | undefined> {
    const known = this.#files.get(path);
    if (known !== undefined) return known.text;
    try {
      if (this.#files.size >= MAX_FILES) {
        throw fileError(`more than ${MAX_FILES} files are included`, { place });
      }
      const content = await this.#fetch(path, place);
      if (content === undefined) throw fileError(`${redact(path)} is not there`, { place });
      const decoded = decodeText(content, path);
      this.#files.set(path, { path, text: decoded });
      return decoded;
    } catch (error) {
      this.#errors.push(asFileError(error, { path, place }));
      return undefined;
    }
  }

  async #fetch(path: string, place: Place | undefined): Promise<string | Uint8Array | undefined> {
    const { readFile, readUrl } = this.#options;
    if (!isRemote(path)) return readFile(path);
    if (readUrl === undefined) throw remoteError(path, place);
    return readUrl(path);
  }

  #apply(
    statement: Exclude<Statement, { kind: "include" }>,
    { path, constraint }: { path: string; constraint: boolean },
  ): void {
    if (statement.kind === "option") {
      const locate = (place: string): string => (isUrl(place) ? place : locateFrom(path, place));
      this.#errors.push(...addOption(this.#builder, statement, locate));
    } else if (constraint) {
      this.#addConstraint(statement.requirement);
    } else {
      this.#requirements.push(statement.requirement);
    }
  }

  async #include(
    { path, constraint, place }: Extract<Statement, { kind: "include" }>,
    from: string,
    including: readonly string[],
  ): Promise<void> {
    await this.read(locateFrom(from, path), { constraint, place, including });
  }

  #addConstraint(requirement: Requirement): void {
    const problem = requirement.editable
      ? "an editable requirement cannot be a constraint"
      : requirement.extras.length > 0
        ? "a constraint cannot have extras"
        : requirement.name === ""
          ? "a constraint needs a name"
          : undefined;
    if (problem === undefined) {
      this.#constraints.push(requirement);
      return;
    }
    const message = `${redact(JSON.stringify(requirement.text))}: ${problem}`;
    const { place } = requirement;
    this.#errors.push(
      requirementError("requirements-constraint", message, {
        hint: "write a name and versions, and put what is to be installed into a requirements file",
        ...(place === undefined ? {} : { place }),
      }),
    );
  }
}

export interface ReadContext {
  readonly constraint?: boolean;
  /** Where the include stands. */
  readonly place?: Place;
  /** The files on the way to this one. */
  readonly including?: readonly string[];
}

function isRemote(path: string): boolean {
  return /^https?:/i.test(path);
}

function isUrl(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
}

/** A path or URL in a file, made relative to what the file's own path is relative to. */
export function locateFrom(file: string, path: string): string {
  if (isRemote(path)) return path;
  if (isRemote(file)) return new URL(path, file).href;
  if (/^file:/i.test(path)) return filePath(path);
  return isAbsolute(path) ? normalize(path) : join(dirname(file), path);
}

function filePath(url: string): string {
  const { reference } = parseReference(url);
  return reference.kind === "path" ? reference.path : url;
}

/** What reading threw, as an error about the file; a bug stays as it is. */
function asFileError(
  error: unknown,
  { path, place }: { path: string; place: Place | undefined },
): UserError {
  if (error instanceof UserError) return error;
  if (error instanceof Error && "code" in error) {
    return fileError(`${redact(path)} cannot be read: ${error.message}`, { place, cause: error });
  }
  throw error;
}

function cycleError(path: string, { place }: ReadContext): UserError {
  return fileError(`${redact(path)} includes itself`, {
    place,
    hint: "remove one of the -r or -c lines on the way",
  });
}

function remoteError(url: string, place: Place | undefined): UserError {
  return requirementError("requirements-remote", `${redact(url)} is not read over the network`, {
    hint: "save the file beside the one that includes it, and include that",
    ...(place === undefined ? {} : { place }),
  });
}
