import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type * as tlsModule from "node:tls";
import { httpError } from "./errors.ts";
import type { ConnectionSettings } from "./types.ts";

export type Tls = typeof tlsModule;

type CertificateSettings = Pick<ConnectionSettings, "ca" | "extraCa" | "clientCert">;

/**
 * What TLS connections trust and show. With `ca` these alone count. Without, Node's own
 * certificates do, which is quick, and with `system` those of the system as well, which takes 0.1 s
 * and so is asked for only when Node's do not suffice. Throws `http-certificates`.
 */
export function secureContext(
  tls: Tls,
  { ca, extraCa = [], clientCert, system }: CertificateSettings & { system: boolean },
): tlsModule.SecureContext {
  const client = clientCert === undefined ? undefined : readPem(clientCert);
  const extra = extraCa.flatMap((path) => readIfReadable(path));
  const trusted = trustedBy(tls, { ca, extra, system });
  try {
    return tls.createSecureContext({
      ...(trusted !== undefined && { ca: trusted }),
      ...(client !== undefined && { cert: client, key: client }),
    });
  } catch (cause) {
    const files = [...(ca ?? []), ...(clientCert === undefined ? [] : [clientCert])].join(", ");
    throw httpError("http-certificates", `${files}: not usable as PEM certificates`, {
      hint: "A client certificate's file holds its key too, without a passphrase.",
      cause,
    });
  }
}

function trustedBy(
  tls: Tls,
  { ca, extra, system }: { ca: readonly string[] | undefined; extra: string[]; system: boolean },
): string[] | undefined {
  if (ca !== undefined) return [...readAny(ca), ...extra];
  if (!system && extra.length === 0) return undefined;
  const others = system ? tls.getCACertificates("system") : [];
  return [...tls.getCACertificates("bundled"), ...others, ...extra];
}

/** Of all paths; one that cannot be read is an error only if none can, as for OpenSSL. */
function readAny(paths: readonly string[]): string[] {
  const found: string[] = [];
  let failure: unknown;
  for (const path of paths) {
    try {
      found.push(...readCertificates(path));
    } catch (error) {
      failure ??= error;
    }
  }
  if (found.length === 0 && failure !== undefined) throw failure;
  return found;
}

/** A file, or the files of a folder that OpenSSL would look at: those named by their hash. */
function readCertificates(path: string): string[] {
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!folder) return [readPem(path)];
  const names = readdirSync(path).filter((name) => /^[0-9a-f]{8}\.\d+$/.test(name));
  return names.sort().flatMap((name) => readIfReadable(join(path, name)));
}

function readPem(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw httpError("http-certificates", `${path}: the certificates cannot be read`, {
      place: { file: path },
      hint: "Check pip's cert and client-cert, PIP_CERT, REQUESTS_CA_BUNDLE and SSL_CERT_FILE.",
      cause,
    });
  }
  if (text.includes("-----BEGIN ")) return text;
  throw httpError("http-certificates", `${path}: no PEM certificates in this file`, {
    place: { file: path },
    hint: "Expected text with -----BEGIN CERTIFICATE-----.",
  });
}

function readIfReadable(path: string): string[] {
  try {
    return [readPem(path)];
  } catch {
    return [];
  }
}

const UNTRUSTED: ReadonlySet<string> = new Set([
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
]);

/** Whether a connection failed for want of a trusted issuer, so that more certificates could help. */
export function isUntrusted(error: unknown): boolean {
  return UNTRUSTED.has((error as { code?: string }).code ?? "");
}
