import { expect, test } from "vitest";
import { credentialsOf } from "../../src/http/index.ts";
import { client, failure, serve } from "./servers.ts";

test("credentials of a URL go to its own host only, redirects included", async () => {
  const other = await serve((_, response) => response.end("other"));
  const own = await serve((request, response) => {
    if (request.url === "/") response.writeHead(302, { location: "/second" }).end();
    else response.writeHead(307, { location: `${other.url}/third` }).end("x".repeat(200_000));
  });
  const withSecret = own.url.replace("://", "://user:se%20cret@");
  const answer = await client().get(`${withSecret}/`, { headers: { cookie: "a=b", accept: "x" } });
  expect([answer.body.toString(), answer.url]).toEqual(["other", `${other.url}/third`]);
  const basic = `Basic ${Buffer.from("user:se cret").toString("base64")}`;
  expect(own.requests.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
  expect(other.requests[0]?.headers.authorization).toBeUndefined();
  expect(other.requests[0]?.headers.cookie).toBeUndefined();
});

test("each hop gets the credentials of its own host", async () => {
  const other = await serve((_, response) => response.end());
  const own = await serve((_, response) => {
    response.writeHead(301, { location: other.url.replace("://", "://from:redirect@") }).end();
  });
  const urls = [own.url, other.url].map((url, i) => url.replace("://", `://user${i}:pw@`));
  await client({ credentials: credentialsOf(urls) }).get(own.url);
  const sent = [own, other].map(({ requests }) => requests[0]?.headers.authorization ?? "");
  expect(sent.map((text) => Buffer.from(text.slice(6), "base64").toString())).toEqual([
    "user0:pw",
    "user1:pw",
  ]);
});

test("of several credentials of one host the path decides", () => {
  const source = credentialsOf(["https://a:1@h/team/", "https://b:2@h/", "https://c:3@h:8443/"]);
  expect(source(new URL("https://h/team/x"))?.username).toBe("a");
  expect(source(new URL("https://h/files/x"))?.username).toBe("b");
  expect(source(new URL("https://h:8443/"))?.username).toBe("c");
  expect(source(new URL("http://h/"))).toBeUndefined();
  expect(source(new URL("https://sub.h/"))).toBeUndefined();
});

test("credentials never show in an error", async () => {
  const { url } = await serve((_, response) => response.writeHead(401).end());
  const error = await failure(client().get(url.replace("://", "://me:hidden@")));
  const shown = JSON.stringify([error.message, error.hint, error.place, error.facts]);
  expect(error.code).toBe("http-auth");
  expect(shown).not.toContain("hidden");
});

test.each([
  ["a loop", (url: string) => url],
  ["a file", () => "file:///etc/passwd"],
  ["nowhere", () => undefined],
])("a redirect to %s is refused", async (_, location) => {
  const server = await serve((_request, response) => {
    const to = location(server.url);
    response.writeHead(302, to === undefined ? {} : { location: to }).end();
  });
  const error = await failure(client().get(server.url));
  expect([error.code, error.exit]).toEqual(["http-redirect", 5]);
  expect(server.requests.length).toBeLessThanOrEqual(11);
});
