import { resolve } from "node:path";
import { normalizeName } from "../base/index.ts";
import {
  formatRequirement,
  type Requirement,
  type RequirementInput,
} from "../requirement/index.ts";
import { joinInputs, readRequest } from "./read-request.ts";
import type { Session } from "./session.ts";
import type { SetParts } from "./set-settings.ts";
import type { Settings } from "./settings.ts";
import type { LockRequest } from "./types.ts";

/** All that one set asks for. */
export interface InputSet {
  readonly name: string;
  readonly input: RequirementInput;
}

/** What a request asks for. */
export interface ReadInputs {
  /** Everything, of all sets together. */
  readonly input: RequirementInput;
  /** Sorted by name; none where everything is to be resolved together. */
  readonly sets: readonly InputSet[];
}

/**
 * Reads what a request asks for, apart where it cannot stand together: by the sets of mach-nix.toml, else
 * by the conflicts that a pyproject.toml tells of. Throws as `readRequest`, and `project-many-sets`.
 */
export async function readInputs(
  session: Session,
  request: LockRequest,
  settings: Settings,
): Promise<ReadInputs> {
  if (settings.sets !== undefined) {
    return readSets(session, request, settings.sets);
  }
  const input = await readRequest(session, request);
  if (input.conflicts === undefined) return { input, sets: [] };
  const { conflictingSets } = await import("./conflicting-sets.ts");
  const sets = conflictingSets(request, input);
  return sets === undefined ? { input, sets: [] } : readSets(session, request, sets);
}

async function readSets(
  session: Session,
  request: LockRequest,
  sets: Readonly<Record<string, SetParts>>,
): Promise<ReadInputs> {
  const shared = withoutParts(session, request, Object.values(sets));
  const read: InputSet[] = [];
  // By name: the order in which sets are written means nothing.
  for (const name of Object.keys(sets).toSorted()) {
    const asked = withParts(shared, sets[name] ?? {});
    read.push({ name, input: await readRequest(session, asked) });
  }
  return { input: together(session, read, Object.values(sets)), sets: read };
}

/** An extra, a group or a file that a set names is that set's alone. */
function withoutParts(
  { cwd }: Session,
  request: LockRequest,
  sets: readonly SetParts[],
): LockRequest {
  const claimed = (part: "extras" | "groups"): ReadonlySet<string> =>
    new Set(sets.flatMap((parts) => parts[part] ?? []).map(normalizeName));
  const [extras, groups] = [claimed("extras"), claimed("groups")];
  const files = filesOf(sets, cwd);
  return {
    ...request,
    inputs: request.inputs.filter((path) => !files.has(resolve(cwd, path))),
    extras: (request.extras ?? []).filter((name) => !extras.has(normalizeName(name))),
    groups: (request.groups ?? []).filter((name) => !groups.has(normalizeName(name))),
  };
}

function withParts(request: LockRequest, parts: SetParts): LockRequest {
  const { extras = [], groups = [], files = [], packages = [] } = parts;
  return {
    ...request,
    inputs: [...request.inputs, ...files],
    extras: [...(request.extras ?? []), ...extras],
    groups: [...(request.groups ?? []), ...groups],
    packages: [...(request.packages ?? []), ...packages],
  };
}

function filesOf(sets: readonly SetParts[], cwd: string): ReadonlySet<string> {
  return new Set(sets.flatMap(({ files = [] }) => files).map((path) => resolve(cwd, path)));
}

/** All sets as one input, with everything that several of them say once. */
function together(
  session: Session,
  sets: readonly InputSet[],
  parts: readonly SetParts[],
): RequirementInput {
  const inputs = sets.map(({ input }) => input);
  const joined = joinInputs(inputs, { packages: [], constraints: [] });
  const pythons = [...new Set(inputs.flatMap((input) => input.requiresPython ?? []))];
  // A set's own files stay where mach-nix.toml names them.
  const own = filesOf(parts, session.cwd);
  const files = new Map(joined.files.map((file) => [resolve(session.cwd, file.path), file]));
  return {
    ...joined,
    requirements: once(joined.requirements),
    constraints: once(joined.constraints),
    files: [...files].flatMap(([path, file]) => (own.has(path) ? [] : [file])),
    ...(pythons.length === 0 ? {} : { requiresPython: pythons.join(",") }),
  };
}

function once(requirements: readonly Requirement[]): readonly Requirement[] {
  const found = new Map(requirements.map((one) => [requirementKey(one), one]));
  return [...found.values()];
}

/** Equal for the same requirement at the same place. */
export function requirementKey(requirement: Requirement): string {
  const { file, line, column } = requirement.place ?? {};
  return JSON.stringify([file, line, column, formatRequirement(requirement)]);
}
