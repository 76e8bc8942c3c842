let scratch = new Int32Array(0);

/**
 * A checksum of 32 bits against damage: Fletcher's two sums over words of four bytes, and the length.
 * node:zlib has a CRC, but loading it takes longer than summing up all that a resolution reads.
 */
export function checksum(bytes: Uint8Array): number {
  const count = (bytes.length + 3) >> 2;
  if (scratch.length < count) scratch = new Int32Array(Math.max(count, 16_384));
  if (count > 0) scratch[count - 1] = 0;
  new Uint8Array(scratch.buffer).set(bytes);
  return sumOf(scratch, count, bytes.length);
}

function sumOf(words: Int32Array, count: number, seed: number): number {
  let a = seed;
  let b = 1;
  for (let i = 0; i < count; i++) {
    a = (a + (words[i] as number)) | 0;
    b = (b + a) | 0;
  }
  return (mixed(a) ^ b) >>> 0;
}

/** Spreads every bit over all of them (the end of MurmurHash3), so that the sums cannot cancel out. */
function mixed(sum: number): number {
  let x = sum;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
