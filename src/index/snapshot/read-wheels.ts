import { type ByteReader, Malformed } from "./byte-reader.ts";
import { LITERAL, TEMPLATE } from "./encode-wheels.ts";
import type { WheelFile, WheelMetadata } from "./project-data.ts";
import {
  at,
  readItems,
  readRuns,
  readShared,
  type SharedSet,
  TextListReader,
} from "./read-pools.ts";
import { present } from "./read-sdists.ts";

interface WheelRecord {
  readonly fields: number;
  readonly values: readonly number[];
}

interface Shape {
  readonly tag: number;
  readonly prefix: number;
  /** Absent in a name that is written as it is. */
  readonly suffix?: number;
}

/** The wheels of a project, row by row: what encodeWheels wrote. */
export class WheelRows {
  private readonly lists: TextListReader;
  private readonly records: readonly WheelRecord[];
  private readonly shapes: readonly Shape[];
  private readonly shapeLists: readonly (readonly number[])[];
  private readonly sets: readonly SharedSet[];
  private readonly rows: readonly number[];
  private readonly decoded: (WheelMetadata | undefined)[] = [];

  constructor(reader: ByteReader, rows: number) {
    this.lists = new TextListReader(reader);
    this.records = readItems(reader, () => readRecord(reader));
    this.shapes = readItems(reader, () => readShape(reader));
    this.shapeLists = readItems(reader, () => reader.numbers());
    this.sets = readItems(reader, () =>
      readShared(reader, (list) => at(this.shapeLists, list).length),
    );
    this.rows = readRuns(reader, rows);
  }

  /** The files of a row, whose version the caller knows. */
  files(row: number, version: string): readonly WheelFile[] {
    const { list, items } = at(this.sets, at(this.rows, row));
    return at(this.shapeLists, list).map((shape, i) => ({
      ...this.name(at(this.shapes, shape), version),
      metadata: this.metadata(items[i] as number),
    }));
  }

  /** How many files a row has. */
  count(row: number): number {
    return at(this.shapeLists, at(this.sets, at(this.rows, row)).list).length;
  }

  private name(shape: Shape, version: string): { readonly filename: string; readonly tag: string } {
    const { texts } = this.lists;
    const prefix = texts.get(shape.prefix);
    const filename =
      shape.suffix === undefined ? prefix : `${prefix}-${version}-${texts.get(shape.suffix)}`;
    return { filename, tag: texts.get(shape.tag) };
  }

  private metadata(number: number): WheelMetadata {
    return (this.decoded[number] ??= this.decode(at(this.records, number)));
  }

  private decode({ fields, values }: WheelRecord): WheelMetadata {
    let next = 0;
    const list = (bit: number): readonly string[] | undefined =>
      fields & bit ? this.lists.list(values[next++] as number) : undefined;
    return present({
      requiresDist: list(1),
      providesExtras: list(2),
      requiresExternal: list(4),
      requiresPython: fields & 8 ? this.lists.texts.get(values[next] as number) : undefined,
    });
  }
}

function readRecord(reader: ByteReader): WheelRecord {
  const fields = reader.number();
  const values: number[] = [];
  for (let bit = 1; bit < 16; bit *= 2) if (fields & bit) values.push(reader.number());
  return { fields, values };
}

function readShape(reader: ByteReader): Shape {
  const kind = reader.number();
  if (kind !== TEMPLATE && kind !== LITERAL) throw new Malformed("an unknown kind of file name");
  const tag = reader.number();
  const prefix = reader.number();
  return kind === LITERAL ? { tag, prefix } : { tag, prefix, suffix: reader.number() };
}
