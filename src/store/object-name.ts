import { sha256 } from "../base/index.ts";
import type { ObjectKey } from "./types.ts";

/** Nix's alphabet: no vowels but `a` and `i`, so that no words come up. */
const ALPHABET = "0123456789abcdfghijklmnpqrsvwxyz";
/** 160 bits, as Nix has: two inputs with one name cannot be found (2^80), and links stay short. */
const HASH_BYTES = 20;
const HASH_CHARS = 32;
const MAX_LABEL = 150;

const NAME = new RegExp(`^[${ALPHABET}]{${HASH_CHARS}}-[A-Za-z0-9._+_-]{1,${MAX_LABEL}}$`);

function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text;
}

/** The key's canonical JSON, without the general way of making it: hundreds are asked for at once. */
function keyText({ name, version, inputs }: ObjectKey): string {
  const sorted = Object.keys(inputs)
    .sort()
    .map((input) => `${JSON.stringify(input)}:${JSON.stringify(inputs[input])}`);
  return `{"inputs":{${sorted.join(",")}},"name":${JSON.stringify(name)},"version":${JSON.stringify(version)}}`;
}

/**
 * An object's folder name: `<hash>-<name>-<version>`. The hash is over the canonical JSON of the
 * whole key; characters of the label that are not for file names become `_`.
 */
export function objectName(key: ObjectKey): string {
  const digest = Buffer.from(sha256(keyText(key)), "hex").subarray(0, HASH_BYTES);
  const label = `${key.name}-${key.version}`.replace(/[^A-Za-z0-9._+-]/g, "_").slice(0, MAX_LABEL);
  return `${base32(digest)}-${label}`;
}

/** Whether a folder's name is an object's. */
export function isObjectName(name: string): boolean {
  return NAME.test(name);
}
