import { readFileSync } from "node:fs";
import { CONDA_PATHS, type CondaObject } from "../build/index.ts";
import type { StorePath } from "../store/index.ts";
import { type CondaMember, installedPath } from "./conda-tree.ts";
import type { LinkScripts } from "./link-scripts.ts";
import { folder, type Folder, OURS, type Text } from "./tree.ts";

/** What a lock knows of a conda package. */
export interface CondaRecord {
  /** Without credentials. */
  readonly url: string;
  readonly filename: string;
  readonly sha256?: string;
  readonly md5?: string;
  readonly size?: number;
  /** The channel's name or address; by default the URL's folder without subdir. */
  readonly channel?: string;
  /** What the user asked for, such as `python=3.7`, if he did. */
  readonly requested?: string;
  /** What the channel says instead of the package itself: `depends`, `constrains` … */
  readonly repodata?: Readonly<Record<string, unknown>>;
}

/** What an environment must know of its conda packages beside the objects. */
export interface CondaDetails {
  readonly records?: ReadonlyMap<StorePath, CondaRecord>;
  /** Variables that activation sets. */
  readonly variables?: Readonly<Record<string, string>>;
  /** When it was made, `YYYY-MM-DD HH:MM:SS`. */
  readonly date?: string;
  /** Which scripts of packages are run, and how; none are by default. */
  readonly linkScripts?: LinkScripts;
}

interface RecordedPath {
  readonly _path: string;
}

interface Recorded {
  readonly files: readonly string[];
  readonly paths_data: { readonly paths_version: 1; readonly paths: readonly RecordedPath[] };
}

function text(content: string): Text {
  return { kind: "text", owner: OURS, text: content, executable: false };
}

/** The folder of the prefix with which conda and others know what is installed. */
export function condaMeta(
  members: readonly CondaMember[],
  { details, sitePackages }: { readonly details: CondaDetails; readonly sitePackages: string },
): Folder {
  const made = folder();
  for (const member of members) {
    const { name, version, build } = member.conda;
    const record = details.records?.get(member.path);
    const content = recordText(member, { record, sitePackages });
    made.children.set(`${name}-${version}-${build}.json`, text(content));
  }
  made.children.set("history", text(historyText(members, details)));
  const variables = Object.entries(details.variables ?? {});
  if (variables.length > 0)
    made.children.set(
      "state",
      text(`${JSON.stringify({ version: 1, env_vars: Object.fromEntries(variables) })}\n`),
    );
  return made;
}

/** One package's record. Its list of files is long, so it is taken over as text where it is right as it is. */
function recordText(
  { conda, path }: CondaMember,
  {
    record,
    sitePackages,
  }: { readonly record: CondaRecord | undefined; readonly sitePackages: string },
): string {
  const listed = readFileSync(`${path}/${CONDA_PATHS}`, "utf8");
  const paths = conda.noarch === "python" ? placed(conda, listed, sitePackages) : listed;
  const head = JSON.stringify({ ...conda.index, ...recordHead(conda, record) });
  return `${head.slice(0, -1)},${paths.slice(1)}\n`;
}

function recordHead(conda: CondaObject, record: CondaRecord | undefined): Record<string, unknown> {
  const { name, version, build } = conda;
  const filename = record?.filename ?? `${name}-${version}-${build}.conda`;
  const subdir = subdirOf(conda);
  const url = record?.url ?? `${subdir}/${filename}`;
  return {
    ...record?.repodata,
    fn: filename,
    url,
    channel: record?.channel ?? channelOf(url, subdir),
    subdir,
    ...(record?.sha256 !== undefined && { sha256: record.sha256 }),
    ...(record?.md5 !== undefined && { md5: record.md5 }),
    ...(record?.size !== undefined && { size: record.size }),
    requested_spec: record?.requested ?? "None",
    requested_specs: record?.requested === undefined ? [] : [record.requested],
  };
}

function subdirOf({ index, noarch }: CondaObject): string {
  const given = index["subdir"];
  if (typeof given === "string" && given !== "") return given;
  return noarch === undefined ? "linux-64" : "noarch";
}

function channelOf(url: string, subdir: string): string {
  const at = url.lastIndexOf(`/${subdir}/`);
  return at < 0 ? "" : url.slice(0, at);
}

/** A noarch Python package's files where they are in this environment. */
function placed(conda: CondaObject, listed: string, sitePackages: string): string {
  const { files, paths_data: data } = JSON.parse(listed) as Recorded;
  const at = (path: string): string => installedPath(conda, path, sitePackages);
  const scripts = conda.entryPoints.map(({ name }) => `bin/${name}`);
  return JSON.stringify({
    files: [...files.map(at), ...scripts],
    paths_data: {
      ...data,
      paths: [
        ...data.paths.map((entry) => ({ ...entry, _path: at(entry._path) })),
        ...scripts.map((path) => ({ _path: path, path_type: "unix_python_entry_point" })),
      ],
    },
  });
}

/** Conda takes a folder for an environment by this file. */
function historyText(members: readonly CondaMember[], { records, date }: CondaDetails): string {
  const lines = members.map(({ conda, path }) => {
    const { name, version, build } = conda;
    const subdir = subdirOf(conda);
    const channel = channelOf(records?.get(path)?.url ?? "", subdir);
    return `+${channel}/${subdir}::${name}-${version}-${build}`;
  });
  const specs = members.flatMap(({ path }) => records?.get(path)?.requested ?? []);
  return [
    `==> ${date ?? "1980-01-02 00:00:00"} <==`,
    "# cmd: mach-nix sync",
    ...lines.sort(),
    ...(specs.length > 0 ? [`# update specs: ${JSON.stringify(specs)}`] : []),
    "",
  ].join("\n");
}
