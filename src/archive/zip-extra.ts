import { archiveError } from "./errors.ts";
import { readSize } from "./zip-end.ts";

const ZIP64 = 0x0001;
const UNICODE_PATH = 0x7075;
const MAX32 = 0xffffffff;
const FIELDS = ["size", "compressedSize", "offset"] as const;

/** What zip64's extra field can replace; `offset` only in the central directory. */
export interface Sizes {
  size: number;
  compressedSize: number;
  offset: number;
}

/**
 * Reads an extra field (APPNOTE 4.5): fills in those of `sizes` that say "see zip64", in the order
 * that 4.5.3 gives, and refuses what would give the entry another name (Info-ZIP's Unicode path).
 * Throws `zip-damaged` and `zip-mismatch`.
 */
export function readExtra(extra: Buffer, sizes: Sizes, name: string): void {
  let zip64: Buffer | undefined;
  for (let at = 0; at < extra.length;) {
    const end = at + 4 > extra.length ? Infinity : at + 4 + extra.readUInt16LE(at + 2);
    if (end > extra.length)
      throw archiveError("zip-damaged", `${name}: its extra field is cut short`);
    const id = extra.readUInt16LE(at);
    const value = extra.subarray(at + 4, end);
    if (id === UNICODE_PATH) checkUnicodePath(value, name);
    if (id === ZIP64) {
      if (zip64 !== undefined) throw archiveError("zip-damaged", `${name}: two zip64 extra fields`);
      zip64 = value;
    }
    at = end;
  }
  applyZip64(zip64, sizes, name);
}

function checkUnicodePath(value: Buffer, name: string): void {
  if (value.length >= 5 && value.toString("utf8", 5) === name) return;
  throw archiveError("zip-mismatch", `${name}: an extra field gives it another name`);
}

/**
 * The field should have only what does not fit (4.5.3); Go and others write all of it, which is
 * unambiguous as long as what it repeats is the same.
 */
function applyZip64(zip64: Buffer | undefined, sizes: Sizes, name: string): void {
  const needed = FIELDS.filter((field) => sizes[field] === MAX32);
  if (zip64 === undefined && needed.length === 0) return;
  const given =
    zip64?.length === needed.length * 8 ? needed : FIELDS.slice(0, (zip64?.length ?? 0) / 8);
  if (zip64?.length !== given.length * 8 || needed.some((field) => !given.includes(field))) {
    throw archiveError("zip-damaged", `${name}: its zip64 extra field has the wrong length`);
  }
  given.forEach((field, i) => {
    const value = readSize(zip64, i * 8);
    // Rust's zip leaves a field of zeros where it kept room that was not needed.
    if (sizes[field] !== MAX32 && value === 0) return;
    if (sizes[field] !== MAX32 && sizes[field] !== value) {
      throw archiveError("zip-mismatch", `${name}: its zip64 extra field gives another ${field}`);
    }
    sizes[field] = value;
  });
}
