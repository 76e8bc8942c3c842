import type * as http from "node:http";
import type { SecureContext } from "node:tls";
import { secureContext, type Tls } from "./certificates.ts";
import { lookupOnce, systemLookup } from "./lookup.ts";
import { proxyFor } from "./proxy.ts";
import { proxyHeaders, target, tunnelThrough } from "./tunnel.ts";
import type { ConnectionSettings } from "./types.ts";

/** How one request leaves: Node's `request` and what it is to be called with. */
export interface Route {
  readonly request: typeof http.request;
  /** For the proxy. */
  readonly headers: Readonly<Record<string, string>>;
  readonly options: http.RequestOptions & { readonly rejectUnauthorized?: boolean };
}

export interface Agents {
  /** Loads `node:http`, and TLS only for https, the first time each is needed. */
  route(url: URL): Promise<Route>;
  /** Trusts the system's certificates too from now on; false where the settings name others. */
  widenTrust(): boolean;
  close(): void;
}

/** Pools of kept connections, one a host, direct or through the proxies of the settings. */
export function createAgents(
  settings: ConnectionSettings,
  { connections, timeout }: { connections: number; timeout: number },
): Agents {
  const pools = new Map<string, http.Agent>();
  const { ca, extraCa = [], clientCert, proxies = {}, trustedHosts = [] } = settings;
  const pooling = {
    keepAlive: true,
    maxSockets: connections,
    scheduling: "lifo",
    timeout,
    lookup: lookupOnce(systemLookup),
  } as const;
  let system = false;
  let context: SecureContext | undefined;

  function trust(tls: Tls): SecureContext {
    context ??= secureContext(tls, {
      ...(ca !== undefined && { ca }),
      ...(clientCert !== undefined && { clientCert }),
      extraCa,
      system,
    });
    return context;
  }

  function pooled(key: string, make: () => http.Agent): http.Agent {
    const agent = pools.get(key) ?? make();
    pools.set(key, agent);
    return agent;
  }

  async function plainRoute(url: URL, proxy: URL | undefined): Promise<Route> {
    const http = await import("node:http");
    if (proxy === undefined) {
      const agent = pooled("http", () => new http.Agent(pooling));
      return { request: http.request, headers: {}, options: { ...target(url), agent } };
    }
    const headers = { host: url.host, ...proxyHeaders(proxy) };
    const path = url.href.split("#", 1)[0] as string;
    if (proxy.protocol === "http:") {
      const agent = pooled("http", () => new http.Agent(pooling));
      return { request: http.request, headers, options: { ...target(proxy), path, agent } };
    }
    const https = await import("node:https");
    const secure = trust(await import("node:tls"));
    const agent = pooled(
      "https-proxy",
      () => new https.Agent({ ...pooling, secureContext: secure }),
    );
    return { request: https.request, headers, options: { ...target(proxy), path, agent } };
  }

  async function secureRoute(url: URL, proxy: URL | undefined): Promise<Route> {
    const [https, tls] = await Promise.all([import("node:https"), import("node:tls")]);
    const request =
      proxy?.protocol === "http:" ? (await import("node:http")).request : https.request;
    const agent = pooled(proxy === undefined ? "https" : `https ${proxy.href}`, () => {
      const made = new https.Agent({ ...pooling, secureContext: trust(tls) });
      if (proxy !== undefined)
        tunnelThrough(made, { proxy, tls, request, timeout, secure: trust(tls) });
      return made;
    });
    const trusted = trustedHosts.includes(url.hostname) || trustedHosts.includes(url.host);
    const options = { ...target(url), agent, ...(trusted && { rejectUnauthorized: false }) };
    return { request: https.request, headers: {}, options };
  }

  return {
    route(url) {
      const proxy = proxyFor(url, proxies);
      return url.protocol === "https:" ? secureRoute(url, proxy) : plainRoute(url, proxy);
    },
    widenTrust() {
      if (ca !== undefined) return false;
      if (system) return true;
      system = true;
      context = undefined;
      for (const key of pools.keys()) if (key.startsWith("https")) pools.delete(key);
      return true;
    },
    close() {
      for (const agent of pools.values()) agent.destroy();
      pools.clear();
    },
  };
}
