import { lstatSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Report } from "../base/index.ts";
import type { IsDerived } from "./derived-pattern.ts";
import { hashFile } from "./hash-file.ts";
import { type Entry, MANIFEST, type Manifest, parseManifest } from "./manifest.ts";
import { objectName } from "./object-name.ts";
import type { Problem, StorePath, VerifyResult } from "./types.ts";
import { type TreeItem, walkTree } from "./walk-tree.ts";

type Finding = Omit<Problem, "object">;

interface ObjectResult {
  readonly findings: readonly Finding[];
  readonly files: number;
  readonly bytes: number;
}

function octal(mode: number): string {
  return `0${(mode & 0o7777).toString(8)}`;
}

function modeFinding(file: string, stat: Stats, expected: number): Finding[] {
  const mode = stat.mode & 0o7777;
  if (mode === expected) return [];
  return [{ file, kind: "mode", detail: `mode ${octal(mode)}, expected ${octal(expected)}` }];
}

function changed(file: string, detail: string): Finding {
  return { file, kind: "changed", detail };
}

function checkFile(path: string, entry: Entry & { kind: "file" }): Finding[] {
  const stat = lstatSync(path);
  const modes = modeFinding(entry.path, stat, entry.executable ? 0o555 : 0o444);
  if (stat.size !== entry.size)
    return [changed(entry.path, `${stat.size} bytes, expected ${entry.size}`), ...modes];
  const { sha256 } = hashFile(path);
  if (sha256 === entry.sha256) return modes;
  return [changed(entry.path, `sha256 ${sha256}, expected ${entry.sha256}`), ...modes];
}

function checkLink(path: string, entry: Entry & { kind: "link" }): Finding[] {
  const target = readlinkSync(path);
  if (target === entry.target) return [];
  return [changed(entry.path, `link to ${target}, expected ${entry.target}`)];
}

function checkEntry(object: string, entry: Entry, found: TreeItem | undefined): Finding[] {
  if (found === undefined)
    return [{ file: entry.path, kind: "missing", detail: `the ${entry.kind} is not there` }];
  if (found.kind !== entry.kind)
    return [changed(entry.path, `is a ${found.kind}, expected a ${entry.kind}`)];
  const path = `${object}/${entry.path}`;
  if (entry.kind === "file") return checkFile(path, entry);
  if (entry.kind === "link") return checkLink(path, entry);
  return modeFinding(entry.path, lstatSync(path), 0o555);
}

/** Folders that hold nothing but derived files may come with these. */
function derivedFolders(items: readonly TreeItem[], isDerived: IsDerived): Set<string> {
  const folders = new Set<string>();
  for (const item of items)
    if (item.kind === "file" && isDerived(item.path))
      for (let at = item.path.lastIndexOf("/"); at > 0; at = item.path.lastIndexOf("/", at - 1))
        folders.add(item.path.slice(0, at));
  return folders;
}

function extraFindings(
  items: readonly TreeItem[],
  known: ReadonlySet<string>,
  isDerived: IsDerived,
): Finding[] {
  const folders = derivedFolders(items, isDerived);
  const extra = items.filter(
    ({ path, kind }) =>
      path !== MANIFEST &&
      !known.has(path) &&
      !(kind === "file" && isDerived(path)) &&
      !(kind === "folder" && folders.has(path)),
  );
  return extra.map(({ path, kind }) => ({
    file: path,
    kind: "extra",
    detail: `an unknown ${kind}`,
  }));
}

function readManifest(object: string): Manifest | undefined {
  try {
    return parseManifest(readFileSync(`${object}/${MANIFEST}`, "utf8"));
  } catch {
    return undefined;
  }
}

function damaged(detail: string): ObjectResult {
  return { findings: [{ file: MANIFEST, kind: "manifest", detail }], files: 0, bytes: 0 };
}

function size(entry: Entry): number {
  return entry.kind === "file" ? entry.size : 0;
}

/** Compares all that is in one object with its manifest. Derived files are not looked into. */
export function verifyObject(object: string, isDerived: IsDerived): ObjectResult {
  const stat = lstatSync(object, { throwIfNoEntry: false });
  if (stat === undefined)
    return { findings: [{ file: "", kind: "missing", detail: "not there" }], files: 0, bytes: 0 };
  const manifest = readManifest(object);
  if (manifest === undefined) return damaged("missing or damaged");
  if (objectName(manifest.key) !== basename(object)) return damaged("of another object");
  const items = walkTree(object);
  const found = new Map(items.map((item) => [item.path, item]));
  const known = new Set(manifest.entries.map((entry) => entry.path));
  const findings = [
    ...modeFinding("", stat, 0o555),
    ...manifest.entries.flatMap((entry) => checkEntry(object, entry, found.get(entry.path))),
    ...extraFindings(items, known, isDerived),
  ];
  return {
    findings: findings.sort((a, b) => (a.file < b.file ? -1 : 1)),
    files: manifest.entries.length,
    bytes: manifest.entries.reduce((sum, entry) => sum + size(entry), 0),
  };
}

/** Compares objects, byte for byte, with their manifests; others get their turn after each. */
export async function verifyObjects(
  paths: readonly StorePath[],
  { isDerived, report }: { readonly isDerived: IsDerived; readonly report: Report },
): Promise<VerifyResult> {
  const total = { objects: paths.length, files: 0, bytes: 0 };
  const problems: Problem[] = [];
  report({ kind: "start", phase: "verify", total: paths.length, unit: "items" });
  for (const [done, object] of paths.entries()) {
    report({ kind: "progress", phase: "verify", done, item: basename(object) });
    const result = verifyObject(object, isDerived);
    await setImmediate();
    total.files += result.files;
    total.bytes += result.bytes;
    problems.push(...result.findings.map((finding) => ({ object, ...finding })));
  }
  report({ kind: "end", phase: "verify", done: paths.length });
  return { ...total, problems };
}
