import { httpError } from "./errors.ts";
import { redactUrl } from "./credentials.ts";
import type { ProxySettings } from "./types.ts";

/**
 * The proxy for a URL, or undefined where it is reached directly. Throws `http-proxy` for what is
 * not an http or https proxy.
 */
export function proxyFor(url: URL, proxies: ProxySettings): URL | undefined {
  const text = url.protocol === "https:" ? proxies.https : proxies.http;
  if (text === undefined || text === "" || bypassesProxy(url, proxies.noProxy ?? ""))
    return undefined;
  const proxy = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (proxy !== null && (proxy.protocol === "http:" || proxy.protocol === "https:")) return proxy;
  throw httpError("http-proxy", `The proxy ${redactUrl(text)} is not an http or https address`, {
    hint: "Proxies are written http://host:port; others, such as SOCKS, are not supported.",
  });
}

/**
 * Whether a URL's host is listed in `NO_PROXY`: `*`, a host with or without leading dot for itself
 * and all below it, with a port or not, an address, or an IPv4 network as `10.0.0.0/8`.
 */
export function bypassesProxy(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== "" && matchesEntry(entry, { host, port }));
}

function matchesEntry(entry: string, { host, port }: { host: string; port: string }): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isIPv4(host) && inNetwork(host, entry);
  if (entry.replace(/^\[|\]$/g, "") === host) return true;
  const [, name = "", entryPort] = /^\.?\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  if (entryPort !== undefined && entryPort !== port) return false;
  return name !== "" && (host === name || (!isIPv4(host) && host.endsWith(`.${name}`)));
}

function inNetwork(address: string, network: string): boolean {
  const [base = "", bits = ""] = network.split("/");
  if (!isIPv4(base) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return false;
  const shift = 2 ** (32 - Number(bits));
  return Math.floor(numeric(address) / shift) === Math.floor(numeric(base) / shift);
}

function numeric(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function isIPv4(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text);
}
