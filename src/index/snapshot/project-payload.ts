import { ByteReader, type TextPool } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { writeRuns } from "./pools.ts";
import type { SdistRelease, WheelFile } from "./project-data.ts";
import { readRuns } from "./read-pools.ts";
import { SdistRows } from "./read-sdists.ts";
import { WheelRows } from "./read-wheels.ts";
import { sortVersions } from "./sort-versions.ts";

/** Bits of what a version has, and the numbers of the sections that hold it. */
const SDIST = 1;
const WHEEL = 2;

/** The versions that a section has rows for, newest first, and its bytes. */
export interface Section {
  readonly versions: readonly string[];
  readonly known: number;
  readonly bytes: Buffer;
}

/**
 * A project's payload: versions, how many of them PEP 440 knows, runs of what each has (bits), then
 * sections: number, length, bytes. A reader passes over sections that it does not know.
 */
export function encodeProject(sections: {
  readonly sdists?: Section | undefined;
  readonly wheels?: Section | undefined;
}): Buffer {
  const { sdists, wheels } = sections;
  const { versions, known } = union(sdists, wheels);
  const writer = new ByteWriter(4096);
  writer.texts(versions);
  writer.number(known);
  const inSdists = new Set(sdists?.versions);
  const inWheels = new Set(wheels?.versions);
  const bits = versions.map(
    (version) => (inSdists.has(version) ? SDIST : 0) + (inWheels.has(version) ? WHEEL : 0),
  );
  writeRuns(writer, bits);
  for (const [number, section] of [
    [SDIST, sdists],
    [WHEEL, wheels],
  ] as const) {
    if (section === undefined) continue;
    writer.number(number);
    writer.number(section.bytes.length);
    writer.raw(section.bytes);
  }
  return writer.take();
}

function union(
  a: Section | undefined,
  b: Section | undefined,
): { readonly versions: readonly string[]; readonly known: number } {
  if (a === undefined || b === undefined) return a ?? b ?? { versions: [], known: 0 };
  const isSame =
    a.versions.length === b.versions.length &&
    a.versions.every((text, i) => text === b.versions[i]);
  return isSame ? a : sortVersions([...new Set([...a.versions, ...b.versions])]);
}

/** A project's payload, decoded as far as it is looked at. Throws Malformed, at any call. */
export class ProjectPayload {
  readonly versions: TextPool;
  /** How many versions, from the first, PEP 440 knows. */
  readonly known: number;
  private readonly reader: ByteReader;
  private readonly bits: readonly number[];
  private readonly sections = new Map<number, { readonly at: number; readonly end: number }>();
  private rowsOf: readonly (readonly [number, number])[] | undefined;
  private sdistRows: SdistRows | undefined;
  private wheelRows: WheelRows | undefined;

  constructor(bytes: Buffer) {
    const reader = new ByteReader(bytes);
    this.reader = reader;
    this.versions = reader.texts();
    this.known = Math.min(reader.number(), this.versions.length);
    this.bits = readRuns(reader, this.versions.length);
    while (reader.at < reader.end) {
      const number = reader.number();
      const length = reader.number();
      const at = reader.at;
      reader.skip(length);
      this.sections.set(number, { at, end: reader.at });
    }
  }

  /** The metadata by Python of a version's source distribution; undefined where it has none. */
  sdist(i: number): SdistRelease["pythons"] | undefined {
    if (((this.bits[i] ?? 0) & SDIST) === 0) return undefined;
    this.sdistRows ??= new SdistRows(this.section(SDIST), this.count(SDIST));
    return this.sdistRows.pythons(this.rows[i]?.[0] ?? 0);
  }

  hasSdist(i: number): boolean {
    return ((this.bits[i] ?? 0) & SDIST) !== 0;
  }

  wheels(i: number): readonly WheelFile[] {
    if (((this.bits[i] ?? 0) & WHEEL) === 0) return [];
    this.wheelRows ??= new WheelRows(this.section(WHEEL), this.count(WHEEL));
    return this.wheelRows.files(this.rows[i]?.[1] ?? 0, this.versions.get(i));
  }

  /** By version, its row in each section. */
  private get rows(): readonly (readonly [number, number])[] {
    if (this.rowsOf !== undefined) return this.rowsOf;
    let [sdists, wheels] = [0, 0];
    this.rowsOf = this.bits.map((bits) => [
      bits & SDIST ? sdists++ : sdists,
      bits & WHEEL ? wheels++ : wheels,
    ]);
    return this.rowsOf;
  }

  private count(bit: number): number {
    return this.bits.filter((bits) => (bits & bit) !== 0).length;
  }

  private section(number: number): ByteReader {
    const { at, end } = this.sections.get(number) ?? { at: 0, end: 0 };
    return new ByteReader(this.reader.bytes, at, end);
  }
}
