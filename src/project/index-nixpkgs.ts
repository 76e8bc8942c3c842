import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { canonicalJson, type Json, writeFileAtomic } from "../base/index.ts";
import { readNixpkgsList } from "../index/index.ts";
import { projectError } from "./errors.ts";
import type { Session } from "./session.ts";

export interface NixpkgsRequest {
  /** A folder of a nixpkgs, or a flake reference. */
  readonly source: string;
  /** `3.11`; nixpkgs' own `python3` where there is none. */
  readonly pythons: readonly string[];
  /** The file to write. */
  readonly output: string;
}

export interface NixpkgsResult {
  readonly path: string;
  /** Packages by Python. */
  readonly pythons: Readonly<Record<string, number>>;
}

/**
 * Lists the Python packages of a nixpkgs, by evaluating it with the real Nix, and writes the list.
 * Nothing is built. Throws UserError `nixpkgs-evaluation`.
 */
export async function indexNixpkgs(
  session: Session,
  { source, pythons, output }: NixpkgsRequest,
): Promise<NixpkgsResult> {
  const path = resolve(session.cwd, output);
  const answer = await evaluate(session, { source, pythons: pythons.map(attributeOf) });
  const document = parse(answer, source);
  const text = canonicalJson(document);
  readNixpkgsList(text, path);
  writeFileAtomic(path, text);
  return { path, pythons: counts(document) };
}

/** The interpreter's attribute in nixpkgs. */
function attributeOf(python: string): string {
  const [, major, minor] = /^(\d)\.(\d{1,2})$/.exec(python) ?? [];
  if (minor !== undefined) return `python${major}${minor}`;
  throw projectError("nixpkgs-evaluation", `nixpkgs has no Python called "${python}"`, {
    hint: "give a version such as 3.11",
  });
}

const FLAKES = ["--extra-experimental-features", "nix-command flakes"];
/** Under dist/, under src/, and in the one file of the command line: always two folders up. */
const EXPRESSION = "../../nix/list-python-packages.nix";

async function evaluate(
  session: Session,
  { source, pythons }: { readonly source: string; readonly pythons: readonly string[] },
): Promise<string> {
  const folder = resolve(session.cwd, source);
  const isFlake = !existsSync(folder);
  const expression = fileURLToPath(new URL(EXPRESSION, import.meta.url));
  const words = ["--eval", "--strict", "--json", ...FLAKES, expression];
  words.push("--argstr", "nixpkgs", isFlake ? source : folder, "--arg", "isFlake", `${isFlake}`);
  if (pythons.length > 0) words.push("--argstr", "pythons", pythons.join(" "));
  const { execFile } = await import("node:child_process");
  try {
    const { stdout } = await promisify(execFile)("nix-instantiate", words, {
      env: { ...session.env },
      maxBuffer: 256 * 1024 * 1024,
    });
    return stdout;
  } catch (cause) {
    throw evaluationError(source, cause);
  }
}

function evaluationError(source: string, cause: unknown): Error {
  const { code, stderr = "" } = cause as { code?: unknown; stderr?: string };
  if (code === "ENOENT") {
    return projectError("nixpkgs-evaluation", "`nix-instantiate` was not found", {
      hint: "install Nix, or take a list made on another machine",
      cause,
    });
  }
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const why = lines.find((line) => line.startsWith("error:")) ?? lines.at(-1) ?? "it failed";
  return projectError("nixpkgs-evaluation", `${source} cannot be evaluated: ${why}`, {
    hint: "it should be the folder of a nixpkgs, or a flake reference such as github:NixOS/nixpkgs/nixos-unstable",
    facts: { stderr: lines.slice(-20) },
    cause,
  });
}

function parse(answer: string, source: string): Json {
  try {
    return JSON.parse(answer) as Json;
  } catch (cause) {
    throw projectError("nixpkgs-evaluation", `${source} gives no list`, { cause });
  }
}

function counts(document: Json): Readonly<Record<string, number>> {
  const { pythons } = document as {
    readonly pythons: Readonly<Record<string, { readonly packages: object }>>;
  };
  return Object.fromEntries(
    Object.entries(pythons).map(([python, { packages }]) => [python, Object.keys(packages).length]),
  );
}
