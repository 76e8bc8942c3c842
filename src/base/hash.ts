import { createHash } from "node:crypto";

declare const brand: unique symbol;

/** A SHA-256 digest: 64 lower-case hexadecimal digits. */
export type Sha256 = string & { readonly [brand]: "Sha256" };

const SHA256 = /^[0-9a-f]{64}$/;

/** Whether a text is a SHA-256 digest in lower-case hexadecimal. */
export function isSha256(text: string): text is Sha256 {
  return SHA256.test(text);
}

/** The SHA-256 of bytes, or of a text's UTF-8, in lower-case hexadecimal. */
export function sha256(data: Uint8Array | string): Sha256 {
  return createHash("sha256").update(data).digest("hex") as Sha256;
}
