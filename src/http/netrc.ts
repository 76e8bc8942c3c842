import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../base/index.ts";
import type { Credentials, CredentialSource } from "./types.ts";

export interface Netrc {
  readonly hosts: ReadonlyMap<string, Credentials>;
  readonly default?: Credentials;
}

interface Token {
  readonly text: string;
  /** Offsets in the file: the first character, and the one after the last. */
  readonly start: number;
  readonly end: number;
}

const LIMIT = 1 << 20;

/**
 * Reads a netrc file as Python's `netrc` does: `machine`, `default`, `login` (or `user`),
 * `password`, `account`, `macdef` up to an empty line, `#` comments, double quotes and backslashes.
 * The last entry of a host holds. Throws a plain `SyntaxError` naming the line.
 */
export function parseNetrc(text: string): Netrc {
  const hosts = new Map<string, Credentials>();
  let fallback: Credentials | undefined;
  let at = 0;
  for (let token = nextToken(text, at); token !== undefined; token = nextToken(text, at)) {
    at = token.end;
    if (token.text.startsWith("#")) at = lineEnd(text, at);
    else if (token.text === "macdef") at = macroEnd(text, at);
    else if (token.text === "default") {
      const entry = readEntry(text, at);
      fallback = entry.credentials;
      at = entry.end;
    } else if (token.text === "machine") {
      const name = hostToken(text, token);
      const entry = readEntry(text, name.end);
      hosts.set(name.text.toLowerCase(), entry.credentials);
      at = entry.end;
    } else throw unexpected(text, token);
  }
  return fallback === undefined ? { hosts } : { hosts, default: fallback };
}

function readEntry(text: string, start: number): { credentials: Credentials; end: number } {
  let username = "";
  let password = "";
  let at = start;
  for (let token = nextToken(text, at); token !== undefined; token = nextToken(text, at)) {
    if (["machine", "default", "macdef"].includes(token.text)) break;
    at = token.end;
    if (token.text.startsWith("#")) {
      at = lineEnd(text, at);
      continue;
    }
    const value = nextToken(text, at) ?? { text: "", start: at, end: at };
    if (token.text === "login" || token.text === "user") username = value.text;
    else if (token.text === "password") password = value.text;
    else if (token.text !== "account") throw unexpected(text, token);
    at = value.end;
  }
  return { credentials: { username, password }, end: at };
}

function hostToken(text: string, keyword: Token): Token {
  const value = nextToken(text, keyword.end);
  if (value === undefined) {
    const line = lineOf(text, keyword.start);
    throw new SyntaxError(`line ${line}: nothing after ${JSON.stringify(keyword.text)}`);
  }
  return value;
}

/** Names the line alone: a misplaced token may be a password. */
function unexpected(text: string, token: Token): SyntaxError {
  return new SyntaxError(`line ${lineOf(text, token.start)}: not a netrc keyword`);
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

const SPACE = /\s/;

function nextToken(text: string, start: number): Token | undefined {
  let at = start;
  while (at < text.length && SPACE.test(text.charAt(at))) at++;
  if (at >= text.length) return undefined;
  const first = at;
  const quoted = text[at] === '"';
  if (quoted) at++;
  let value = "";
  for (; at < text.length; at++) {
    const char = text.charAt(at);
    if (quoted ? char === '"' : SPACE.test(char)) break;
    value += char === "\\" ? text.charAt(++at) : char;
  }
  return { text: value, start: first, end: quoted ? at + 1 : at };
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}

function macroEnd(text: string, start: number): number {
  const end = /\n[ \t]*\r?\n/.exec(text.slice(start));
  return end === null ? text.length : start + end.index + end[0].length;
}

/**
 * Credentials by host from the file that `NETRC` names, else `~/.netrc`, else `~/_netrc`; read at
 * the first question. A file that cannot be parsed counts as empty, with a warning, as for pip.
 */
export function netrcCredentials(
  env: Readonly<Record<string, string | undefined>>,
  { home, report }: { home: string; report?: Report },
): CredentialSource {
  let netrc: Netrc | undefined;
  return function lookUp(url) {
    netrc ??= readNetrc(
      env.NETRC ? [env.NETRC] : [join(home, ".netrc"), join(home, "_netrc")],
      report,
    );
    return netrc.hosts.get(url.hostname.toLowerCase()) ?? netrc.default;
  };
}

function readNetrc(paths: readonly string[], report: Report | undefined): Netrc {
  for (const path of paths) {
    const text = readIfThere(path);
    if (text === undefined) continue;
    try {
      return parseNetrc(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      report?.({
        kind: "note",
        level: "warning",
        code: "http-netrc-unreadable",
        message: `${path}: ${error.message}; no credentials are taken from this file`,
        facts: { path },
      });
    }
  }
  return { hosts: new Map() };
}

function readIfThere(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return text.length > LIMIT ? undefined : text;
  } catch {
    return undefined;
  }
}
