import { createHash } from "node:crypto";
import { shortSha256 } from "./short-sha256.ts";

declare const brand: unique symbol;

/** A SHA-256 digest: 64 lower-case hexadecimal digits. */
export type Sha256 = string & { readonly [brand]: "Sha256" };

const SHA256 = /^[0-9a-f]{64}$/;

/** Whether a text is a SHA-256 digest in lower-case hexadecimal. */
export function isSha256(text: string): text is Sha256 {
  return SHA256.test(text);
}

/** Up to here our own code is done before node:crypto is loaded. */
const SHORT = 4096;

/** The SHA-256 of bytes, or of a text's UTF-8, in lower-case hexadecimal. */
export function sha256(data: Uint8Array | string): Sha256 {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  if (bytes.length <= SHORT) return shortSha256(bytes) as Sha256;
  return createHash("sha256").update(bytes).digest("hex") as Sha256;
}
