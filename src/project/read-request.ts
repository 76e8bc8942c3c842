import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  parseMixedRequirement,
  parseRequirements,
  readRequirements,
  type Requirement,
  type RequirementInput,
  type RequirementOptions,
} from "../requirement/index.ts";
import { projectError } from "./errors.ts";
import type { Session } from "./session.ts";
import type { LockRequest } from "./types.ts";

const NO_OPTIONS: RequirementOptions = {
  extraIndexUrls: [],
  findLinks: [],
  noIndex: false,
  pre: false,
  noBinary: [],
  onlyBinary: [],
  requireHashes: false,
  trustedHosts: [],
  preferBinary: false,
};

/** A file's text for the requirement stage, undefined where there is none. */
export function readInputFile(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw projectError("project-input-missing", `${path} cannot be read: ${code}`, {
      place: { file: path },
      cause: error,
    });
  }
}

/**
 * Everything that a request asks for: its files, its names and its constraints as one input. Throws
 * the requirement stage's errors, and UserError `project-no-input`.
 */
export async function readRequest(
  session: Session,
  request: LockRequest,
): Promise<RequirementInput> {
  const packages = (request.packages ?? []).flatMap(readPackage);
  if (request.inputs.length === 0 && packages.length === 0) {
    throw projectError("project-no-input", "nothing to resolve", {
      hint: "give a file with -r FILE, or names with -p NAME",
    });
  }
  const inputs: RequirementInput[] = [];
  for (const path of request.inputs) {
    inputs.push(await readInput(session, path, { request, builds: true }));
  }
  const constraints: RequirementInput[] = [];
  for (const path of request.constraints ?? [])
    constraints.push(await readInput(session, path, { request, builds: false }));
  const input = joinInputs(inputs, { packages, constraints });
  return input;
}

/** A folder, a file, a URL or a repository, as pip takes them on its command line. */
const SOURCE = /^(?:\.{0,2}\/|\.{1,2}$|~\/|(?:git\+)?[a-z]+:\/\/)/;

function readPackage(text: string): readonly Requirement[] {
  return SOURCE.test(text) ? parseRequirements(text) : [parseMixedRequirement(text)];
}

function readInput(
  session: Session,
  path: string,
  { request, builds }: { readonly request: LockRequest; readonly builds: boolean },
): Promise<RequirementInput> {
  return readRequirements(resolve(session.cwd, path), {
    readFile: readInputFile,
    variables: definedVariables(session),
    builds,
    ...(request.extras === undefined ? {} : { extras: request.extras }),
    ...(request.groups === undefined ? {} : { groups: request.groups }),
  });
}

/** Several inputs, and what stands beside them, as one. */
export function joinInputs(
  inputs: readonly RequirementInput[],
  more: { packages: readonly Requirement[]; constraints: readonly RequirementInput[] },
): RequirementInput {
  const requiresPython = inputs.flatMap(({ requiresPython }) => requiresPython ?? []).join(",");
  const conflicts = inputs.flatMap((input) => input.conflicts ?? []);
  return {
    requirements: [...inputs.flatMap((input) => input.requirements), ...more.packages],
    constraints: [
      ...inputs.flatMap((input) => input.constraints),
      ...more.constraints.flatMap((input) => [...input.requirements, ...input.constraints]),
    ],
    options: inputs.map((input) => input.options).reduce(joinOptions, NO_OPTIONS),
    files: inputs.flatMap((input) => input.files),
    ...(requiresPython === "" ? {} : { requiresPython }),
    ...(conflicts.length === 0 ? {} : { conflicts }),
    ...joinEnvironments(inputs),
  };
}

/** What environment.yml files say besides: all of it. */
function joinEnvironments(
  inputs: readonly RequirementInput[],
): Pick<RequirementInput, "channels" | "platforms" | "variables"> {
  const channels = unique(
    inputs.flatMap((input) => input.channels ?? []),
    [],
  );
  const platforms = unique(
    inputs.flatMap((input) => input.platforms ?? []),
    [],
  );
  const variables = new Map(inputs.flatMap((input) => [...(input.variables ?? [])]));
  return {
    ...(channels.length === 0 ? {} : { channels }),
    ...(platforms.length === 0 ? {} : { platforms }),
    ...(variables.size === 0 ? {} : { variables }),
  };
}

/** Options of several files: the last word for single values, all of them for lists. */
function joinOptions(a: RequirementOptions, b: RequirementOptions): RequirementOptions {
  const indexUrl = b.indexUrl ?? a.indexUrl;
  return {
    ...(indexUrl === undefined ? {} : { indexUrl }),
    extraIndexUrls: unique(a.extraIndexUrls, b.extraIndexUrls),
    findLinks: unique(a.findLinks, b.findLinks),
    noIndex: a.noIndex || b.noIndex,
    pre: a.pre || b.pre,
    noBinary: unique(a.noBinary, b.noBinary),
    onlyBinary: unique(a.onlyBinary, b.onlyBinary),
    requireHashes: a.requireHashes || b.requireHashes,
    trustedHosts: unique(a.trustedHosts, b.trustedHosts),
    preferBinary: a.preferBinary || b.preferBinary,
  };
}

function unique(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}

/** The environment variables, for `${NAME}` in requirements files. */
function definedVariables({ env }: Session): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
