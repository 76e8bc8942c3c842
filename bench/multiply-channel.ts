import { closeSync, openSync, writeSync } from "node:fs";

interface Repodata {
  readonly packages?: Readonly<Record<string, RecordText>>;
  readonly "packages.conda"?: Readonly<Record<string, RecordText>>;
}

interface RecordText {
  readonly name: string;
}

/**
 * Writes a repodata.json with every record of another one so many times: as it is, and under names
 * with a number behind them, sorted by file name, as conda's own index sorts them.
 */
export function multiplyRepodata(text: string, times: number, path: string): void {
  const whole = JSON.parse(text) as Repodata;
  const file = openSync(path, "w");
  writeSync(file, '{"info":{"subdir":"linux-64"}');
  for (const section of ["packages", "packages.conda"] as const) {
    writeSync(file, `,"${section}":{`);
    const records = Object.entries(whole[section] ?? {});
    const named = records.flatMap(([filename, record]) =>
      Array.from({ length: times }, (_, k) => ({ filename, record, k })),
    );
    named.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    let lines: string[] = [];
    for (const [i, { filename, record, k }] of named.entries()) {
      const name = nameOf(record, k);
      const own = filename.replace(record.name, name);
      lines.push(`${i === 0 ? "" : ","}"${own}":${JSON.stringify({ ...record, name })}`);
      if (lines.length < 1000) continue;
      writeSync(file, lines.join(""));
      lines = [];
    }
    writeSync(file, `${lines.join("")}}`);
  }
  writeSync(file, "}");
  closeSync(file);
}

function nameOf({ name }: RecordText, k: number): string {
  return k === 0 ? name : `${name}-x${k}`;
}

function keyOf({
  filename,
  record,
  k,
}: {
  filename: string;
  record: RecordText;
  k: number;
}): string {
  return filename.replace(record.name, nameOf(record, k));
}
