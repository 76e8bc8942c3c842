import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { writeFileAtomic } from "../base/index.ts";
import { type InputFile, type RequirementInput, rewriteIncludes } from "../requirement/index.ts";
import type { Session } from "./session.ts";
import type { LockRequest } from "./types.ts";

/**
 * Copies a request's inputs into an environment directory, includes as well, with their relative
 * paths rewritten, so that the directory can be locked again by itself. Inputs that are in the
 * directory already stay as they are; names given as words become a requirements file.
 */
export function copyInputs(
  session: Session,
  given: {
    readonly directory: string;
    readonly input: RequirementInput;
    readonly request: LockRequest;
  },
): void {
  const { directory, input, request } = given;
  const mains = request.inputs.map((path) => resolve(session.cwd, path));
  const outside = input.files.filter(
    ({ path }) => !isInside(resolve(session.cwd, path), directory),
  );
  const names = chooseNames(
    outside.map(({ path }) => resolve(session.cwd, path)),
    mains,
  );
  for (const file of outside) copyInput(session, { file, names, directory });
  writePackages(directory, request);
}

/**
 * The name each file gets in the directory: the inputs their own, and so what is beside a
 * pyproject.toml, which may name it; includes below `includes/`.
 */
function chooseNames(
  paths: readonly string[],
  mains: readonly string[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const path of paths) {
    const isNamed = mains.some((main) => main.endsWith(".toml") && dirname(main) === dirname(path));
    const folder = mains.includes(path) || isNamed ? "" : "includes/";
    const name = freeName(`${folder}${basename(path)}`, taken);
    taken.add(name);
    names.set(path, name);
  }
  return names;
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let n = 2, name = wanted; ; n++) {
    if (!taken.has(name)) return name;
    name = wanted.replace(/(\.[^./]*)?$/, (end) => `-${n}${end}`);
  }
}

function copyInput(
  session: Session,
  given: {
    readonly file: InputFile;
    readonly names: ReadonlyMap<string, string>;
    readonly directory: string;
  },
): void {
  const { file, names, directory } = given;
  const from = resolve(session.cwd, file.path);
  const to = join(directory, names.get(from) as string);
  const text = isRequirementsText(from)
    ? rewriteIncludes(file.text, (path) => rewritten(path, { from, to, names, directory }))
    : file.text;
  writeIfChanged(to, text);
}

function rewritten(
  path: string,
  place: {
    readonly from: string;
    readonly to: string;
    readonly names: ReadonlyMap<string, string>;
    readonly directory: string;
  },
): string {
  const target = resolve(dirname(place.from), path);
  const name = place.names.get(target);
  const now = name === undefined ? target : join(place.directory, name);
  const text = relative(dirname(place.to), now);
  return text.startsWith(".") || text === "" ? text : path.startsWith("./") ? `./${text}` : text;
}

function isRequirementsText(path: string): boolean {
  return !/\.(toml|py|ya?ml)$/.test(path);
}

const PACKAGES_HEAD = "# What was asked for by name.\n";

/** Names beside files have a file of their own, which goes when they do. */
function writePackages(directory: string, { inputs, packages = [] }: LockRequest): void {
  const beside = join(directory, "packages.txt");
  // What sets ask for stands in mach-nix.toml.
  if (inputs.length === 0 && packages.length === 0) return;
  if (inputs.length === 0) writeIfChanged(join(directory, "requirements.txt"), lines(packages));
  else if (packages.length > 0) writeIfChanged(beside, PACKAGES_HEAD + lines(packages));
  else removeOwn(beside);
}

function lines(packages: readonly string[]): string {
  return `${packages.join("\n")}\n`;
}

function removeOwn(path: string): void {
  if (!existsSync(path) || !readFileSync(path, "utf8").startsWith(PACKAGES_HEAD)) return;
  rmSync(path);
}

function writeIfChanged(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  writeFileAtomic(path, text);
}

function isInside(path: string, directory: string): boolean {
  const from = relative(directory, path);
  return from !== "" && from !== ".." && !from.startsWith(`..${sep}`);
}
