import {
  compareConda,
  parseCondaVersion,
  startsWithConda,
  tryParseCondaVersion,
  type CondaVersion,
} from "./conda-version.ts";
import { quoted, versionError } from "./errors.ts";
import { compilePattern } from "./safe-pattern.ts";

/** Whether a version, given as text, meets a spec; throws `conda-version-invalid`. */
export type VersionTest = (version: string) => boolean;

const MAX_LENGTH = 2048;
const MAX_TERMS = 200;
const RELATION = /^(==|!=|<=|>=|~=|=|<|>)(?![=<>!~])(\S+)$/;
const TOKENS = /\s*\^[^$]*\$|\s*[()|,]|[^()|,]+/g;

export function specError(spec: string, why: string): Error {
  return versionError(
    "conda-spec-invalid",
    `${quoted(spec)} is not a conda specification: ${why}`,
    {
      hint: "specifications look like numpy >=1.2,<2, numpy=1.2 or numpy 1.2.* py311_*",
      facts: { spec },
    },
  );
}

function readVersion(spec: string, text: string): CondaVersion {
  const version = tryParseCondaVersion(text);
  if (version === undefined) throw specError(spec, `${quoted(text)} is not a version`);
  return version;
}

/** A test that parses what it is given. */
function onVersion(test: (version: CondaVersion) => boolean): VersionTest {
  return (text) => test(parseCondaVersion(text));
}

function startsWith(prefix: CondaVersion): (version: CondaVersion) => boolean {
  return (version) => startsWithConda(version, prefix);
}

/** `~=1.2.3`: at least that, and beginning with 1.2. */
function compatible(spec: string, wanted: CondaVersion): VersionTest {
  const prefix = readVersion(spec, wanted.text.split(".").slice(0, -1).join("."));
  return onVersion((v) => compareConda(v, wanted) >= 0 && startsWithConda(v, prefix));
}

function relation(spec: string, op: string, text: string): VersionTest {
  const star = text.endsWith(".*");
  if (star && op === "~=") throw specError(spec, "~= takes no .*");
  const wanted = readVersion(spec, star ? text.slice(0, -2) : text);
  switch (op) {
    case "==":
      return onVersion((v) => compareConda(v, wanted) === 0);
    case "!=":
      return onVersion((v) => (star ? !startsWithConda(v, wanted) : compareConda(v, wanted) !== 0));
    case "<=":
      return onVersion((v) => compareConda(v, wanted) <= 0);
    case ">=":
      return onVersion((v) => compareConda(v, wanted) >= 0);
    case "<":
      return onVersion((v) => compareConda(v, wanted) < 0);
    case ">":
      return onVersion((v) => compareConda(v, wanted) > 0);
    case "~=":
      return compatible(spec, wanted);
    default:
      return onVersion(startsWith(wanted));
  }
}

function pattern(spec: string, source: string): VersionTest {
  const test = compilePattern(source);
  if (test === undefined) throw specError(spec, "the pattern is not understood");
  return test;
}

/** One comparison, pattern or version. */
function term(given: string): VersionTest {
  const spec = given.trim();
  if (spec === "") throw specError(given, "a version is missing");
  if (spec.startsWith("^") || spec.endsWith("$")) {
    if (!spec.startsWith("^") || !spec.endsWith("$")) {
      throw specError(spec, "a pattern begins with ^ and ends with $");
    }
    return pattern(spec, spec);
  }
  if (/^[=<>!~]/.test(spec)) {
    const match = RELATION.exec(spec);
    if (match === null) throw specError(spec, "no such operator");
    return relation(spec, match[1] as string, match[2] as string);
  }
  if (spec === "*") return () => true;
  if (spec.replace(/\*+$/, "").includes("*")) {
    const source = spec.replaceAll(/[.+]/g, "\\$&").replaceAll("*", ".*");
    return pattern(spec, `^(?:${source})$`);
  }
  if (spec.endsWith("*"))
    return onVersion(startsWith(readVersion(spec, spec.replace(/[.]*[*]+$/, ""))));
  if (spec.includes("@")) return (text) => text === spec;
  const wanted = readVersion(spec, spec);
  return onVersion((version) => compareConda(version, wanted) === 0);
}

/** Reads `a,b|c`: `|` binds less than `,`; parentheses group. */
class SpecReader {
  private at = 0;
  private readonly tokens: readonly string[];
  private readonly spec: string;

  constructor(spec: string) {
    this.spec = spec;
    this.tokens = (spec.match(TOKENS) ?? []).map((token) => token.trim());
    if (this.tokens.length > MAX_TERMS) throw specError(spec, "it is too long");
  }

  read(): VersionTest {
    const test = this.any();
    if (this.at < this.tokens.length) throw specError(this.spec, "its parentheses do not match");
    return test;
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private any(): VersionTest {
    const tests = [this.all()];
    while (this.take("|")) tests.push(this.all());
    return tests.length === 1 ? (tests[0] as VersionTest) : (v) => tests.some((test) => test(v));
  }

  private all(): VersionTest {
    const tests = [this.one()];
    while (this.take(",")) tests.push(this.one());
    return tests.length === 1 ? (tests[0] as VersionTest) : (v) => tests.every((test) => test(v));
  }

  private one(): VersionTest {
    const token = this.tokens[this.at];
    if (token === undefined || /^[)|,]$/.test(token)) {
      throw specError(this.spec, "a version is missing");
    }
    this.at++;
    if (token !== "(") return term(token);
    const test = this.any();
    if (!this.take(")")) throw specError(this.spec, "its parentheses do not match");
    return test;
  }
}

/**
 * A test for a conda version spec such as `>=1.2,<2|3.*` (conda/models/version.py, VersionSpec).
 * Throws `conda-spec-invalid`.
 */
export function compileVersionSpec(spec: string): VersionTest {
  if (spec.length > MAX_LENGTH) throw specError(spec, "it is too long");
  return /[()|,^$]/.test(spec) ? new SpecReader(spec).read() : term(spec);
}
