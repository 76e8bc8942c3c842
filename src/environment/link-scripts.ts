import { copyFileSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Report, silent, UserError } from "../base/index.ts";
import type { Sandbox, SandboxResult } from "../build/index.ts";
import type { Store } from "../store/index.ts";
import type { CondaMember } from "./conda-tree.ts";
import { environmentError } from "./errors.ts";
import type { LinkedPackage } from "./layout.ts";

/** Whose scripts of linking and unlinking are run: those of these packages, or of all. */
export type LinkScriptChoice = "all" | readonly string[];

/** How scripts that packages want to be run are run. */
export interface LinkScripts {
  readonly of: LinkScriptChoice;
  /**
   * What they are run in. Given is the path of a Python that is there as soon as this is asked, for where
   * the machine has none. Throws `sandbox-unavailable`.
   */
  readonly sandbox: (ownPython: string) => Promise<Sandbox>;
  /** What they may read beside the environment, its store and the system: the interpreter's folders. */
  readonly readable: readonly string[];
  /** The folder where the log of a script that failed is kept. */
  readonly logs: string;
}

/** A script's kind in conda's words. */
type Action = "post-link" | "pre-unlink";

/** An environment that scripts are run for. */
export interface LinkPlace {
  /** Its directory: what scripts know as PREFIX. */
  readonly directory: string;
  /** The folder of the generation, which is seen there. */
  readonly generation: string;
  /** The interpreter in it, relative to the environment. */
  readonly python: string;
  readonly store: Store;
  readonly report?: Report | undefined;
}

/** What a package's script asks its user to read; conda prints it and removes it. */
const MESSAGES = ".messages.txt";
const MAX_MESSAGES = 1 << 16;
const LIMITS = { seconds: 1800 };

/** The packages whose scripts are to be run, in the order given. */
export function chosenForScripts(
  members: readonly CondaMember[],
  { of }: Pick<LinkScripts, "of">,
): CondaMember[] {
  return members.filter(
    ({ conda }) => conda.linkScripts.some(isRun) && (of === "all" || of.includes(conda.name)),
  );
}

/** Whether a script is of a kind that is ever run: `pre-link` has been given up by conda, too. */
export function isRun(path: string): boolean {
  return path.endsWith("-post-link.sh") || path.endsWith("-pre-unlink.sh");
}

/** What a record of an environment keeps of a package whose scripts are run. */
export function linkedPackage({ conda, object }: CondaMember): LinkedPackage {
  const { name, version, index } = conda;
  const number = index["build_number"];
  return { name, version, buildNumber: typeof number === "number" ? number : 0, object };
}

/**
 * Runs the `post-link` scripts of packages, in their order, in a generation that is complete and not yet in
 * effect. Throws `conda-link-script` for the first that fails, `conda-link-sandbox`, and the sandbox's.
 */
export async function runPostLink(
  packages: readonly LinkedPackage[],
  scripts: LinkScripts,
  place: LinkPlace,
): Promise<void> {
  for (const one of packages) {
    const result = await runScript(one, { action: "post-link", scripts, place });
    if (result !== undefined && !isGood(result.ended)) throw failed(one, result);
  }
}

/**
 * Runs the `pre-unlink` scripts of packages that are no longer there, the last one first, in the generation
 * that had them. As with conda, one that fails is told, and nothing else.
 */
export async function runPreUnlink(
  packages: readonly LinkedPackage[],
  scripts: LinkScripts,
  place: LinkPlace,
): Promise<void> {
  for (const one of packages.toReversed()) {
    const message = await whyNotUnlinked(one, scripts, place);
    if (message === undefined) continue;
    const report = place.report ?? silent;
    report({ kind: "note", level: "warning", code: "conda-unlink-script", message });
  }
}

async function whyNotUnlinked(
  one: LinkedPackage,
  scripts: LinkScripts,
  place: LinkPlace,
): Promise<string | undefined> {
  try {
    const result = await runScript(one, { action: "pre-unlink", scripts, place });
    if (result === undefined || isGood(result.ended)) return undefined;
    return failed(one, result).message;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

interface Ran {
  readonly action: Action;
  /** Relative to the environment. */
  readonly path: string;
  readonly ended: SandboxResult;
  /** The log's text. */
  readonly log: string;
}

/** Runs a package's script, if it has one, and tells what it has to say. */
async function runScript(
  one: LinkedPackage,
  {
    action,
    scripts,
    place,
  }: { readonly action: Action; readonly scripts: LinkScripts; readonly place: LinkPlace },
): Promise<Ran | undefined> {
  const path = `bin/.${one.name}-${action}.sh`;
  const { generation, store, report = silent } = place;
  if (!existsSync(join(generation, path))) return undefined;
  const sandbox = await scripts.sandbox(join(generation, place.python));
  if (!sandbox.hasMounts) throw noMounts(one, sandbox);
  const temporary = store.temporary();
  const folder = join(temporary, "link");
  try {
    const ended = await sandbox.run({
      argv: command(place.directory, path),
      folder,
      cwd: join(place.directory, "bin"),
      env: variables(one, place),
      readable: [store.root, ...scripts.readable],
      mounted: { [place.directory]: generation },
      limits: LIMITS,
    });
    tellMessages(one, { generation, report });
    const log = existsSync(ended.log) ? keepLog(ended.log, { one, action, scripts, ended }) : "";
    return { action, path, ended, log };
  } finally {
    await sandbox.remove(folder);
    store.discard(temporary);
  }
}

/** As conda does it: in the activated environment, with a trace of what is run. */
function command(directory: string, path: string): readonly string[] {
  const shell = existsSync("/bin/bash") ? "/bin/bash" : "/bin/sh";
  const script = '. "$1/bin/activate" && exec "$0" -x "$1/$2"';
  return [shell, "-c", script, shell, directory, path];
}

function variables(
  { name, version, buildNumber }: LinkedPackage,
  { directory }: LinkPlace,
): Record<string, string> {
  return {
    PATH: `${directory}/bin:/usr/local/bin:/usr/bin:/bin`,
    PREFIX: directory,
    ROOT_PREFIX: directory,
    PKG_NAME: name,
    PKG_VERSION: version,
    PKG_BUILDNUM: String(buildNumber),
    HOME: "/tmp",
    LC_ALL: "C.UTF-8",
    PYTHONDONTWRITEBYTECODE: "1",
    TERM: "dumb",
  };
}

function isGood({ end }: SandboxResult): boolean {
  return end.kind === "exit" && end.code === 0;
}

/** A plain file of moderate size, whatever a script has made of it. */
function tellMessages(
  { name }: LinkedPackage,
  { generation, report }: { readonly generation: string; readonly report: Report },
): void {
  const path = join(generation, MESSAGES);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const isReadable = stat.isFile() && stat.size <= MAX_MESSAGES;
  const text = isReadable ? readFileSync(path, "utf8").trim() : "";
  rmSync(path, { recursive: true, force: true });
  if (text === "") return;
  const message = `${name} says: ${text}`;
  report({ kind: "note", level: "warning", code: "conda-package-message", message });
}

function keepLog(
  path: string,
  {
    one,
    action,
    scripts,
    ended,
  }: {
    readonly one: LinkedPackage;
    readonly action: Action;
    readonly scripts: LinkScripts;
    readonly ended: SandboxResult;
  },
): string {
  if (isGood(ended)) return "";
  const kept = join(scripts.logs, `${one.name}-${one.version}-${action}.log`);
  mkdirSync(scripts.logs, { recursive: true });
  copyFileSync(path, kept);
  return kept;
}

function noMounts({ name }: LinkedPackage, { kind }: Sandbox): Error {
  return environmentError(
    "conda-link-sandbox",
    `the scripts of ${name} cannot be run in the sandbox "${kind}"`,
    {
      hint: "Install bubblewrap, or allow user namespaces, and leave --sandbox and --unsafe-no-sandbox out; or make the environment without these scripts.",
      place: { package: name },
    },
  );
}

function failed({ name, version }: LinkedPackage, { path, ended, log }: Ran): UserError {
  return environmentError(
    "conda-link-script",
    `${path} of ${name} ${version} failed: ${lastWord(ended)}`,
    {
      hint: `The log is ${log}. Scripts have no network and can write only the environment's own files; without --link-scripts they are not run.`,
      place: { file: log, package: name },
      facts: { log, script: path, output: ended.output.slice(-2000) },
    },
  );
}

function lastWord({ end, output }: SandboxResult): string {
  if (end.kind === "limit") return `it took ${end.detail}`;
  if (end.kind === "signal") return `it was ended by signal ${end.signal}`;
  if (end.kind === "stopped") return "it was stopped";
  const said = output
    .split("\n")
    .map((line) => line.trim())
    .findLast((line) => line !== "" && !line.startsWith("+"));
  return `it ended with ${end.code}${said === undefined ? "" : ` (${said.slice(0, 200)})`}`;
}
