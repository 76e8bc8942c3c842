import { rmSync } from "node:fs";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import net from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { client, failure, listen, makeCertificates, serve } from "./servers.ts";

const made = makeCertificates();
const certificates = made as NonNullable<typeof made>;
afterAll(() => {
  if (made !== undefined) rmSync(made.folder, { recursive: true, force: true });
});

/** A proxy that knows CONNECT and absolute addresses; notes what it is asked. */
async function proxy(
  secure: boolean,
  password?: string,
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  function refused(request: IncomingMessage): boolean {
    const expected = `Basic ${Buffer.from(`me:${password}`).toString("base64")}`;
    return password !== undefined && request.headers["proxy-authorization"] !== expected;
  }
  const server = secure ? https.createServer(certificates.server) : http.createServer();
  server.on("request", (request, response) => {
    asked.push(`GET ${request.url}`);
    if (refused(request)) response.writeHead(407).end();
    else http.get(request.url ?? "", (answer) => answer.pipe(response));
  });
  server.on("connect", (request: IncomingMessage, socket: net.Socket) => {
    asked.push(`CONNECT ${request.url}`);
    if (refused(request)) {
      socket.end("HTTP/1.1 407 No\r\n\r\n");
      return;
    }
    const [host, port] = (request.url ?? "").split(":");
    const upstream = net.connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  const port = await listen(server);
  return { url: `${secure ? "https" : "http"}://127.0.0.1:${port}`, asked };
}

describe.skipIf(made === undefined)("through a proxy", () => {
  test.each([
    ["http", false],
    ["https", true],
  ] as const)("through an %s proxy, by CONNECT and by absolute address", async (_, secure) => {
    const { url: proxyUrl, asked } = await proxy(secure, "pw");
    const { url, requests, port } = await serve(
      (_request, response) => response.end("there"),
      certificates.server,
    );
    const plain = await serve((_request, response) => response.end("plainly"));
    const address = proxyUrl.replace("://", "://me:pw@");
    const one = client({ ca: [certificates.ca], proxies: { http: address, https: address } });
    expect((await one.get(`${url}/a`)).body.toString()).toBe("there");
    expect((await one.get(`${url}/b`)).body.toString()).toBe("there");
    expect((await one.get(`${plain.url}/c?d`)).body.toString()).toBe("plainly");
    expect(asked).toEqual([`CONNECT 127.0.0.1:${port}`, `GET ${plain.url}/c?d`]);
    expect(requests[0]?.headers["proxy-authorization"]).toBeUndefined();
  });

  test("a proxy that refuses, is not there, or is no proxy is named, without its password", async () => {
    const { url: proxyUrl } = await proxy(false, "right");
    const { url } = await serve((_, response) => response.end(), certificates.server);
    for (const address of [
      proxyUrl.replace("://", "://me:wrong@"),
      "http://me:wrong@127.0.0.1:1",
      "socks5://me:wrong@127.0.0.1:1080",
    ]) {
      const one = client({ ca: [certificates.ca], proxies: { https: address } });
      const error = await failure(one.get(url));
      expect([error.code, error.exit]).toEqual(["http-proxy", 5]);
      expect(JSON.stringify([error.message, error.place, error.hint])).not.toContain("wrong");
    }
  });

  test("hosts of NO_PROXY are reached directly", async () => {
    const { url } = await serve((_, response) => response.end("direct"), certificates.server);
    const proxies = { https: "http://127.0.0.1:1", noProxy: "127.0.0.0/8" };
    const answer = await client({ ca: [certificates.ca], proxies }).get(url);
    expect(answer.body.toString()).toBe("direct");
  });
});
