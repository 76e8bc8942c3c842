import { isPackageName, normalizeName, type PackageName, sha256 } from "../../base/index.ts";
import { comparePep440, tryParsePep440 } from "../../version/index.ts";
import { indexError } from "../errors.ts";
import type { NixpkgsList, NixpkgsPackage } from "./types.ts";

/** Larger than any nixpkgs' list. */
const MAX_BYTES = 256 * 1024 * 1024;

type Table = Readonly<Record<string, unknown>>;

/**
 * The list that `mach-nix index nixpkgs` writes (nix/list-python-packages.nix), from its text. Records
 * that cannot be used are left out. Throws UserError `index-nixpkgs-list` for what is no such list.
 */
export function readNixpkgsList(text: string, path: string): NixpkgsList {
  const fail = (why: string): Error =>
    indexError("index-nixpkgs-list", `${path} is no list of nixpkgs' packages: ${why}`, {
      place: { file: path },
      hint: "make it with `mach-nix index nixpkgs PATH -o FILE`",
    });
  if (text.length > MAX_BYTES) throw fail("it is too large");
  const document = parse(text, fail);
  if (!isTable(document) || document["version"] !== 1 || !isTable(document["pythons"])) {
    throw fail("it is of another form");
  }
  const pythons = new Map(
    Object.entries(document["pythons"]).map(([python, value]) => {
      if (!isTable(value) || !isTable(value["packages"])) throw fail(`no packages of ${python}`);
      return [python, byName(value["packages"])];
    }),
  );
  return {
    contents: sha256(text),
    source: path,
    pythons: [...pythons.keys()],
    packages: (name, python) => pythons.get(python)?.get(name) ?? [],
    has: (name, python) => pythons.get(python)?.has(name) === true,
  };
}

function parse(text: string, fail: (why: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fail("it is not JSON");
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function byName(packages: Table): ReadonlyMap<PackageName, readonly NixpkgsPackage[]> {
  const all = Object.entries(packages).flatMap(([attribute, value]) =>
    isTable(value) ? (packageOf(attribute, value) ?? []) : [],
  );
  const groups = Map.groupBy(all, ({ name }) => name);
  return new Map([...groups].map(([name, list]) => [name, bestOfEach(list)]));
}

/** nixpkgs' attributes: what a Nix identifier or a quoted name of one may be. */
const ATTRIBUTE = /^[A-Za-z_][\w.'+-]{0,199}$/;

function packageOf(attribute: string, value: Table): NixpkgsPackage | undefined {
  const { pname, version, dependencies, requirements } = value;
  if (typeof pname !== "string" || typeof version !== "string") return undefined;
  const name = projectName(pname);
  const read = readVersion(version);
  if (name === undefined || read === undefined || !ATTRIBUTE.test(attribute)) return undefined;
  const lines = requirementLines(requirements);
  return {
    attribute,
    name,
    version: read,
    dependencies: names(dependencies),
    ...(lines === undefined ? {} : { requirements: lines }),
  };
}

/** Projects that nixpkgs calls otherwise than PyPI. */
const RENAMED: Readonly<Record<string, string>> = { pytorch: "torch", "pytorch-bin": "torch" };

function projectName(pname: string): PackageName | undefined {
  if (!isPackageName(pname)) return undefined;
  const name = normalizeName(pname);
  return normalizeName(Object.hasOwn(RENAMED, name) ? (RENAMED[name] as string) : name);
}

const UNSTABLE = /^(.+?)-unstable-(\d{4})-(\d{2})-(\d{2})$/;

/** `1.2-unstable-2024-01-31` is `1.2+unstable.2024.1.31`; undefined for what PEP 440 does not know. */
function readVersion(text: string): string | undefined {
  const [, base, ...date] = UNSTABLE.exec(text) ?? [];
  const version =
    base === undefined ? text : `${base}+unstable.${date.map((part) => Number(part)).join(".")}`;
  return tryParsePep440(version) === undefined ? undefined : version;
}

function names(value: unknown): readonly PackageName[] {
  if (!Array.isArray(value)) return [];
  const found = value.flatMap((item) =>
    typeof item === "string" ? (projectName(item) ?? []) : [],
  );
  return [...new Set(found)].toSorted();
}

/** Lines as a list or as a requirements text; undefined where the package says nothing. */
function requirementLines(value: unknown): readonly string[] | undefined {
  if (typeof value === "string") {
    return value
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /^[^#\s]/.test(line));
  }
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
  return isList ? value : undefined;
}

/** Newest first; of attributes with one version the one whose name is nearest in length. */
function bestOfEach(packages: readonly NixpkgsPackage[]): readonly NixpkgsPackage[] {
  const sorted = packages.toSorted(compare);
  return sorted.filter(({ version }, i) => sorted[i - 1]?.version !== version);
}

function compare(a: NixpkgsPackage, b: NixpkgsPackage): number {
  const [x, y] = [tryParsePep440(a.version), tryParsePep440(b.version)];
  const order = x === undefined || y === undefined ? 0 : comparePep440(y, x);
  return order || nearness(a) - nearness(b) || (a.attribute < b.attribute ? -1 : 1);
}

function nearness({ attribute, name }: NixpkgsPackage): number {
  return Math.abs(attribute.length - name.length);
}
