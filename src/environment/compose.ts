import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { normalizeName } from "../base/index.ts";
import { readWheelObject, type WheelObject } from "../build/index.ts";
import type { StorePath } from "../store/index.ts";
import { distInfo } from "./dist-info.ts";
import { environmentError } from "./errors.ts";
import { entryPointScript, isEntryPoint, pythonScript } from "./script-text.ts";
import {
  BYTECODE,
  bytecodeFolder,
  type Composition,
  descend,
  folder,
  type Folder,
  type Link,
  type Node,
  place,
  realFolder,
} from "./tree.ts";
import type { EnvironmentInput, Interpreter } from "./types.ts";

/** Folders of the prefix that are real to this depth, so that programs can add to `share/jupyter/kernels`. */
const REAL_PREFIX_DEPTH = 3;

/** A distribution to be put into the tree. */
interface Member {
  readonly object: string;
  readonly wheel: WheelObject;
  readonly path: StorePath;
}

interface Site {
  readonly root: Folder;
  readonly composition: Composition;
  readonly interpreter: Interpreter;
}

function readMember(path: StorePath): Member {
  try {
    return { object: basename(path), wheel: readWheelObject(path), path };
  } catch (error) {
    throw environmentError("environment-object", `${basename(path)} in the store cannot be read`, {
      hint: "Run `mach-nix store verify --repair`, then sync again.",
      place: { file: path },
      cause: error,
    });
  }
}

function link(member: Member, path: string, isFolder: boolean): Link {
  return {
    kind: "link",
    owner: member.wheel.name,
    path: `${member.object}/${path}`,
    folder: isFolder,
  };
}

/** Makes folders real that several may share; a folder in a folder that is a link stays so. */
function openNamespaces(packages: Folder, member: Member, composition: Composition): void {
  for (const path of member.wheel.namespaces) {
    const parts = path.split("/");
    const name = parts.pop() as string;
    let parent: Node | undefined = packages;
    for (const part of parts)
      parent = parent?.kind === "folder" ? parent.children.get(part) : undefined;
    if (parent?.kind === "folder") realFolder(parent, name, composition);
  }
}

function addPackages(member: Member, { root, composition, interpreter }: Site): void {
  const { wheel } = member;
  const packages = descend(root, interpreter.sitePackages, composition) as Folder;
  for (const entry of wheel.top) {
    const isFolder = entry.endsWith("/");
    const name = isFolder ? entry.slice(0, -1) : entry;
    if (name === BYTECODE) continue;
    const path = `${interpreter.sitePackages}/${name}`;
    place({ parent: packages, name, path }, link(member, `site/${name}`, isFolder), composition);
  }
  openNamespaces(packages, member, composition);
  for (const path of wheel.realFolders) descend(packages, path, composition);
}

/** Bytecode of modules that stand alone, where it is there; Python itself writes what is not. */
function addModuleBytecode(member: Member, { root, composition, interpreter }: Site): void {
  if (!member.wheel.top.some((entry) => entry.endsWith(".py"))) return;
  const packages = descend(root, interpreter.sitePackages, composition) as Folder;
  const made = bytecodeFolder(link(member, `site/${BYTECODE}`, true), composition);
  if (made.children.size === 0) return;
  const path = `${interpreter.sitePackages}/${BYTECODE}`;
  place({ parent: packages, name: BYTECODE, path }, made, composition);
}

function addInfo(member: Member, site: Site, input: EnvironmentInput): void {
  const { wheel, object } = member;
  const { composition, interpreter } = site;
  const packages = descend(site.root, interpreter.sitePackages, composition) as Folder;
  const info = input.info?.get(member.path) ?? {};
  const made = distInfo(wheel, object, info);
  const path = `${interpreter.sitePackages}/${wheel.distInfo}`;
  place({ parent: packages, name: wheel.distInfo, path }, made, composition);
}

function addScripts(member: Member, { root, composition }: Site): void {
  const { wheel } = member;
  const bin = descend(root, "bin", composition) as Folder;
  const put = (name: string, node: Node): void =>
    place({ parent: bin, name, path: `bin/${name}` }, node, composition);
  for (const { name, python } of wheel.scripts) {
    const source = link(member, `scripts/${name}`, false);
    if (!python) put(name, source);
    else {
      const bytes = readFileSync(`${composition.store}/${source.path}`);
      put(name, script(wheel.name, pythonScript(bytes)));
    }
  }
  for (const point of wheel.entryPoints)
    if (isEntryPoint(point)) put(point.name, script(wheel.name, entryPointScript(point)));
}

function script(owner: string, text: string | Buffer): Node {
  return { kind: "text", owner, text, executable: true };
}

/** What a wheel has for the prefix, real to some depth and links below. */
function prefixTree(member: Member, composition: Composition): Folder {
  const root = folder();
  for (const file of member.wheel.prefixFiles) {
    const parts = file.split("/");
    const above = parts.slice(0, Math.min(parts.length - 1, REAL_PREFIX_DEPTH));
    const name = parts[above.length] as string;
    const isFolder = parts.length > above.length + 1;
    const parent = above.length === 0 ? root : descend(root, above.join("/"), composition);
    const path = [...above, name].join("/");
    parent?.children.set(name, link(member, `prefix/${path}`, isFolder));
  }
  return root;
}

function addPrefix(member: Member, { root, composition }: Site): void {
  if (member.wheel.prefixFiles.length === 0) return;
  for (const [name, node] of prefixTree(member, composition).children)
    place({ parent: root, name, path: name }, node, composition);
}

function addHeaders(member: Member, { root, composition, interpreter }: Site): void {
  if (member.wheel.headers.length === 0) return;
  const python = interpreter.version.split(".").slice(0, 2).join(".");
  const parent = descend(root, `include/site/python${python}`, composition) as Folder;
  const name = member.wheel.name;
  const path = `include/site/python${python}/${name}`;
  place({ parent, name, path }, link(member, "headers", true), composition);
}

function refuseTwice(members: readonly Member[]): void {
  const seen = new Map<string, Member>();
  for (const member of members) {
    const name = normalizeName(member.wheel.name);
    const other = seen.get(name);
    if (other !== undefined && other.object !== member.object)
      throw environmentError(
        "environment-collision",
        `${name} is to be installed in two versions: ${other.wheel.version} and ${member.wheel.version}`,
        { place: { package: name }, hint: "One environment can have one version of a name." },
      );
    seen.set(name, member);
  }
}

/**
 * Puts all distributions into a tree that holds what is ours already. A top-level entry that one distribution
 * owns is one link. Collisions are gathered in the composition. Throws `environment-object`, and
 * `environment-collision` for two versions of a name.
 */
export function composeObjects(input: EnvironmentInput, site: Site): void {
  const members = [...new Set(input.objects)].map(readMember);
  members.sort((a, b) => (a.wheel.name < b.wheel.name ? -1 : 1));
  refuseTwice(members);
  for (const member of members) {
    addPackages(member, site);
    addModuleBytecode(member, site);
    addInfo(member, site, input);
    addScripts(member, site);
    addPrefix(member, site);
    addHeaders(member, site);
  }
}

/** Throws for collisions, naming both distributions and the path of each, unless they are to be ignored. */
export function checkCollisions({ collisions }: Composition, input: EnvironmentInput): void {
  const [first] = collisions;
  if (first === undefined || input.ignoreCollisions === true) return;
  const lines = collisions
    .slice(0, 20)
    .map(({ path, kept, dropped }) => `  ${path}: ${kept} and ${dropped}`);
  const more = collisions.length > 20 ? `\n  and ${collisions.length - 20} more` : "";
  throw environmentError(
    "environment-collision",
    `Several distributions bring the same files with different contents:\n${lines.join("\n")}${more}`,
    {
      hint: "Leave one of the two out, or ignore collisions: then the first by name wins.",
      place: { file: first.path, package: first.dropped },
      facts: { collisions },
    },
  );
}
