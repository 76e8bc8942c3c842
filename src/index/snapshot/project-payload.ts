import { ByteReader, type TextPool } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { encodeFacts } from "./encode-facts.ts";
import { encodeSdists } from "./encode-sdists.ts";
import { encodeWheels } from "./encode-wheels.ts";
import { writeRuns } from "./pools.ts";
import type { SdistFacts, SdistRelease, WheelFile, WheelRelease } from "./project-data.ts";
import { readFacts } from "./read-facts.ts";
import { readRuns } from "./read-pools.ts";
import { SdistRows } from "./read-sdists.ts";
import { WheelRows } from "./read-wheels.ts";
import { sortVersions } from "./sort-versions.ts";

/** Bits of what a version has, and the numbers of the sections that hold it. */
const SDIST = 1;
const WHEEL = 2;
/** The number of the section that holds what is known of files. */
const FACTS = 3;

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
  readonly facts?: Buffer | undefined;
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
    [SDIST, sdists?.bytes],
    [WHEEL, wheels?.bytes],
    [FACTS, sections.facts],
  ] as const) {
    if (section === undefined) continue;
    writer.number(number);
    writer.number(section.length);
    writer.raw(section);
  }
  return writer.take();
}

/** The payload of a project from its releases; without any it says that the project is gone. */
export function projectPayload(
  sdists: readonly SdistRelease[],
  wheels: readonly WheelRelease[],
): Buffer {
  const own = sectionOf(sdists, encodeSdists);
  const others = sectionOf(wheels, encodeWheels);
  const { versions } = union(own, others);
  const sdistOf = new Map(sdists.map((release) => [release.version, release]));
  const wheelsOf = new Map(wheels.map((release) => [release.version, release]));
  const files = versions.flatMap((version) => {
    const sdist = sdistOf.get(version);
    const facts: (SdistFacts | undefined)[] =
      wheelsOf.get(version)?.files.map((file) => file.facts) ?? [];
    return sdist === undefined ? facts : [...facts, sdist.facts];
  });
  return encodeProject({ sdists: own, wheels: others, facts: encodeFacts(files) });
}

function sectionOf<T extends { readonly version: string }>(
  releases: readonly T[],
  encode: (releases: readonly T[]) => Buffer,
): Section | undefined {
  if (releases.length === 0) return undefined;
  const { versions, known } = sortVersions(releases.map(({ version }) => version));
  return { versions, known, bytes: encode(releases) };
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
  private knownFacts: readonly (readonly (SdistFacts | undefined)[])[] | undefined;

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
    return this.wheelFiles.files(this.rows[i]?.[1] ?? 0, this.versions.get(i));
  }

  private get wheelFiles(): WheelRows {
    return (this.wheelRows ??= new WheelRows(this.section(WHEEL), this.count(WHEEL)));
  }

  /** Whether upload times, yanks and the like are there at all. */
  get hasFacts(): boolean {
    return this.sections.has(FACTS);
  }

  /** What is known of a version's files: those of its wheels, then that of its source distribution. */
  facts(i: number): readonly (SdistFacts | undefined)[] {
    return this.hasFacts ? ((this.knownFacts ??= this.readFacts())[i] ?? []) : [];
  }

  private readFacts(): readonly (readonly (SdistFacts | undefined)[])[] {
    const all = readFacts(this.section(FACTS));
    let next = 0;
    return this.bits.map((bits, i) => {
      const first = next;
      if (bits & WHEEL) next += this.wheelFiles.count(this.rows[i]?.[1] ?? 0);
      if (bits & SDIST) next++;
      return all.slice(first, next);
    });
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
