import { IndexWriter } from "./index-writer.ts";
import { isGone } from "./inspect-file.ts";
import type { PackageName } from "../../base/index.ts";
import { formatState, type ProjectState } from "./project-state.ts";

/** What is new of a project. */
export interface News {
  readonly name: PackageName;
  /** Absent where only the state is new. */
  readonly payload?: Buffer;
  readonly addresses?: Buffer;
  readonly state?: ProjectState;
  readonly counts?: { readonly sdists: number; readonly wheels: number };
}

export interface DeltaContents {
  /** In the order of the names. */
  readonly news: readonly News[];
  /** Milliseconds since 1970. */
  readonly date: number;
  /** The index that was asked. */
  readonly source: string;
  /** The digest of the file that the delta goes on top of. */
  readonly upon: string;
  readonly serial: number | undefined;
}

/** Writes a delta: whole, or not at all. Gives its length. Throws Node's own errors. */
export async function writeDelta(path: string, contents: DeltaContents): Promise<number> {
  const { news, date, source, upon, serial } = contents;
  const writer = new IndexWriter(path);
  try {
    const dictionary = Buffer.alloc(0);
    for (const [table, entries] of tablesOf(news)) {
      if (entries.length > 0) await writer.table(table, { entries, dictionary });
    }
    const counts = countsOf(news);
    const facts = { kind: "delta", date, source, pythons: [], counts, upon } as const;
    return writer.finish({ ...facts, ...(serial === undefined ? {} : { serial }) });
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

type Entries = (readonly [string, Buffer])[];

function tablesOf(news: readonly News[]): readonly (readonly [string, Entries])[] {
  const pick = (of: (own: News) => Buffer | undefined): Entries =>
    news.flatMap((own) => {
      const payload = of(own);
      return payload === undefined ? [] : [[own.name, payload] as const];
    });
  return [
    ["projects", pick(({ payload }) => payload)],
    ["files", pick(({ addresses }) => addresses)],
    [
      "state",
      pick(({ state }) => (state === undefined ? undefined : Buffer.from(formatState(state)))),
    ],
  ];
}

function countsOf(news: readonly News[]): Record<string, number> {
  const counted = news.flatMap(({ counts }) => counts ?? []);
  return {
    projects: counted.length,
    removed: news.filter(({ payload }) => payload !== undefined && isGone(payload)).length,
    sdists: counted.reduce((sum, { sdists }) => sum + sdists, 0),
    wheels: counted.reduce((sum, { wheels }) => sum + wheels, 0),
  };
}
