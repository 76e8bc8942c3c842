import type { IncomingMessage, ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import {
  normalizeName,
  type PackageName,
  type ProgressEvent,
  sha256,
} from "../../src/base/index.ts";
import { type LiveIndex, type LiveIndexOptions, openLiveIndex } from "../../src/index/index.ts";
import { makeZip } from "../archive/make-zip.ts";
import { client, scratch, sendFile, serve, type TestServer } from "../http/servers.ts";

/** A file on a test's index. */
export interface ServedFile {
  readonly filename: string;
  readonly requires?: readonly string[];
  readonly requiresPython?: string;
  readonly yanked?: string | boolean;
  readonly uploaded?: string;
  /** Other members of the wheel, before its metadata. */
  readonly payload?: number;
  /** The bytes, instead of a wheel made to fit. */
  readonly bytes?: Buffer;
  /** The metadata file's text, instead of one made to fit. */
  readonly metadata?: string;
}

export interface ServedIndex {
  readonly projects: Readonly<Record<string, readonly ServedFile[]>>;
  readonly format?: "json" | "html";
  /** PEP 658. */
  readonly metadata?: boolean;
  /** PEP 700. */
  readonly times?: boolean;
  readonly etag?: boolean;
  /** Answers before everything else; true where it did. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** The text of a METADATA file. */
export function metadataText(file: ServedFile): string {
  const { filename, requires = [], requiresPython, metadata } = file;
  if (metadata !== undefined) return metadata;
  const [name, version] = filename.split("-") as [string, string];
  return [
    "Metadata-Version: 2.1",
    `Name: ${name}`,
    `Version: ${version.replace(/\.(?:tar\.gz|zip)$/, "")}`,
    ...(requiresPython === undefined ? [] : [`Requires-Python: ${requiresPython}`]),
    ...requires.map((line) => `Requires-Dist: ${line}`),
    "",
    "A description.",
    "",
  ].join("\n");
}

/** A wheel with nothing but metadata, and a payload that does not compress. */
export function makeWheel(file: ServedFile): Buffer {
  const [name, version] = file.filename.split("-") as [string, string];
  const payload = Buffer.alloc(file.payload ?? 10);
  for (let i = 0, x = 7; i < payload.length; i++) payload[i] = x = (x * 1103515245 + 12345) & 0xff;
  return makeZip([
    { name: `${name}/__init__.py`, data: payload },
    { name: `${name}-${version}.dist-info/METADATA`, data: metadataText(file) },
    { name: `${name}-${version}.dist-info/RECORD`, data: "" },
  ]);
}

/** Serves an index at `/simple/` and its files at `/files/`; may be changed while it runs. */
export async function serveIndex(index: { current: ServedIndex }): Promise<TestServer> {
  return serve(answersOf(index));
}

/** What such a server answers. */
export function answersOf(index: {
  current: ServedIndex;
}): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (index.current.intercept?.(request, response) === true) return;
    const path = new URL(request.url ?? "", "http://test").pathname;
    const project = /^\/simple\/([^/]+)\/$/.exec(path)?.[1];
    if (project !== undefined) return sendPage(index.current, project, { request, response });
    const filename = /^\/files\/(.+)$/.exec(path)?.[1] ?? "";
    return sendServed(index.current, decodeURIComponent(filename), { request, response });
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function sendPage(index: ServedIndex, name: string, { request, response }: Exchange): void {
  const files = index.projects[name];
  if (files === undefined) return void response.writeHead(404).end();
  const page = index.format === "html" ? htmlPage(index, files) : jsonPage(index, name, files);
  const etag = `"${sha256(page).slice(0, 8)}"`;
  if (index.etag === true) {
    response.setHeader("etag", etag);
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
  }
  const type = index.format === "html" ? "text/html" : "application/vnd.pypi.simple.v1+json";
  return void response.writeHead(200, { "content-type": type }).end(page);
}

function jsonPage(index: ServedIndex, name: string, files: readonly ServedFile[]): string {
  const listed = files.map((file) => ({
    filename: file.filename,
    url: `../../files/${encodeURIComponent(file.filename)}`,
    hashes: { sha256: sha256(bytesOf(file)) },
    "requires-python": file.requiresPython ?? null,
    yanked: file.yanked ?? false,
    ...(index.times === false
      ? {}
      : { "upload-time": file.uploaded ?? "2020-01-01T00:00:00Z", size: bytesOf(file).length }),
    ...(index.metadata === true ? { "core-metadata": { sha256: sha256(metadataText(file)) } } : {}),
  }));
  return JSON.stringify({ meta: { "api-version": "1.1" }, name, files: listed });
}

function htmlPage(index: ServedIndex, files: readonly ServedFile[]): string {
  const anchors = files.map((file) => {
    const url = `../../files/${encodeURIComponent(file.filename)}#sha256=${sha256(bytesOf(file))}`;
    const python = file.requiresPython?.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    return [
      `<a href="${url}"`,
      python === undefined ? "" : ` data-requires-python="${python}"`,
      typeof file.yanked === "string" ? ` data-yanked="${file.yanked}"` : "",
      file.yanked === true ? " data-yanked" : "",
      index.metadata === true ? ` data-core-metadata="sha256=${sha256(metadataText(file))}"` : "",
      `>${file.filename}</a><br>`,
    ].join("");
  });
  return `<!DOCTYPE html><html><body>${anchors.join("\n")}</body></html>`;
}

function bytesOf(file: ServedFile): Buffer {
  return file.bytes ?? makeWheel(file);
}

function sendServed(index: ServedIndex, filename: string, exchange: Exchange): void {
  const { request, response } = exchange;
  const wanted = filename.replace(/\.metadata$/, "");
  const file = Object.values(index.projects)
    .flat()
    .find((candidate) => candidate.filename === wanted);
  if (file === undefined) return void response.writeHead(404).end();
  if (wanted === filename) return sendFile(request, response, { body: bytesOf(file) });
  if (index.metadata !== true) return void response.writeHead(404).end();
  return void response.writeHead(200).end(metadataText(file));
}

export interface OpenedIndex {
  readonly index: LiveIndex;
  readonly notes: Extract<ProgressEvent, { kind: "note" }>[];
}

/** A live index on test servers, closed after the test. */
export function open(
  urls: readonly string[],
  options: Partial<LiveIndexOptions> & { findLinks?: readonly string[] } = {},
): OpenedIndex {
  const notes: OpenedIndex["notes"] = [];
  const { findLinks = [], ...rest } = options;
  const last = urls.at(-1);
  const index = openLiveIndex({
    client: client(),
    cacheDirectory: scratch(),
    date: Date.now(),
    now: Date.now,
    report: (event) => event.kind === "note" && notes.push(event),
    configuration: {
      ...(last === undefined ? {} : { indexUrl: last }),
      extraIndexUrls: urls.slice(0, -1),
      findLinks,
    },
    ...rest,
  });
  onTestFinished(() => index.close());
  return { index, notes };
}

export function named(name: string): PackageName {
  return normalizeName(name);
}
