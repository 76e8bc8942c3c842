import type { ProjectData, SdistMetadata, WheelMetadata } from "./project-data.ts";
import { present } from "./read-sdists.ts";

type Table = Record<string, unknown>;

/** A table whose keys may be any text, `__proto__` among them. */
function table(): Table {
  return Object.create(null) as Table;
}

/** A project's JSON in each of the folders that have anything of it, equal records as references. */
export function bucketValues(data: ProjectData): ReadonlyMap<string, unknown> {
  const { sdists, wheels, failures } = data;
  const values = new Map<string, unknown>();
  if (sdists.length > 0) values.set("sdist", versionsJson(sdists, sdistJson));
  if (wheels.length > 0) values.set("wheel", wheelsJson(wheels));
  if (failures.length > 0)
    values.set(
      "sdist-errors",
      versionsJson(failures, (text) => text),
    );
  return values;
}

/** Each version's Pythons, or the first version that has the same. */
function versionsJson<T>(
  releases: readonly {
    readonly version: string;
    readonly pythons: readonly (readonly [string, T])[];
  }[],
  json: (record: T) => unknown,
): Table {
  const versions = table();
  const known = new Map<string, string>();
  for (const { version, pythons } of releases) {
    const text = JSON.stringify(pythons);
    const same = known.get(text);
    if (same === undefined) known.set(text, version);
    versions[version] = same ?? pythonsJson(pythons, json);
  }
  return versions;
}

/** Each Python's record, or the first Python that has the same. */
function pythonsJson<T>(
  pythons: readonly (readonly [string, T])[],
  json: (record: T) => unknown,
): Table {
  const result = table();
  const known = new Map<string, string>();
  for (const [python, record] of pythons) {
    const text = JSON.stringify(record);
    const same = known.get(text);
    if (same === undefined) known.set(text, python);
    result[python] = same ?? json(record);
  }
  return result;
}

function sdistJson(metadata: SdistMetadata): unknown {
  const { extrasRequire } = metadata;
  let extras: Table | undefined;
  if (extrasRequire !== undefined) {
    extras = table();
    for (const [key, list] of extrasRequire) extras[key] = list;
  }
  return present({
    install_requires: metadata.installRequires,
    setup_requires: metadata.setupRequires,
    extras_require: extras,
    tests_require: metadata.testsRequire,
    python_requires: metadata.pythonRequires,
  });
}

function wheelJson(metadata: WheelMetadata): unknown {
  return present({
    provides_extras: metadata.providesExtras,
    requires_dist: metadata.requiresDist,
    requires_external: metadata.requiresExternal,
    requires_python: metadata.requiresPython,
  });
}

/** By tag, version and file; a reference names a file of the same tag. */
function wheelsJson(wheels: ProjectData["wheels"]): Table {
  const tags = table();
  const known = new Map<string, string>();
  for (const { version, files } of wheels) {
    for (const { tag, filename, metadata } of files) {
      const versions = (tags[tag] ??= table()) as Table;
      const own = (versions[version] ??= table()) as Table;
      const key = `${tag} ${JSON.stringify(metadata)}`;
      const same = known.get(key);
      // A reference ends its version at the first "@".
      if (same === undefined && !version.includes("@")) known.set(key, `${version}@${filename}`);
      own[filename] = same ?? wheelJson(metadata);
    }
  }
  return tags;
}
