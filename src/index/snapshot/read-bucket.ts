import { isPackageName } from "../../base/index.ts";
import type {
  FailedRelease,
  SdistMetadata,
  SdistRelease,
  WheelFile,
  WheelMetadata,
  WheelRelease,
} from "./project-data.ts";
import { byPython, isPythonKey } from "./python-key.ts";
import { sortVersions } from "./sort-versions.ts";

/** Hears of each record that cannot be used. */
export type Fault = (place: string, message: string) => void;

export type BucketKind = "sdist" | "wheel" | "sdist-errors";

/** What one bucket file says of a project. */
export type BucketProject =
  | {
      readonly kind: "sdist";
      readonly name: string;
      readonly known: number;
      readonly releases: readonly SdistRelease[];
    }
  | {
      readonly kind: "wheel";
      readonly name: string;
      readonly known: number;
      readonly releases: readonly WheelRelease[];
    }
  | {
      readonly kind: "sdist-errors";
      readonly name: string;
      readonly known: number;
      readonly releases: readonly FailedRelease[];
    };

type Table = Readonly<Record<string, unknown>>;

/**
 * Reads a bucket of pypi-deps-db, references followed: `sdist/XX.json`, `wheel/XX.json` or
 * `sdist-errors/XX.json`. What cannot be read is told to `fault` and left out. Throws SyntaxError
 * where the text is no JSON.
 */
export function* readBucket(
  text: string,
  { kind, fault }: { readonly kind: BucketKind; readonly fault: Fault },
): Generator<BucketProject> {
  const bucket: unknown = JSON.parse(text);
  if (!isTable(bucket)) {
    fault(kind, "is no JSON object");
    return;
  }
  for (const name of Object.keys(bucket)) {
    const value = bucket[name];
    if (!isPackageName(name)) {
      fault(`${kind}/${name}`, "is no project name");
    } else if (!isTable(value)) fault(`${kind}/${name}`, "is no JSON object");
    else {
      const project = readProject(value, { kind, name, fault });
      if (project.releases.length > 0) yield project;
    }
  }
}

interface Reading {
  readonly kind: BucketKind;
  readonly name: string;
  readonly fault: Fault;
}

function readProject(value: Table, reading: Reading): BucketProject {
  const { kind, name } = reading;
  if (kind === "wheel") return { kind, name, ...readWheels(value, reading) };
  if (kind === "sdist") {
    return { kind, name, ...readVersions(value, { ...reading, read: sdistMetadata }) };
  }
  return { kind, name, ...readVersions(value, { ...reading, read: textOf }) };
}

interface Releases<T> {
  readonly known: number;
  readonly releases: readonly T[];
}

/** Thrown inside a record that cannot be used. */
class BadRecord extends Error {}

/** `{version: {python: record | python} | version}`. */
function readVersions<T>(
  versions: Table,
  reading: Reading & { readonly read: (value: unknown) => T },
): Releases<{ readonly version: string; readonly pythons: readonly (readonly [string, T])[] }> {
  const byVersion = new Map<string, readonly (readonly [string, T])[]>();
  const byObject = new Map<unknown, readonly (readonly [string, T])[]>();
  for (const version of Object.keys(versions)) {
    const place = `${reading.kind}/${reading.name}/${version}`;
    const value = follow(versions, version);
    if (!isTable(value) || !version.isWellFormed()) {
      reading.fault(place, "is no release, nor the name of one");
      continue;
    }
    let pythons = byObject.get(value);
    if (pythons === undefined) {
      pythons = readPythons(value, { ...reading, place });
      byObject.set(value, pythons);
    }
    if (pythons.length > 0) byVersion.set(version, pythons);
  }
  const { versions: sorted, known } = sortVersions([...byVersion.keys()]);
  return {
    known,
    releases: sorted.map((version) => ({ version, pythons: byVersion.get(version) ?? [] })),
  };
}

function readPythons<T>(
  pythons: Table,
  {
    read,
    fault,
    place,
  }: { readonly read: (value: unknown) => T; readonly fault: Fault; readonly place: string },
): readonly (readonly [string, T])[] {
  const found: (readonly [string, T])[] = [];
  const byObject = new Map<unknown, T>();
  for (const python of Object.keys(pythons).toSorted(byPython)) {
    const own = pythons[python];
    const value = typeof own === "string" && Object.hasOwn(pythons, own) ? pythons[own] : own;
    try {
      if (!isPythonKey(python)) throw new BadRecord("is no Python version");
      let record = byObject.get(value);
      if (record === undefined) byObject.set(value, (record = read(value)));
      found.push([python, record]);
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error;
      fault(`${place}/${python}`, error.message);
    }
  }
  return found;
}

/** A version's entry, or the one that it names. */
function follow(entries: Table, key: string): unknown {
  const value = entries[key];
  return typeof value === "string" && Object.hasOwn(entries, value) ? entries[value] : value;
}

function textOf(value: unknown): string {
  if (typeof value !== "string" || !value.isWellFormed()) throw new BadRecord("is no text");
  return value;
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function texts(value: unknown, field: string): readonly string[] {
  if (
    Array.isArray(value) &&
    value.every((item) => typeof item === "string" && item.isWellFormed())
  ) {
    return value as readonly string[];
  }
  throw new BadRecord(`${field} is no list of texts`);
}

const SDIST_FIELDS: ReadonlyMap<string, keyof SdistMetadata> = new Map([
  ["install_requires", "installRequires"],
  ["setup_requires", "setupRequires"],
  ["tests_require", "testsRequire"],
  ["python_requires", "pythonRequires"],
]);

function sdistMetadata(value: unknown): SdistMetadata {
  if (!isTable(value)) throw new BadRecord("is no record, nor the name of one");
  const metadata: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const field = SDIST_FIELDS.get(key);
    if (field !== undefined) metadata[field] = texts(value[key], key);
    else if (key === "extras_require") metadata["extrasRequire"] = extrasOf(value[key]);
    else throw new BadRecord(`has an unknown field ${key.slice(0, 40)}`);
  }
  return metadata;
}

function extrasOf(value: unknown): readonly (readonly [string, readonly string[]])[] {
  if (!isTable(value)) throw new BadRecord("extras_require is no JSON object");
  return Object.keys(value)
    .toSorted()
    .map((key) => {
      if (!key.isWellFormed()) throw new BadRecord("extras_require has a broken name");
      return [key, texts(value[key], "extras_require")];
    });
}

/** `{tag: {version: {file: record | "version@file"}}}`; references stay within their tag. */
function readWheels(tags: Table, reading: Reading): Releases<WheelRelease> {
  const byVersion = new Map<string, WheelFile[]>();
  const byObject = new Map<unknown, WheelMetadata>();
  for (const tag of Object.keys(tags)) {
    const versions = tags[tag];
    if (!isTable(versions) || !tag.isWellFormed()) {
      reading.fault(`wheel/${reading.name}/${tag}`, "is no JSON object");
      continue;
    }
    for (const version of Object.keys(versions)) {
      const files = readFiles(versions, { version, tag, byObject, reading });
      if (files.length === 0) continue;
      const before = byVersion.get(version);
      if (before === undefined) byVersion.set(version, files);
      else before.push(...files);
    }
  }
  const { versions, known } = sortVersions([...byVersion.keys()]);
  const releases = versions.map((version) => ({
    version,
    files: (byVersion.get(version) ?? []).sort(byName),
  }));
  return { known, releases };
}

function byName(a: WheelFile, b: WheelFile): number {
  if (a.filename !== b.filename) return a.filename < b.filename ? -1 : 1;
  return a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0;
}

function readFiles(
  versions: Table,
  {
    version,
    tag,
    byObject,
    reading,
  }: {
    readonly version: string;
    readonly tag: string;
    readonly byObject: Map<unknown, WheelMetadata>;
    readonly reading: Reading;
  },
): WheelFile[] {
  const files = versions[version];
  const place = `wheel/${reading.name}/${tag}/${version}`;
  if (!isTable(files) || !version.isWellFormed()) {
    reading.fault(place, "is no JSON object");
    return [];
  }
  const found: WheelFile[] = [];
  for (const filename of Object.keys(files)) {
    try {
      const value = followFile(versions, files[filename]);
      let metadata = byObject.get(value);
      if (metadata === undefined) byObject.set(value, (metadata = wheelMetadata(value)));
      if (!filename.isWellFormed()) throw new BadRecord("has a broken name");
      found.push({ filename, tag, metadata });
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error;
      reading.fault(`${place}/${filename}`, error.message);
    }
  }
  return found;
}

function followFile(versions: Table, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const at = value.indexOf("@");
  const files = versions[value.slice(0, at)];
  const key = value.slice(at + 1);
  return at > 0 && isTable(files) && Object.hasOwn(files, key) ? files[key] : value;
}

function wheelMetadata(value: unknown): WheelMetadata {
  if (!isTable(value)) throw new BadRecord("is no record, nor the name of one");
  const metadata: { -readonly [K in keyof WheelMetadata]: WheelMetadata[K] } = {};
  for (const key of Object.keys(value)) {
    if (key === "requires_dist") metadata.requiresDist = texts(value[key], key);
    else if (key === "provides_extras") metadata.providesExtras = texts(value[key], key);
    else if (key === "requires_external") metadata.requiresExternal = texts(value[key], key);
    else if (key === "requires_python") metadata.requiresPython = textOf(value[key]);
    else throw new BadRecord(`has an unknown field ${key.slice(0, 40)}`);
  }
  return metadata;
}
