import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, constantFrom, property, stringMatching } from "fast-check";
import { expect, test } from "vitest";
import type { ProgressEvent } from "../../src/base/index.ts";
import {
  type ConnectionSettings,
  netrcCredentials,
  parseNetrc,
  type PipConnection,
  redactUrl,
  settingsFromEnvironment,
  splitCredentials,
} from "../../src/http/index.ts";
import { bypassesProxy } from "../../src/http/proxy.ts";
import { scratch } from "./servers.ts";

const SETTINGS: [Record<string, string>, PipConnection, ConnectionSettings][] = [
  [{}, {}, { proxies: {}, trustedHosts: [] }],
  [{ PIP_CERT: "/a", REQUESTS_CA_BUNDLE: "/c" }, { cert: "/b" }, { ca: ["/a"] }],
  [{ REQUESTS_CA_BUNDLE: "/c" }, { cert: "/b" }, { ca: ["/b"] }],
  [{ REQUESTS_CA_BUNDLE: "/c", CURL_CA_BUNDLE: "/d", SSL_CERT_FILE: "/e" }, {}, { ca: ["/c"] }],
  [{ CURL_CA_BUNDLE: "/d", SSL_CERT_FILE: "/e" }, {}, { ca: ["/d"] }],
  [{ SSL_CERT_FILE: "/e", SSL_CERT_DIR: "/f:/g" }, {}, { ca: ["/e", "/f", "/g"] }],
  [{ SSL_CERT_FILE: "", SSL_CERT_DIR: "/f" }, {}, { ca: ["/f"] }],
  [{ NODE_EXTRA_CA_CERTS: "/x" }, {}, { extraCa: ["/x"] }],
  [{ PIP_CLIENT_CERT: "/k" }, { clientCert: "/l" }, { clientCert: "/k" }],
  [
    {},
    { clientCert: "/l", timeout: 5, retries: 0 },
    { clientCert: "/l", timeouts: { stall: 5000 }, retries: { limit: 0 } },
  ],
  [
    { PIP_DEFAULT_TIMEOUT: "180", PIP_RETRIES: "9" },
    { timeout: 5 },
    { timeouts: { stall: 180_000 }, retries: { limit: 9 } },
  ],
  [{ PIP_DEFAULT_TIMEOUT: "soon" }, {}, { proxies: {}, trustedHosts: [] }],
  [{ PIP_TRUSTED_HOST: "a b:80" }, { trustedHosts: ["c"] }, { trustedHosts: ["a", "b:80"] }],
  [{ HTTP_PROXY: "u", http_proxy: "l" }, {}, { proxies: { http: "l" } }],
  [{ HTTP_PROXY: "u", REQUEST_METHOD: "GET" }, {}, { proxies: {} }],
  [
    { HTTPS_PROXY: "s", ALL_PROXY: "a", NO_PROXY: "n" },
    {},
    { proxies: { http: "a", https: "s", noProxy: "n" } },
  ],
  [{ https_proxy: "", ALL_PROXY: "a" }, {}, { proxies: { http: "a" } }],
  [{ https_proxy: "e" }, { proxy: "p" }, { proxies: { http: "p", https: "p" } }],
  [{ PIP_PROXY: "q" }, { proxy: "p" }, { proxies: { http: "q", https: "q" } }],
];

test.each(SETTINGS)("settings of %j with pip's %j", (env, pip, expected) => {
  expect(settingsFromEnvironment(env, pip)).toMatchObject(expected);
});

test("an empty environment sets nothing", () => {
  expect(settingsFromEnvironment({})).toEqual({ proxies: {}, trustedHosts: [] });
});

const BYPASS: [string, string, boolean][] = [
  ["http://example.org/", "", false],
  ["http://example.org/", "*", true],
  ["http://example.org/", "example.org", true],
  ["http://EXAMPLE.org/", "other, Example.ORG", true],
  ["http://a.example.org/", "example.org", true],
  ["http://a.example.org/", ".example.org", true],
  ["http://example.org/", ".example.org", true],
  ["http://badexample.org/", "example.org", false],
  ["http://example.org/", "a.example.org", false],
  ["http://example.org:8080/", "example.org:8080", true],
  ["http://example.org/", "example.org:8080", false],
  ["https://example.org/", "example.org:443", true],
  ["http://10.1.2.3/", "10.0.0.0/8", true],
  ["http://11.1.2.3/", "10.0.0.0/8", false],
  ["http://10.1.2.3/", "10.1.2.3", true],
  ["http://10.1.2.3/", "2.3", false],
  ["http://10.1.2.3/", "0.0.0.0/0", true],
  ["http://10.1.2.3/", "10.0.0.0/99", false],
  ["http://example.org/", "10.0.0.0/8", false],
  ["http://[::1]:80/", "::1", true],
  ["http://[::1]:8080/", "[::1]:8080", true],
  ["http://example.org/", "ab/c,,  ,[", false],
];

test.each(BYPASS)("%s with NO_PROXY=%j: direct is %j", (url, noProxy, direct) => {
  expect(bypassesProxy(new URL(url), noProxy)).toBe(direct);
});

const REDACTED: [string, string][] = [
  ["https://host/x", "https://host/x"],
  ["https://user:pw@host/x", "https://user:****@host/x"],
  ["https://token@host/x", "https://****@host/x"],
  ["https://:pw@host/x", "https://:****@host/x"],
  ["https://user:p@w:x@host:bad/x", "https://****@host:bad/x"],
  ["not a url", "not a url"],
];

test.each(REDACTED)("%s is shown as %s", (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});

test("no password is ever shown", () => {
  const secret = stringMatching(/^[a-zA-Z0-9@:%/?#!]{0,10}SECRET[a-zA-Z0-9@:%!]{0,10}$/);
  assert(
    property(secret, constantFrom("h", "h:80", "h:bad", ""), (password, host) => {
      const encoded = encodeURIComponent(password);
      expect(redactUrl(`https://user:${encoded}@${host}/p`)).not.toContain("SECRET");
    }),
  );
});

test("credentials come apart from their URL", () => {
  expect(splitCredentials("https://us%40er:p%3Aw@host:1/x")).toEqual({
    url: "https://host:1/x",
    credentials: { username: "us@er", password: "p:w" },
  });
  expect(splitCredentials("https://host/x")).toEqual({ url: "https://host/x" });
  expect(splitCredentials("https://50%25:%zz@host/").credentials).toEqual({
    username: "50%",
    password: "%zz",
  });
});

const NETRC: [string, [string, string, string][]][] = [
  ["machine h login u password p", [["h", "u", "p"]]],
  ["machine h\n\tlogin u\n\tpassword p\n", [["h", "u", "p"]]],
  ["machine h user u account a password p", [["h", "u", "p"]]],
  ['machine h login "a b" password "q\\"x"', [["h", "a b", 'q"x']]],
  ["machine h login u password p\\ q", [["h", "u", "p q"]]],
  ["machine h login u password #p", [["h", "u", "#p"]]],
  ["# comment\nmachine h # more\nlogin u password p # end\n", [["h", "u", "p"]]],
  ["macdef m\nmachine no login x\n\nmachine h login u password p", [["h", "u", "p"]]],
  ["machine h login u password p\nmachine h login v password q", [["h", "v", "q"]]],
  ["machine __proto__ login u password p", [["__proto__", "u", "p"]]],
  ["machine h", [["h", "", ""]]],
  ["machine h login", [["h", "", ""]]],
  ["", []],
];

test.each(NETRC)("netrc %j", (text, expected) => {
  const hosts = [...parseNetrc(text).hosts];
  expect(hosts.map(([host, { username, password }]) => [host, username, password])).toEqual(
    expected,
  );
});

test("netrc's default holds for all other hosts", () => {
  expect(parseNetrc("default login u password p").default).toEqual({
    username: "u",
    password: "p",
  });
});

test.each(["host h", "machine", "machine h passwort s3cret"])("netrc %j is no netrc", (text) => {
  expect(() => parseNetrc(text)).toThrow(/^line 1: /);
  expect(() => parseNetrc(text)).not.toThrow(/s3cret/);
});

test("netrc is read from NETRC or the home folder; a broken one is noted and left out", () => {
  const home = scratch();
  writeFileSync(join(home, ".netrc"), "machine h login home password p");
  writeFileSync(join(home, "other"), "machine h login other password p");
  writeFileSync(join(home, "broken"), "nonsense");
  const url = new URL("https://h:8443/x");
  expect(netrcCredentials({}, { home })(url)?.username).toBe("home");
  expect(netrcCredentials({ NETRC: join(home, "other") }, { home })(url)?.username).toBe("other");
  expect(netrcCredentials({}, { home: "/nowhere" })(url)).toBeUndefined();
  const events: ProgressEvent[] = [];
  const source = netrcCredentials(
    { NETRC: join(home, "broken") },
    { home, report: (event) => events.push(event) },
  );
  expect([source(url), source(url)]).toEqual([undefined, undefined]);
  expect(events).toMatchObject([{ kind: "note", level: "warning", code: "http-netrc-unreadable" }]);
});
