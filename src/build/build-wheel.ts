import { existsSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  callHook,
  callHooks,
  type HookAnswer,
  type HookAnswers,
  type HookCall,
  type OpenBuild,
  openBuild,
  readPlainFile,
} from "./backend-call.ts";
import type {
  AskedBackend,
  AskOptions,
  BuildOptions,
  BuildWheelOptions,
  BuiltWheel,
  PreparedMetadata,
} from "./build-types.ts";
import { takeWheel } from "./built-wheel.ts";
import { UserError } from "../base/index.ts";
import { buildError } from "./errors.ts";
import { sourceName } from "./source-tree.ts";

/** Below the work folder. */
const WHEELS = "dist";
const METADATA = "metadata";
const MAX_METADATA = 16 * 2 ** 20;
const MAX_EXTENSION = 512 * 2 ** 20;

/**
 * Builds a wheel in the sandbox with the backend that the source names (PEP 517), in an environment
 * that is there already; nothing is fetched. Throws `build-system`, `build-failed`, `build-limit`,
 * `build-stopped`, `build-wheel`, ARCHIVE_ERRORS and the sandbox's.
 */
export async function buildWheel(options: BuildWheelOptions): Promise<BuiltWheel> {
  const build = await openBuild(options);
  return wheelOf(build, { tags: options.tags, editable: options.editable === true });
}

async function wheelOf(
  build: OpenBuild,
  { tags, editable }: { readonly tags?: readonly string[]; readonly editable: boolean },
): Promise<BuiltWheel> {
  const hook = editable ? "build_editable" : "build_wheel";
  const answer = await callHook(build, { hook, out: WHEELS });
  return wheelFrom(build, answer, {
    result: answer.result,
    ...(tags === undefined ? {} : { tags }),
  });
}

function wheelFrom(
  build: OpenBuild,
  answer: HookAnswer,
  { result, tags }: Pick<HookAnswers, "result"> & { readonly tags?: readonly string[] },
): BuiltWheel {
  const { hook, missing } = answer;
  if (missing) throw noHook(build, hook);
  noteLeft(build, result);
  if (hook === "build_editable") takeExtensions(build, answer);
  return takeWheel(join(build.work, WHEELS), {
    options: build.options,
    result,
    ...(tags === undefined ? {} : { tags }),
  });
}

/**
 * Extension modules that an editable build made beside their sources are put there: only plain files, at
 * places whose folder is in the tree already.
 */
function takeExtensions({ options, root }: OpenBuild, { made }: HookAnswer): void {
  const tree = realpathSync(options.source.path);
  for (const path of Array.isArray(made) ? (made as readonly unknown[]) : []) {
    if (typeof path !== "string" || path.split("/").includes("..")) continue;
    const data = readPlainFile(join(root, path), MAX_EXTENSION);
    const folder = dirname(join(tree, path));
    if (data === undefined || !isRealFolder(folder, tree)) continue;
    const place = join(folder, basename(path));
    rmSync(place, { force: true });
    writeFileSync(place, data, { mode: 0o755, flag: "wx" });
  }
}

function isRealFolder(folder: string, tree: string): boolean {
  return (
    existsSync(folder) && realpathSync(folder) === folder && `${folder}/`.startsWith(`${tree}/`)
  );
}

/**
 * What the backend needs beside `build-system.requires`, which must be in the environment already
 * (PEP 517 `get_requires_for_build_wheel`, PEP 660). Throws as `buildWheel` does.
 */
export async function getBuildRequires(options: BuildOptions): Promise<readonly string[]> {
  const build = await openBuild(options);
  return requiresFrom(options, await callHook(build, requiresCall(options)));
}

function requiresCall({ editable }: BuildOptions): HookCall {
  return { hook: `get_requires_for_build_${editable === true ? "editable" : "wheel"}` };
}

function requiresFrom(
  { source }: BuildOptions,
  { value }: Pick<HookAnswer, "value">,
): readonly string[] {
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value;
  const file = sourceName(source);
  const message = `${file}: its backend asks for something that is no list of requirements`;
  throw buildError("build-metadata", message, { place: { file } });
}

/**
 * METADATA as the backend prepares it, or out of the wheel where it cannot say without building one.
 * Throws as `buildWheel` does, and `build-metadata`.
 */
export async function prepareMetadata(options: BuildOptions): Promise<PreparedMetadata> {
  const build = await openBuild(options);
  const answers = await callHooks(build, metadataCalls(options));
  if (answers.failure !== undefined) throw answers.failure;
  return metadataFrom(build, answers);
}

function metadataCalls({ editable }: BuildOptions): readonly HookCall[] {
  const prepare: HookCall = { hook: "prepare_metadata_for_build_wheel", out: METADATA };
  const build: HookCall = { hook: "build_wheel", out: WHEELS, after: "missing" };
  if (editable !== true) return [prepare, build];
  const first: HookCall = { hook: "prepare_metadata_for_build_editable", out: METADATA };
  return [first, { ...prepare, after: "missing" }, build];
}

async function metadataFrom(
  build: OpenBuild,
  { answers, result }: HookAnswers,
  tags?: readonly string[],
): Promise<PreparedMetadata> {
  const last = answers.at(-1);
  if (last === undefined) throw noHook(build, "build_wheel");
  if (last.hook !== "build_wheel") return { metadata: preparedText(build, last) };
  const wheel = wheelFrom(build, last, { result, ...(tags === undefined ? {} : { tags }) });
  const { readWheelMetadata } = await import("./wheel-metadata.ts");
  return { metadata: readWheelMetadata(wheel.path, wheel.filename), wheel };
}

/**
 * Asks a backend in one go what it needs, and, where `given` has all of it, for the metadata or the
 * wheel. Why these could not be had is the answer's `failure`; throws as `getBuildRequires` does.
 */
export async function askBackend(options: AskOptions): Promise<AskedBackend> {
  const { given, also, tags } = options;
  const build = await openBuild(options);
  const requiring = given === undefined ? [] : [{ ...requiresCall(options), given }];
  const asked = await callHooks(build, [...requiring, ...callsFor(options, build)]);
  const { failure } = asked;
  const answers = asked.answers.slice(requiring.length);
  const [first] = given === undefined ? [{ ...requiresCall(options), value: [] }] : asked.answers;
  if (first === undefined) throw failure ?? noHook(build, requiresCall(options).hook);
  const requires = requiresFrom(options, first);
  if (failure !== undefined) return { requires, failure };
  if (answers.length === 0) return { requires };
  try {
    const made = { ...asked, answers };
    const wanted = await metadataFrom(build, made, also === "wheel" ? tags : undefined);
    return { requires, ...wanted };
  } catch (error) {
    if (error instanceof UserError) return { requires, failure: error };
    throw error;
  }
}

function callsFor(options: AskOptions, { system }: OpenBuild): readonly HookCall[] {
  const { also, given } = options;
  if (also === "metadata") return metadataCalls(options);
  const wheel: HookCall = { hook: "build_wheel", out: WHEELS };
  if (also !== "wheel") return [];
  if (given === undefined) return [wheel];
  // Only setuptools is known to write into the tree when it is asked.
  const fresh = /^setuptools\b/.test(system.backend) ? "copy" : "unchanged";
  return [{ ...wheel, fresh }];
}

function preparedText(build: OpenBuild, { value }: HookAnswer): string {
  const name = typeof value === "string" ? value : "";
  const isName = /^[^/\0]+\.dist-info$/.test(name);
  const path = join(build.work, METADATA, name, "METADATA");
  const text = isName ? readPlainFile(path, MAX_METADATA) : undefined;
  if (text !== undefined) return text.toString("utf8");
  const file = sourceName(build.options.source);
  throw buildError("build-metadata", `${file}: its backend prepared no METADATA`, {
    place: { file },
  });
}

function noteLeft({ options }: OpenBuild, result: HookAnswers["result"]): void {
  if (result.left === 0) return;
  options.report?.({
    kind: "note",
    level: "warning",
    code: "build-left-processes",
    message: `${sourceName(options.source)} left ${result.left} processes running when it was built; they were ended`,
    facts: { left: result.left },
  });
}

function noHook({ options, system }: OpenBuild, hook: string): Error {
  const file = sourceName(options.source);
  return buildError(
    "build-failed",
    `${file} could not be built: ${system.backend} has no ${hook}`,
    {
      place: { file },
      facts: { hook },
    },
  );
}
