import type { Credentials, CredentialSource } from "./types.ts";

/**
 * A URL for people: its password, and a user name standing alone (a token), become `****`. What
 * does not parse as a URL has everything before its last `@` replaced.
 */
export function redactUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, "$1****@");
  if (parsed.username === "" && parsed.password === "") return url;
  if (parsed.password === "") parsed.username = "****";
  else parsed.password = "****";
  return parsed.href;
}

/** A URL without its credentials, and these decoded. What does not parse as a URL is given back. */
export function splitCredentials(url: string): { url: string; credentials?: Credentials } {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.username === "" && parsed.password === "")) return { url };
  const credentials = {
    username: percentDecoded(parsed.username),
    password: percentDecoded(parsed.password),
  };
  parsed.username = "";
  parsed.password = "";
  return { url: parsed.href, credentials };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The value of an `Authorization` header (RFC 7617). */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/**
 * The credentials that the given URLs carry, for their own scheme, host and port; where several of
 * one host differ, the one whose path is the longest prefix. Others are asked of `fallback` (netrc).
 */
export function credentialsOf(
  urls: readonly string[],
  fallback: CredentialSource = () => undefined,
): CredentialSource {
  const known = urls.flatMap((text) => {
    const { url, credentials } = splitCredentials(text);
    if (credentials === undefined) return [];
    const { origin, pathname } = new URL(url);
    return [{ origin, pathname, credentials }];
  });
  known.sort((a, b) => b.pathname.length - a.pathname.length);
  return function lookUp(url) {
    const sameOrigin = known.filter(({ origin }) => origin === url.origin);
    const best = sameOrigin.find(({ pathname }) => url.pathname.startsWith(pathname));
    return (best ?? sameOrigin[0])?.credentials ?? fallback(url);
  };
}
