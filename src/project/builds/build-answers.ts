import { EXIT, normalizeName, UserError } from "../../base/index.ts";
import { type MetadataFailure, readCoreMetadata } from "../../index/index.ts";
import { tryParsePep440 } from "../../version/index.ts";
import { projectError } from "../errors.ts";
import type { Inspected } from "../source-references.ts";

/** The project, its version and its needs, as METADATA says. */
export function identityOf(text: string): Inspected | MetadataFailure {
  const [head = ""] = text.split(/\r?\n\r?\n/, 1);
  const name = /^Name:[ \t]*(\S+)[ \t]*\r?$/im.exec(head)?.[1];
  const version = /^Version:[ \t]*(\S+)[ \t]*\r?$/im.exec(head)?.[1];
  if (name === undefined || version === undefined || tryParsePep440(version) === undefined) {
    return { failure: "its METADATA has no Name or no Version that PEP 440 knows" };
  }
  const metadata = readCoreMetadata(text, normalizeName(name));
  return "failure" in metadata ? metadata : { name, version, metadata };
}

/** Whether an error is one that another try could change, or that nobody should pass over. */
export function passesOn({ exit }: UserError): boolean {
  return exit === EXIT.network || exit === EXIT.integrity;
}

/** Why a source gives nothing, in one line. Throws what is to be passed on, and what is no UserError. */
export function failureOf(error: unknown): MetadataFailure {
  if (!(error instanceof UserError) || passesOn(error)) throw error;
  const failure = failureText(error);
  return LACKING.has(error.code) ? { failure, untried: true } : { failure };
}

/** What this machine may have the next time. */
const LACKING = new Set(["python-not-found", "sandbox-unavailable", "sandbox-python"]);

function failureText({ message, hint, exit }: UserError): string {
  const [line = "", ...others] = message.split("\n");
  if (exit === EXIT.noResolution) {
    const end = others.findIndex((other) => other.startsWith("What would help"));
    const premises = (end < 0 ? others : others.slice(0, end)).filter((one) => /^\s+- /.test(one));
    const told = premises.map((one) => one.trim().slice(2)).join("; ");
    return `what it is built with cannot be resolved: ${told === "" ? line : told}`;
  }
  return hint === undefined ? line : `${line} (${hint})`;
}

/** The error for source distributions that need each other to be built, the first one twice. */
export function buildCycle(path: readonly string[]): Error {
  const [first, ...others] = path;
  const message = `to build ${first}, ${others.slice(0, -1).join(", ")} must be built, and for that ${others.at(-1)} again`;
  return projectError("project-needs-build", message, {
    ...(first === undefined ? {} : { place: { file: first } }),
    hint: "let what builds need come from wheels: [build-providers] in mach-nix.toml",
  });
}
