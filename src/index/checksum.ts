let scratch = new Int32Array(0);

/**
 * A checksum of 32 bits against damage. Each word of four bytes goes in by steps that can be undone:
 * damage within one word never goes unseen, other damage once in 2³². node:zlib has a CRC, but loading
 * it takes longer than summing up all that a resolution reads.
 */
export function checksum(bytes: Uint8Array): number {
  const count = (bytes.length + 3) >> 2;
  if (scratch.length < count) scratch = new Int32Array(Math.max(count, 16_384));
  if (count > 0) scratch[count - 1] = 0;
  new Uint8Array(scratch.buffer).set(bytes);
  return sumOf(scratch, count, bytes.length);
}

function sumOf(words: Int32Array, count: number, seed: number): number {
  let sum = seed;
  for (let i = 0; i < count; i++) {
    sum = Math.imul(sum ^ (words[i] as number), 0x9e3779b1);
    sum ^= sum >>> 15;
  }
  return sum >>> 0;
}
