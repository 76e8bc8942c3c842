import type { ConnectionSettings, ProxySettings } from "./types.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What pip's configuration files say about connections (`cert`, `client-cert`, `proxy` …). */
export interface PipConnection {
  readonly cert?: string;
  readonly clientCert?: string;
  readonly proxy?: string;
  readonly trustedHosts?: readonly string[];
  /** Seconds. */
  readonly timeout?: number;
  readonly retries?: number;
}

/**
 * Certificates, proxies, timeouts and retries as pip would take them: pip's variables, pip's
 * configuration files, then the variables of requests, curl and OpenSSL. The first of `PIP_CERT`,
 * `cert`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` and `SSL_CERT_FILE` with `SSL_CERT_DIR` holds.
 */
export function settingsFromEnvironment(
  env: Environment,
  pip: PipConnection = {},
): ConnectionSettings {
  const ca = certificatePaths(env, pip);
  const clientCert = env.PIP_CLIENT_CERT || pip.clientCert;
  const timeout = numberOf(env.PIP_DEFAULT_TIMEOUT || env.PIP_TIMEOUT) ?? pip.timeout;
  const retries = numberOf(env.PIP_RETRIES) ?? pip.retries;
  const trusted = env.PIP_TRUSTED_HOST?.split(/\s+/).filter((host) => host !== "");
  return {
    ...(ca.length > 0 && { ca }),
    ...(env.NODE_EXTRA_CA_CERTS && { extraCa: [env.NODE_EXTRA_CA_CERTS] }),
    ...(clientCert && { clientCert }),
    ...(timeout !== undefined && timeout > 0 && { timeouts: { stall: timeout * 1000 } }),
    ...(retries !== undefined && { retries: { limit: retries } }),
    proxies: proxiesOf(env, env.PIP_PROXY || pip.proxy),
    trustedHosts: trusted ?? pip.trustedHosts ?? [],
  };
}

function certificatePaths(env: Environment, pip: PipConnection): string[] {
  const replacing = env.PIP_CERT || pip.cert || env.REQUESTS_CA_BUNDLE || env.CURL_CA_BUNDLE;
  if (replacing) return [replacing];
  const folders = env.SSL_CERT_DIR?.split(":") ?? [];
  return [env.SSL_CERT_FILE ?? "", ...folders].filter((path) => path !== "");
}

/**
 * As Python's `getproxies_environment`: lower case before upper case, and `HTTP_PROXY` not inside
 * a CGI script, where it is a request's header.
 */
function proxiesOf(env: Environment, explicit: string | undefined): ProxySettings {
  const all = env.all_proxy ?? env.ALL_PROXY;
  const upperHttp = env.REQUEST_METHOD === undefined ? env.HTTP_PROXY : undefined;
  const http = explicit ?? env.http_proxy ?? upperHttp ?? all;
  const https = explicit ?? env.https_proxy ?? env.HTTPS_PROXY ?? all;
  const noProxy = env.no_proxy ?? env.NO_PROXY;
  return { ...(http && { http }), ...(https && { https }), ...(noProxy && { noProxy }) };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
