// An index of our own for end-to-end tests: PEP 691 over 127.0.0.1, with tiny wheels, well-behaved
// unless told otherwise.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import { sha256 } from "../../src/base/index.ts";
import { type MadeWheel, makeWheel } from "../build/make-wheel.ts";

/** A release of one pure wheel. */
export interface Release extends MadeWheel {
  readonly name: string;
  readonly version: string;
  /** `Requires-Dist` lines. */
  readonly requires?: readonly string[];
  /** ISO 8601. */
  readonly uploaded?: string;
  /** The file, instead of a wheel made to fit. */
  readonly bytes?: Buffer;
  /** What the page says of the file, where that is not the truth. */
  readonly listed?: { readonly sha256?: string; readonly size?: number; readonly url?: string };
}

/** Answers in place of the index; true where it did. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface LocalIndex {
  /** Of the simple API, with a slash at the end. */
  readonly url: string;
  readonly host: string;
  /** Path and Authorization header of every request so far. */
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
  add(...releases: readonly Release[]): void;
  /** Takes the place of what is there under the same file name. */
  replace(release: Release): void;
  misbehave(how: Misbehaviour | undefined): void;
  /** The user that must be shown in every request; 401 otherwise. */
  protect(username: string, password: string): void;
  /** Called at once for every request on a path that matches; for tests that act in the middle. */
  onRequest(pattern: RegExp, action: () => void): void;
}

/** Variables that keep the developer's configuration of pip out, and patience short. */
export const LOCAL_ENVIRONMENT: Readonly<Record<string, string | undefined>> = {
  PIP_FIND_LINKS: undefined,
  PIP_INDEX_URL: undefined,
  PIP_EXTRA_INDEX_URL: undefined,
  PIP_DEFAULT_TIMEOUT: "1",
  PIP_RETRIES: "1",
  PIP_CONFIG_FILE: "/dev/null",
  no_proxy: "127.0.0.1,localhost",
};

export function fileName({ name, version, filename }: Release): string {
  return filename ?? `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`;
}

/** A release whose module `name` has the attribute `VERSION`. */
export function release(name: string, version: string, more: Partial<Release> = {}): Release {
  const module = name.replaceAll("-", "_");
  const files = { [`${module}/__init__.py`]: `VERSION = "${version}"\n`, ...more.files };
  return { ...more, name, version, files };
}

function metadataText({ name, version, requires = [] }: Release): string {
  const lines = requires.map((line) => `Requires-Dist: ${line}\n`).join("");
  return `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${lines}\nText\n`;
}

/** The file of a release. */
export function wheelBytes(given: Release): Buffer {
  const metadata = metadataText(given);
  const wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
  const name = given.name.replaceAll("-", "_");
  return given.bytes ?? makeWheel({ metadata, wheel, ...given, name });
}

/** What the index serves for a release. */
interface Served {
  readonly release: Release;
  readonly bytes: Buffer;
  readonly metadata: string;
}

type Files = ReadonlyMap<string, Served>;

/** Serves until the tests of the file are over. */
export async function serveLocalIndex(...first: readonly Release[]): Promise<LocalIndex> {
  const files = new Map<string, Served>();
  const requests: { path: string; authorization: string | undefined }[] = [];
  const actions: { pattern: RegExp; action: () => void }[] = [];
  let misbehaviour: Misbehaviour | undefined;
  let expected: string | undefined;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    const { authorization } = request.headers;
    requests.push({ path, authorization });
    for (const { pattern, action } of actions) if (pattern.test(path)) action();
    if (misbehaviour?.(request, response) === true) return;
    if (expected !== undefined && authorization !== expected) {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
    } else answer(files, path, response);
  });
  const host = await new Promise<string>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  function add(...releases: readonly Release[]): void {
    for (const item of releases) {
      const served = { release: item, bytes: wheelBytes(item), metadata: metadataText(item) };
      files.set(fileName(item), served);
    }
  }
  add(...first);
  return {
    url: `http://${host}/simple/`,
    host,
    requests,
    add,
    replace: add,
    misbehave: (how) => {
      misbehaviour = how;
    },
    protect: (username, password) => {
      expected = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    },
    onRequest: (pattern, action) => {
      actions.push({ pattern, action });
    },
  };
}

function answer(files: Files, path: string, response: ServerResponse): void {
  const project = /^\/simple\/([^/]+)\/$/.exec(path)?.[1];
  if (project !== undefined) return sendPage(files, project, response);
  const name = /^\/files\/(.+?)(\.metadata)?$/.exec(path);
  const file = files.get(name?.[1] ?? "");
  if (file === undefined) return void response.writeHead(404).end();
  const body = name?.[2] === undefined ? file.bytes : file.metadata;
  response.writeHead(200, { "content-length": Buffer.byteLength(body) }).end(body);
}

function sendPage(files: Files, project: string, response: ServerResponse): void {
  const listed = [...files.values()].filter(({ release: { name } }) => name === project);
  if (listed.length === 0) return void response.writeHead(404).end();
  const page = { meta: { "api-version": "1.1" }, name: project, files: listed.map(listing) };
  response.writeHead(200, { "content-type": "application/vnd.pypi.simple.v1+json" });
  response.end(JSON.stringify(page));
}

function listing({ release: item, bytes, metadata }: Served): Record<string, unknown> {
  const { listed = {}, uploaded = "2026-01-01T00:00:00Z" } = item;
  return {
    filename: fileName(item),
    url: listed.url ?? `../../files/${encodeURIComponent(fileName(item))}`,
    hashes: { sha256: listed.sha256 ?? sha256(bytes) },
    size: listed.size ?? bytes.length,
    "upload-time": uploaded,
    "core-metadata": { sha256: sha256(metadata) },
    yanked: false,
  };
}

/** Bytes that do not compress, the same each time. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0, x = 7; i < length; i++) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    bytes[i] = x >>> 24;
  }
  return bytes;
}
