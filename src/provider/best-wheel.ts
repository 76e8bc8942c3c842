import type { FileRecord } from "../index/index.ts";
import { compareWheelBuilds, tryParseWheelName } from "../target/index.ts";

/** How well a wheel, by its file name, fits the target: 0 is best, undefined not at all. */
export type RankWheel = (filename: string) => number | undefined;

/** Of wheels of one version the one whose tags fit best, then with the newest build (PEP 427). */
export class BestWheel {
  file: FileRecord | undefined;
  private rank: number = Number.POSITIVE_INFINITY;

  offer(file: FileRecord, rank: number): void {
    if (this.file !== undefined) {
      if (rank > this.rank) return;
      if (rank === this.rank && !isNewerBuild(file, this.file)) return;
    }
    this.file = file;
    this.rank = rank;
  }
}

function isNewerBuild(a: FileRecord, b: FileRecord): boolean {
  const buildA = tryParseWheelName(a.filename)?.build;
  const order = compareWheelBuilds(buildA, tryParseWheelName(b.filename)?.build);
  return order > 0 || (order === 0 && a.filename > b.filename);
}
