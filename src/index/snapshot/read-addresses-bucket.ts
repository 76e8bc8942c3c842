import { isPackageName, isSha256, normalizeName, type Sha256 } from "../../base/index.ts";
import { isPlainFilename } from "../file-url.ts";
import type { FileAddress } from "./file-addresses.ts";
import type { Fault } from "./read-bucket.ts";

/** The files of a project, their URLs without what stands before `source/…`, `py3/…` or the like. */
export interface AddressedProject {
  readonly name: string;
  readonly files: readonly FileAddress[];
}

type Table = Readonly<Record<string, unknown>>;

/**
 * Reads a bucket of nix-pypi-fetcher's data (`pypi/XX.json`), in either of its formats:
 *
 *     2: {name: {version: {sdist: [sha256 in base64, filename],
 *                          wheels: {filename: [sha256 in base64, Python]}}}}
 *     1: {name: {version: {sha256: in hexadecimal, url: "aa/bb/…/filename"}}}   (sdists only)
 *
 * What cannot be used is told to `fault` and left out. Throws SyntaxError where the text is no JSON.
 */
export function* readAddressesBucket(text: string, fault: Fault): Generator<AddressedProject> {
  const bucket: unknown = JSON.parse(text);
  if (!isTable(bucket)) {
    fault("pypi", "is no JSON object");
    return;
  }
  for (const [name, versions] of Object.entries(bucket)) {
    if (!isPackageName(name) || !isTable(versions)) {
      fault(`pypi/${name}`, "is no project");
      continue;
    }
    const files = Object.entries(versions).flatMap(([version, release]) =>
      filesOf(release, { name, version, fault }),
    );
    if (files.length > 0) yield { name, files };
  }
}

interface Reading {
  readonly name: string;
  readonly version: string;
  readonly fault: Fault;
}

function filesOf(release: unknown, reading: Reading): FileAddress[] {
  const { name, version, fault } = reading;
  const place = `pypi/${name}/${version}`;
  const found: FileAddress[] = [];
  if (!isTable(release) || !version.isWellFormed()) {
    fault(place, "is no release");
    return found;
  }
  const first = name[0] as string;
  if (release["url"] !== undefined) {
    take(release["url"], hexSha(release["sha256"]), { version });
  }
  if (release["sdist"] !== undefined) {
    const [hash, filename] = pairOf(release["sdist"]);
    take(within(`source/${first}/${name}/`, filename), base64Sha(hash), { version });
  }
  const wheels = release["wheels"];
  for (const [filename, value] of isTable(wheels) ? Object.entries(wheels) : []) {
    const [hash, python] = pairOf(value);
    const folder = typeof python === "string" && /^[\w.]{1,60}$/.test(python) ? python : undefined;
    take(
      folder === undefined ? undefined : within(`${folder}/${first}/${name}/`, filename),
      base64Sha(hash),
      {},
    );
  }
  return found;

  function take(
    url: unknown,
    sha256: Sha256 | undefined,
    own: { readonly version?: string },
  ): void {
    const filename = typeof url === "string" ? url.slice(url.lastIndexOf("/") + 1) : "";
    if (typeof url === "string" && sha256 !== undefined && isPath(url, filename)) {
      found.push({ filename, url, sha256, ...own });
    } else fault(`${place}/${filename}`, "has no file name or no hash");
  }
}

function within(folder: string, filename: unknown): string | undefined {
  return typeof filename === "string" && !filename.includes("/") ? folder + filename : undefined;
}

/** Below wherever the files are, and nowhere else. */
function isPath(url: string, filename: string): boolean {
  return isPlainFilename(filename) && /^(?:[\w.+-]+\/)+[^/]+$/.test(url) && !url.includes("..");
}

function pairOf(value: unknown): readonly [unknown, unknown] {
  return Array.isArray(value) ? [value[0], value[1]] : [undefined, undefined];
}

function base64Sha(value: unknown): Sha256 | undefined {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/]{43}=$/.test(value)) return undefined;
  return Buffer.from(value, "base64").toString("hex") as Sha256;
}

function hexSha(value: unknown): Sha256 | undefined {
  return typeof value === "string" && isSha256(value) ? value : undefined;
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The key under which a project's files stand. */
export function addressKey(name: string): string {
  return normalizeName(name);
}
