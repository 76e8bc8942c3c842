import type { ProjectData, SdistMetadata, WheelFile, WheelMetadata } from "./project-data.ts";
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
  if (wheels.some(({ files }) => files.some(isRead))) values.set("wheel", wheelsJson(wheels));
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
  const first = new FirstOf();
  for (const { version, pythons } of releases) {
    versions[version] = first.of(pythons, version) ?? pythonsJson(pythons, json);
  }
  return versions;
}

/** Each Python's record, or the first Python that has the same. */
function pythonsJson<T>(
  pythons: readonly (readonly [string, T])[],
  json: (record: T) => unknown,
): Table {
  const result = table();
  const first = new FirstOf();
  for (const [python, record] of pythons) {
    result[python] = first.of(record, python) ?? json(record);
  }
  return result;
}

/** Under which name each value came first. Equal values are mostly the same object. */
class FirstOf {
  private readonly byIdentity = new Map<unknown, string>();
  private readonly byText = new Map<string, string>();

  /** The name of the first equal value; undefined for a new one, which gets `name`. */
  of(value: unknown, name: string | undefined): string | undefined {
    let known = this.byIdentity.get(value);
    if (known !== undefined) return known;
    const text = JSON.stringify(value);
    known = this.byText.get(text);
    const first = known ?? name;
    if (first === undefined) return undefined;
    this.byIdentity.set(value, first);
    if (known === undefined) this.byText.set(text, first);
    return known;
  }
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

function isRead({ facts }: Pick<WheelFile, "facts">): boolean {
  return facts?.isUnread !== true;
}

/** By tag, version and file; a reference names a file of the same tag. */
function wheelsJson(wheels: ProjectData["wheels"]): Table {
  const tags = table();
  const known = new Map<string, FirstOf>();
  for (const { version, files } of wheels) {
    // A record without needs would say that there are none.
    for (const { tag, filename, metadata } of files.filter(isRead)) {
      const versions = (tags[tag] ??= table()) as Table;
      const own = (versions[version] ??= table()) as Table;
      let first = known.get(tag);
      if (first === undefined) known.set(tag, (first = new FirstOf()));
      // A reference ends its version at the first "@".
      const name = version.includes("@") ? undefined : `${version}@${filename}`;
      own[filename] = first.of(metadata, name) ?? wheelJson(metadata);
    }
  }
  return tags;
}
