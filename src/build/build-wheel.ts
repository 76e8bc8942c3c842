import { existsSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  callHook,
  type HookAnswer,
  type OpenBuild,
  openBuild,
  readPlainFile,
} from "./backend-call.ts";
import type {
  BuildOptions,
  BuildWheelOptions,
  BuiltWheel,
  PreparedMetadata,
} from "./build-types.ts";
import { takeWheel } from "./built-wheel.ts";
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
  if (answer === undefined) throw noHook(build, hook);
  noteLeft(build, answer);
  if (editable) takeExtensions(build, answer);
  return takeWheel(join(build.work, WHEELS), {
    options: build.options,
    result: answer.result,
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
  const kind = options.editable === true ? "editable" : "wheel";
  const answer = await callHook(build, { hook: `get_requires_for_build_${kind}` });
  const value = answer?.value ?? [];
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value;
  throw buildError(
    "build-metadata",
    `${sourceName(options.source)}: its backend asks for something that is no list of requirements`,
    { place: { file: sourceName(options.source) } },
  );
}

/**
 * METADATA as the backend prepares it, or out of the wheel where it cannot say without building one.
 * Throws as `buildWheel` does, and `build-metadata`.
 */
export async function prepareMetadata(options: BuildOptions): Promise<PreparedMetadata> {
  const build = await openBuild(options);
  const answer = await callHook(build, {
    hook: "prepare_metadata_for_build_wheel",
    out: METADATA,
  });
  if (answer !== undefined) return { metadata: preparedText(build, answer) };
  const wheel = await wheelOf(build, { editable: false });
  const { readWheelMetadata } = await import("./wheel-metadata.ts");
  return { metadata: readWheelMetadata(wheel.path, wheel.filename), wheel };
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

function noteLeft({ options }: OpenBuild, { result }: HookAnswer): void {
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
