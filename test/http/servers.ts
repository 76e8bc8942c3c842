import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import https from "node:https";
import net, { type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { UserError } from "../../src/base/index.ts";
import { type ClientOptions, createClient, type HttpClient } from "../../src/http/index.ts";

/** A folder of this test's own. */
export function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), "mach-nix-http-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A client without patience, closed after the test. */
export function client(options: Partial<ClientOptions> = {}): HttpClient {
  const made = createClient({
    userAgent: "mach-nix/test",
    timeouts: { stall: 300, headers: 900 },
    retries: { limit: 2, delay: 1, longest: 2000 },
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

/** Listens on a free port of 127.0.0.1 until the test ends; gives the port. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => sockets.add(socket));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Every request so far. */
  readonly requests: { url: string; headers: http.IncomingHttpHeaders }[];
}

/** An http server; with `tls`, an https one. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
  tls?: https.ServerOptions,
): Promise<TestServer> {
  const requests: TestServer["requests"] = [];
  const listener: RequestListener = (request, response) => {
    requests.push({ url: request.url ?? "", headers: request.headers });
    answer(request, response, requests.length);
  };
  const server =
    tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
  const port = await listen(server);
  return { url: `http${tls === undefined ? "" : "s"}://127.0.0.1:${port}`, port, requests };
}

/** A server that speaks raw bytes. */
export async function serveRaw(answer: (socket: net.Socket) => void): Promise<string> {
  const port = await listen(
    net.createServer((socket) => {
      socket.on("error", () => undefined);
      answer(socket);
    }),
  );
  return `http://127.0.0.1:${port}`;
}

/** Serves bytes as a file with ranges and an ETag; `limit` breaks the connection after so many. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { body, limit, etag = '"1"' }: { body: Buffer; limit?: number; etag?: string },
): void {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  const condition = request.headers["if-range"];
  let part = body;
  response.setHeader("etag", etag);
  if (asked !== null && (condition === undefined || condition === etag)) {
    const [start, end] =
      asked[1] === ""
        ? [Math.max(0, body.length - Number(asked[2])), body.length]
        : [
            Number(asked[1]),
            Math.min(body.length, asked[2] === "" ? body.length : Number(asked[2]) + 1),
          ];
    if (start >= body.length) return void response.writeHead(416).end();
    part = body.subarray(start, end);
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${start}-${end - 1}/${body.length}`);
  }
  response.setHeader("content-length", part.length);
  if (limit === undefined || part.length <= limit) return void response.end(part);
  return void response.write(part.subarray(0, limit), () =>
    setTimeout(() => response.destroy(), 20),
  );
}

/** What a promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError))
    throw new Error(`no UserError: ${String(error)}`, { cause: error });
  return error;
}

export interface TestCertificates {
  readonly folder: string;
  readonly ca: string;
  /** For the server at 127.0.0.1 and localhost. */
  readonly server: { readonly key: Buffer; readonly cert: Buffer };
  /** Certificate and key in one file. */
  readonly client: string;
}

/** A certificate authority with a server and a client, made by openssl; undefined without openssl. */
export function makeCertificates(): TestCertificates | undefined {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-tls-"));
  function openssl(name: string, ...more: string[]): void {
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`, "-days", "2"];
    execFileSync("openssl", ["req", "-x509", ...curve, ...files, "-subj", `/CN=${name}`, ...more], {
      cwd: folder,
      stdio: "pipe",
    });
  }
  try {
    openssl("ca");
    const signed = ["-CA", "ca.pem", "-CAkey", "ca.key"];
    openssl("server", ...signed, "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost");
    openssl("client", ...signed);
  } catch {
    return undefined;
  }
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  execFileSync("sh", ["-c", "cat client.pem client.key > both.pem"], { cwd: folder });
  return {
    folder,
    ca: join(folder, "ca.pem"),
    server: { key: read("server.key"), cert: read("server.pem") },
    client: join(folder, "both.pem"),
  };
}
