import { readFileSync } from "node:fs";
import type { BuildOptions } from "./build-types.ts";
import { buildError } from "./errors.ts";
import { findMissing, missingHint } from "./missing.ts";
import type { SandboxResult } from "./sandbox-types.ts";
import { sourceName } from "./source-tree.ts";

/** Of a log, so much at its end is looked at. */
const LOOKED_AT = 2 ** 20;
const SHOWN_LINES = 30;

interface Failed {
  readonly result: SandboxResult;
  readonly hook: string;
  /** The exception, where the backend raised one. */
  readonly reason: string | undefined;
}

/** The error for a build that failed: why, what is missing, where the log is. */
export function buildFailure(options: BuildOptions, { result, hook, reason }: Failed): Error {
  const log = endOfLog(result.log);
  const missing = findMissing(log);
  const seesConda = options.environment.prefix !== undefined;
  const why =
    missing[0] === undefined
      ? lastWord(log, reason ?? endText(result))
      : `it needs ${missing[0].what}`;
  return buildError("build-failed", `${sourceName(options.source)} could not be built: ${why}`, {
    hint:
      missing[0] === undefined ? `The log is ${result.log}.` : missingHint(missing, { seesConda }),
    place: { file: result.log },
    facts: {
      hook,
      log: result.log,
      sandbox: options.sandbox.kind,
      missing: missing.map(({ what }) => what),
      tail: lastLines(log),
      ...(reason === undefined ? {} : { reason }),
    },
  });
}

/** The error for a build that wanted more than it may have. */
export function limitFailure(options: BuildOptions, { end, log }: SandboxResult): Error {
  const { limit, detail } = end as SandboxResult["end"] & { kind: "limit" };
  return buildError(
    "build-limit",
    `${sourceName(options.source)} was not built: it took ${detail}`,
    {
      hint: "Everything that the build had started was ended.",
      place: { file: log },
      facts: { limit, log, sandbox: options.sandbox.kind },
    },
  );
}

function endText({ end }: SandboxResult): string {
  if (end.kind === "signal") return `it was ended by signal ${end.signal}`;
  return end.kind === "exit" ? `its backend ended with ${end.code}` : end.kind;
}

/** What says that a program looked for the network. */
const NETWORK =
  /Could not resolve host|Temporary failure in name resolution|Name or service not known|Network is unreachable|failed to download|NewConnectionError|URLError/;
/** Exceptions that only tell that another program failed. */
const HOLLOW = /^(?:SystemExit|CalledProcessError|subprocess\.|BackendUnavailable|HookMissing)/;

/** Why a build failed, as its log has it where the exception says nothing. */
function lastWord(log: string, reason: string): string {
  if (NETWORK.test(log)) return "it wants the network, which builds do not have";
  if (!HOLLOW.test(reason)) return reason;
  const said = log
    .split("\n")
    .findLast((line) => /\b(?:error|fatal|failed)\b/i.test(line) && !/^\s/.test(line));
  return said === undefined ? reason : said.trim().slice(0, 300);
}

function endOfLog(path: string): string {
  try {
    return readFileSync(path).subarray(-LOOKED_AT).toString("utf8");
  } catch {
    return "";
  }
}

function lastLines(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== "")
    .slice(-SHOWN_LINES)
    .map((line) => line.slice(0, 500));
}
