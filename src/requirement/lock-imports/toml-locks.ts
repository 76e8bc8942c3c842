import type { TomlLibrary } from "../libraries.ts";
import { tryParseRequirement } from "../parse-requirement.ts";
import { TomlDocument, type TomlTable } from "../toml-document.ts";
import { throwErrors } from "../read-statements.ts";
import { importedNeed, importedPin } from "./imported-pin.ts";
import type { ImportedNeed, ImportedPin, LockImport } from "./types.ts";

interface Source {
  readonly text: string;
  readonly path: string;
}

/** What a kind of lock calls its packages, and how one is read. */
interface Layout {
  /** The array of packages. */
  readonly key: "package" | "packages";
  readonly pin: (item: TomlTable) => ImportedPin | undefined;
  readonly needs: (item: TomlTable) => readonly (ImportedNeed | undefined)[];
}

const get = TomlDocument.get.bind(TomlDocument);

/** Sources of packages that are no releases: the project itself, and folders. */
const NO_RELEASE = ["editable", "virtual", "directory"];

const UV: Layout = {
  key: "package",
  pin: (item) => {
    const source = asTable(get(item, "source"));
    if (source !== undefined && NO_RELEASE.some((kind) => Object.hasOwn(source, kind))) {
      return undefined;
    }
    const markers = asArray(get(item, "resolution-markers"));
    return importedPin(get(item, "name"), get(item, "version"), { markers });
  },
  needs: () => [],
};

const POETRY: Layout = {
  key: "package",
  pin: (item) => {
    const markers = get(item, "markers");
    const byGroup = asTable(markers);
    return importedPin(get(item, "name"), get(item, "version"), {
      markers: byGroup === undefined ? [markers] : Object.values(byGroup),
      requiresPython: get(item, "python-versions"),
    });
  },
  needs: (item) =>
    Object.entries(asTable(get(item, "dependencies")) ?? {}).flatMap(([name, wanted]) =>
      [wanted].flat().map((one: unknown) => {
        const table = asTable(one);
        if (table === undefined) return importedNeed(name, one, undefined);
        return importedNeed(name, get(table, "version"), get(table, "markers"));
      }),
    ),
};

const PDM: Layout = {
  key: "package",
  pin: (item) =>
    importedPin(get(item, "name"), get(item, "version"), {
      markers: [get(item, "marker")],
      requiresPython: get(item, "requires_python"),
    }),
  needs: (item) =>
    asArray(get(item, "dependencies")).map((line) => {
      const need = typeof line === "string" ? tryParseRequirement(line) : undefined;
      if (need === undefined || need.specifiers.specifiers.length === 0) return undefined;
      const { name, specifiers, marker } = need;
      return { name, specifiers, ...(marker === undefined ? {} : { marker }) };
    }),
};

const PYLOCK: Layout = {
  key: "packages",
  pin: (item) =>
    importedPin(get(item, "name"), get(item, "version"), {
      markers: [get(item, "marker")],
      requiresPython: get(item, "requires-python"),
    }),
  needs: () => [],
};

type Read = (source: Source, library: TomlLibrary) => Omit<LockImport, "format">;

/** A reader for each format of TOML. They throw `lock-import-invalid`. */
export const tomlLockReaders: Readonly<Record<"uv" | "poetry" | "pdm" | "pylock", Read>> = {
  uv: (source, library) => read(source, UV, library),
  poetry: (source, library) => read(source, POETRY, library),
  pdm: (source, library) => read(source, PDM, library),
  pylock: (source, library) => read(source, PYLOCK, library),
};

function read(source: Source, layout: Layout, library: TomlLibrary): Omit<LockImport, "format"> {
  const document = new TomlDocument(source, "lock-import-invalid", library);
  const { root } = document;
  if (!Object.hasOwn(root, layout.key) && !Object.hasOwn(root, "metadata")) {
    document.fail(`there is no [[${layout.key}]]`, { near: layout.key });
  }
  const items = document
    .array(root, layout.key, `[[${layout.key}]]`)
    .map(asTable)
    .filter((item) => item !== undefined);
  throwErrors(document.errors);
  return {
    pins: items.map(layout.pin).filter((pin) => pin !== undefined),
    needs: items.flatMap(layout.needs).filter((need) => need !== undefined),
    extras: texts(get(root, "extras")),
    groups: texts(get(root, "dependency-groups")),
  };
}

function asTable(value: unknown): TomlTable | undefined {
  const isTable = typeof value === "object" && value !== null && !Array.isArray(value);
  return isTable ? (value as TomlTable) : undefined;
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): readonly string[] {
  return asArray(value).filter((item) => typeof item === "string");
}
