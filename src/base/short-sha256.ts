/**
 * The SHA-256 (FIPS 180-4) of few bytes. Loading node:crypto takes longer than the rest of a
 * resolution from local data that changes nothing, so short texts are hashed here.
 */
export function shortSha256(data: Uint8Array): string {
  const words = paddedWords(data);
  constants ??= roundConstants();
  const state = Int32Array.of(
    0x6a09e667,
    0xbb67ae85,
    0x3c6ef372,
    0xa54ff53a,
    0x510e527f,
    0x9b05688c,
    0x1f83d9ab,
    0x5be0cd19,
  );
  const schedule = new Int32Array(64);
  for (let at = 0; at < words.length; at += 16) {
    fillSchedule(schedule, words.subarray(at, at + 16));
    compress(state, schedule, constants);
  }
  let text = "";
  for (const word of state) text += (word >>> 0).toString(16).padStart(8, "0");
  return text;
}

/** The message as big-endian words: the bytes, a one bit, zeros, the length in bits. */
function paddedWords(data: Uint8Array): Int32Array {
  const words = new Int32Array((((data.length + 8) >> 6) + 1) << 4);
  for (let i = 0; i < data.length; i++) {
    words[i >> 2]! |= data[i]! << (24 - ((i & 3) << 3));
  }
  words[data.length >> 2]! |= 0x80 << (24 - ((data.length & 3) << 3));
  words[words.length - 1] = data.length << 3;
  return words;
}

function fillSchedule(schedule: Int32Array, block: Int32Array): void {
  schedule.set(block);
  for (let i = 16; i < 64; i++) {
    const a = schedule[i - 15]!;
    const b = schedule[i - 2]!;
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    schedule[i] = schedule[i - 16]! + s0 + schedule[i - 7]! + s1;
  }
}

function compress(state: Int32Array, schedule: Int32Array, constants: Int32Array): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i]! + schedule[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i]! += sums[i]!;
}

let constants: Int32Array | undefined;

/** The first 32 bits of the fractions of the cube roots of the first 64 primes. */
function roundConstants(): Int32Array {
  const made = new Int32Array(64);
  for (let count = 0, n = 2; count < 64; n++) {
    if (isPrime(n)) made[count++] = (Math.cbrt(n) % 1) * 2 ** 32;
  }
  return made;
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) {
    if (n % divisor === 0) return false;
  }
  return true;
}
