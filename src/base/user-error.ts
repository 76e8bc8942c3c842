/** What the process says when it ends; documented in docs/reference/exit-codes.md. */
export const EXIT = {
  done: 0,
  failed: 1,
  badInput: 2,
  noResolution: 3,
  integrity: 4,
  network: 5,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Where something is wrong; each part only where it is known. Lines and columns count from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly package?: string;
  readonly url?: string;
}

/** One kind of error: its exit code and the page that `mach-nix explain CODE` prints. */
export interface ErrorEntry {
  readonly exit: ExitCode;
  readonly title: string;
  readonly explain: string;
}

/** A folder's errors by code. Codes are kebab-case, permanent and unique over all folders. */
export type ErrorCatalogue = Readonly<Record<string, ErrorEntry>>;

export interface UserErrorOptions {
  readonly hint?: string;
  readonly place?: Place;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /** Further errors of the same run, such as the other bad lines of a file. */
  readonly related?: readonly UserError[];
}

/** Broken input or surroundings, in words for the user. A bug is a plain Error instead. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: string;
  readonly exit: ExitCode;
  readonly hint: string | undefined;
  readonly place: Place | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly related: readonly UserError[];

  constructor(code: string, exit: ExitCode, message: string, options: UserErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.exit = exit;
    this.hint = options.hint;
    this.place = options.place;
    this.facts = options.facts ?? {};
    this.related = options.related ?? [];
  }
}

export type ErrorMaker<C extends ErrorCatalogue> = (
  code: keyof C & string,
  message: string,
  options?: UserErrorOptions,
) => UserError;

/**
 * A maker of errors for one catalogue: `const lockError = errorMaker(LOCK_ERRORS)`, then
 * `throw lockError("lock-newer", "…", { hint })`.
 */
export function errorMaker<C extends ErrorCatalogue>(catalogue: C): ErrorMaker<C> {
  return (code, message, options) =>
    new UserError(code, (catalogue[code] as ErrorEntry).exit, message, options);
}

/** One error out of several: the first, with the others as `related`. */
export function joinErrors(errors: readonly [UserError, ...UserError[]]): UserError {
  const [first, ...others] = errors;
  if (others.length === 0) return first;
  return new UserError(first.code, first.exit, first.message, {
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    ...(first.place === undefined ? {} : { place: first.place }),
    facts: first.facts,
    cause: first.cause,
    related: others,
  });
}
