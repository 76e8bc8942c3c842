import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { client, failure, listen, makeCertificates, scratch, serve } from "./servers.ts";

const made = makeCertificates();
const certificates = made as NonNullable<typeof made>;
afterAll(() => {
  if (made !== undefined) rmSync(made.folder, { recursive: true, force: true });
});

describe.skipIf(made === undefined)("https", () => {
  test("a certificate is trusted by the file, the folder or the extra file named", async () => {
    const { url } = await serve((_, response) => response.end("secure"), certificates.server);
    const folder = join(scratch(), "certs");
    mkdirSync(folder);
    copyFileSync(certificates.ca, join(folder, "12345678.0"));
    copyFileSync(certificates.client, join(folder, "not-looked-at.pem"));
    for (const trust of [
      { ca: [certificates.ca] },
      { ca: [folder] },
      { ca: ["/nowhere/at/all", certificates.ca] },
      { extraCa: ["/nowhere/at/all", certificates.ca] },
    ]) {
      expect((await client(trust).get(url)).body.toString()).toBe("secure");
    }
  });

  test("an untrusted certificate is http-tls, also after asking the system's", async () => {
    const { url, requests } = await serve((_, response) => response.end(), certificates.server);
    const one = client();
    const errors = await Promise.all([failure(one.get(url)), failure(one.get(url))]);
    expect(errors.map(({ code, exit }) => [code, exit])).toEqual([
      ["http-tls", 5],
      ["http-tls", 5],
    ]);
    expect(errors[0]?.hint).toContain("cert");
    expect(
      (await failure(client({ ca: [certificates.ca] }).get(url.replace("127.0.0.1", "127.0.0.2"))))
        .exit,
    ).toBe(5);
    expect(requests).toEqual([]);
  });

  test("a name that the certificate does not have is http-tls; a trusted host is not checked", async () => {
    const other = makeCertificates();
    const { url, port } = await serve((_, response) => response.end("ok"), certificates.server);
    expect((await failure(client({ ca: [other?.ca ?? ""] }).get(url))).code).toBe("http-tls");
    if (other !== undefined) rmSync(other.folder, { recursive: true });
    for (const trusted of ["127.0.0.1", `127.0.0.1:${port}`]) {
      expect((await client({ trustedHosts: [trusted] }).get(url)).status).toBe(200);
    }
    expect((await failure(client({ trustedHosts: ["127.0.0.1:1"] }).get(url))).code).toBe(
      "http-tls",
    );
  });

  test("a server that speaks no TLS is http-tls", async () => {
    const { url } = await serve((_, response) => response.end());
    expect((await failure(client().get(url.replace("http:", "https:")))).code).toBe("http-tls");
  });

  test("a server that never shakes hands is http-timeout", async () => {
    const port = await listen(net.createServer(() => undefined));
    const one = client({ timeouts: { stall: 100 }, retries: { limit: 1 } });
    expect((await failure(one.get(`https://127.0.0.1:${port}/`))).code).toBe("http-timeout");
  });

  test("a client certificate is shown", async () => {
    const { url } = await serve((_, response) => response.end("known"), {
      ...certificates.server,
      ca: readFileSync(certificates.ca),
      requestCert: true,
      rejectUnauthorized: true,
    });
    const one = client({ ca: [certificates.ca], clientCert: certificates.client });
    expect((await one.get(url)).body.toString()).toBe("known");
    expect((await failure(client({ ca: [certificates.ca] }).get(url))).exit).toBe(5);
  });

  test("certificate files that cannot be used are named", async () => {
    const { url } = await serve((_, response) => response.end(), certificates.server);
    const broken = join(scratch(), "broken.pem");
    writeFileSync(broken, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
    for (const options of [
      { ca: ["/nowhere/ca.pem"] },
      { ca: [certificates.ca], clientCert: "/nowhere/client.pem" },
      { ca: [certificates.ca], clientCert: broken },
      { ca: [certificates.ca], clientCert: "/etc/hostname" },
    ]) {
      const error = await failure(client(options).get(url));
      expect([error.code, error.exit]).toEqual(["http-certificates", 2]);
    }
  });

  test("https is never left for http", async () => {
    const plain = await serve((_, response) => response.end("plain"));
    const { url } = await serve(
      (_, response) => response.writeHead(302, { location: plain.url }).end(),
      certificates.server,
    );
    expect((await failure(client({ ca: [certificates.ca] }).get(url))).code).toBe("http-redirect");
    expect(plain.requests).toEqual([]);
  });
});
