import { lstatSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { normalizeName, UserError } from "../../base/index.ts";
import {
  type BuildSource,
  type BuildSystem,
  observeSetup,
  type SetupAnswer,
  type SetupFields,
  unpackSdist,
} from "../../build/index.ts";
import { type ReleaseMetadata, sdistReading } from "../../index/index.ts";
import { parseDependency, tryParseRequirement } from "../../requirement/index.ts";
import type { StorePath } from "../../store/index.ts";
import { comparePep440, tryParsePep440, tryParseSpecifiers } from "../../version/index.ts";
import type { Identity } from "./build-ahead.ts";
import { compileOnce } from "./build-environment.ts";
import { inBuildFolder } from "./build-folder.ts";
import type { Workshop } from "./workshop.ts";

/** What a project may be built with whose setup.py tells its needs by itself. */
const PLAIN = new Set(["setuptools", "wheel"]);
/** Plugins that bring needs from elsewhere. */
const REPLACING = /\b(?:pbr|d2to1|setupmeta|use_scm_version)\s*=/;
const LARGEST = 4 * 2 ** 20;

/** Whether setuptools builds a source and nothing else has a say in it, as far as pyproject.toml tells. */
export function isPlainSetuptools({ backend, backendPath, requires }: BuildSystem): boolean {
  return (
    backendPath.length === 0 && /^setuptools\.build_meta(?::|$)/.test(backend) && isPlain(requires)
  );
}

function isPlain(requires: readonly string[]): boolean {
  return requires.every((line) => {
    const name = tryParseRequirement(line)?.name;
    return name !== undefined && PLAIN.has(normalizeName(name));
  });
}

export interface Observation {
  readonly source: BuildSource & { readonly kind: "sdist" };
  readonly expected: Identity;
  /** What it is built with. */
  readonly objects: readonly StorePath[];
  readonly workshop: Workshop;
}

/**
 * What a project of setuptools needs, by running its setup.py up to setup(): less than a backend does
 * to prepare metadata. Undefined where that is not sure to be what its backend would say. Throws the
 * sandbox's errors.
 */
export async function observedMetadata({
  source,
  expected,
  objects,
  workshop,
}: Observation): Promise<ReleaseMetadata | undefined> {
  const answer = await inBuildFolder(workshop, source.filename, async (folder) => {
    const into = join(folder, "work");
    mkdirSync(into, { recursive: true });
    const root = await unpacked(source, into);
    if (root === undefined || !isObserved(join(into, root))) return undefined;
    const { interpreter, tools } = await workshop.place();
    await compileOnce(objects, { store: workshop.store, interpreter });
    return observeSetup({
      sandbox: await workshop.sandbox(),
      python: interpreter.path,
      readable: tools.readable,
      folder,
      source: root,
      modules: objects.map((object) => join(object, "site")),
    });
  });
  const fields = fieldsOf(answer, expected);
  return fields === undefined ? undefined : metadataOf(fields);
}

/** The tree's root below `into`; undefined where the archive is for the backend to complain about. */
async function unpacked(
  { path, filename }: Observation["source"],
  into: string,
): Promise<string | undefined> {
  try {
    return await unpackSdist(path, { filename, into });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Whether setup.py alone decides: not a `[project]` table, and no plugin that fills in for it. */
function isObserved(root: string): boolean {
  const texts = ["setup.py", "pyproject.toml"].map((name) => {
    const info = lstatSync(join(root, name), { throwIfNoEntry: false });
    return info?.isFile() === true && info.size <= LARGEST
      ? readFileSync(join(root, name), "utf8")
      : "";
  });
  const [setup = "", project = ""] = texts;
  return setup !== "" && !REPLACING.test(setup) && !/^\s*\[\s*["']?project\b/m.test(project);
}

/** What setup() was given, where it is of the release expected and asks for no plugin. */
export function fieldsOf(
  answer: SetupAnswer | undefined,
  { name, version }: Identity,
): SetupFields | undefined {
  if (answer === undefined || !("setup" in answer)) return undefined;
  const { setup } = answer;
  if (setup.name === null || setup.version === null || !isPlain(setup.setup_requires)) {
    return undefined;
  }
  const isSame =
    tryParsePep440(setup.version) !== undefined && comparePep440(setup.version, version) === 0;
  return isSame && normalizeName(setup.name) === normalizeName(name) ? setup : undefined;
}

/** As METADATA would have it; undefined where a line cannot be read, which setuptools then judges. */
async function metadataOf(fields: SetupFields): Promise<ReleaseMetadata | undefined> {
  const { install_requires, extras_require, python_requires } = fields;
  const { sdistReleaseMetadata } = await sdistReading();
  const metadata = sdistReleaseMetadata({
    installRequires: install_requires,
    extrasRequire: Object.entries(extras_require),
    pythonRequires: python_requires,
  });
  const { requiresDist, requiresPython = "" } = metadata;
  const isReadable =
    requiresDist.every((line) => parseDependency(line) !== undefined) &&
    tryParseSpecifiers(requiresPython) !== undefined;
  return isReadable ? metadata : undefined;
}
