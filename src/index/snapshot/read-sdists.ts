import type { ByteReader } from "./byte-reader.ts";
import type { SdistMetadata, SdistRelease } from "./project-data.ts";
import {
  at,
  readItems,
  readRuns,
  readShared,
  type SharedSet,
  TextListReader,
} from "./read-pools.ts";

interface SdistRecord {
  readonly fields: number;
  readonly lists: readonly number[];
  readonly extras: readonly (readonly [number, number])[];
}

/** The source distributions of a project, row by row: what encodeSdists wrote. */
export class SdistRows {
  private readonly lists: TextListReader;
  private readonly records: readonly SdistRecord[];
  private readonly sets: readonly SharedSet[];
  private readonly rows: readonly number[];
  private readonly decodedRecords: (SdistMetadata | undefined)[] = [];
  private readonly decodedSets: (SdistRelease["pythons"] | undefined)[] = [];

  constructor(reader: ByteReader, rows: number) {
    this.lists = new TextListReader(reader);
    this.records = readItems(reader, () => readRecord(reader));
    this.sets = readItems(reader, () => readShared(reader, (list) => this.lists.length(list)));
    this.rows = readRuns(reader, rows);
  }

  /** The metadata of a row by Python. */
  pythons(row: number): SdistRelease["pythons"] {
    const number = at(this.rows, row);
    return (this.decodedSets[number] ??= this.set(at(this.sets, number)));
  }

  private set({ list, items }: SharedSet): SdistRelease["pythons"] {
    const pythons = this.lists.list(list);
    return pythons.map((python, i) => [python, this.record(items[i] as number)]);
  }

  private record(number: number): SdistMetadata {
    return (this.decodedRecords[number] ??= this.metadata(at(this.records, number)));
  }

  private metadata({ fields, lists, extras }: SdistRecord): SdistMetadata {
    let next = 0;
    const list = (bit: number): readonly string[] | undefined =>
      fields & bit ? this.lists.list(lists[next++] as number) : undefined;
    return present({
      installRequires: list(1),
      setupRequires: list(2),
      testsRequire: list(4),
      pythonRequires: list(8),
      extrasRequire: fields & 16 ? this.extras(extras) : undefined,
    });
  }

  private extras(extras: SdistRecord["extras"]): SdistMetadata["extrasRequire"] {
    return extras.map(([key, list]) => [this.lists.texts.get(key), this.lists.list(list)]);
  }
}

function readRecord(reader: ByteReader): SdistRecord {
  const fields = reader.number();
  const lists: number[] = [];
  for (let bit = 1; bit < 16; bit *= 2) if (fields & bit) lists.push(reader.number());
  const extras =
    fields & 16 ? readItems(reader, () => [reader.number(), reader.number()] as const) : [];
  return { fields, lists, extras };
}

/** Without the members that are undefined. */
export function present<T extends object>(
  values: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
