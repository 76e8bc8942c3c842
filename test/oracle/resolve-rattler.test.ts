import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unzstd } from "../../src/archive/index.ts";
import type { Resolution } from "../../src/resolve/index.ts";
import { condaSubdir, parsePlatform, virtualPackages } from "../../src/target/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
import { folderOptions, repodata, sharedConda } from "../index/conda/serve-channel.ts";
import {
  answer,
  faultsOf,
  type Folders,
  foldersOf,
  PLACES,
  type Place,
  type Problem,
  problemsOf,
} from "./conda-problems.ts";

/** What py-rattler chose: version and build by name; null where there is nothing to choose. */
type Theirs = Readonly<Record<string, readonly [string, string]>> | null;

const python = peerPython();
const shared = sharedConda();
let scratch = "";

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "mach-nix-rattler-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A channel's folders as plain files, which is how py-rattler reads them. */
function plainFolders({ channels, platform }: Place): readonly (readonly string[])[] {
  return channels.flatMap((channel) =>
    [condaSubdir(parsePlatform(platform)), "noarch"].flatMap((subdir) => {
      const packed = join(shared as string, "channels", channel, subdir, "repodata.json.zst");
      if (!existsSync(packed)) return [];
      const path = join(scratch, `${channel}-${subdir}.json`);
      if (!existsSync(path)) writeFileSync(path, unzstd(readFileSync(packed)));
      return [[channel, subdir, path]];
    }),
  );
}

function askRattler(problems: readonly Problem[]): readonly Theirs[] {
  const cases = problems.map(({ place, specs }) => ({
    specs,
    folders: plainFolders(place),
    virtual: virtualPackages(parsePlatform(place.platform)).map((one) => [
      one.name,
      one.version,
      one.build,
    ]),
  }));
  const script = join(import.meta.dirname, "rattler-solve.py");
  const { stdout, stderr, status } = spawnSync(python as string, [script], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as readonly Theirs[];
}

/** The requested packages whose versions differ. */
function differences(
  { specs }: Problem,
  { pins }: Resolution,
  theirs: NonNullable<Theirs>,
): string[] {
  const own = new Map(pins.map((pin) => [pin.condaName ?? pin.name, pin.version]));
  return specs
    .map((spec) => spec.split(" ")[0] as string)
    .filter((name) => own.get(name) !== theirs[name]?.[0])
    .map((name) => `${name} ${own.get(name)}, theirs ${theirs[name]?.[0]}`);
}

describe.skipIf(python === undefined || shared === undefined)("as py-rattler has it", () => {
  test("150 problems over real channels: sat or unsat, and the versions asked for", async () => {
    const asked: Problem[] = [];
    const wrong: string[] = [];
    const found: (Resolution | undefined)[] = [];
    for (const [k, place] of PLACES.entries()) {
      const options = folderOptions({ cacheDirectory: scratch });
      const folders = await foldersOf(place, options);
      for (const problem of await problemsOf(place, folders, { count: 10, seed: 100 + k })) {
        const outcome = await answer(problem, folders);
        asked.push(problem);
        found.push(outcome.kind === "resolution" ? outcome : undefined);
        if (outcome.kind === "conflict") continue;
        const faults = await faultsOf(problem, outcome, folders);
        wrong.push(...faults.map((fault) => `${problem.specs.join(", ")}: ${fault}`));
      }
    }
    const theirs = askRattler(asked);
    for (const [i, problem] of asked.entries()) {
      const own = found[i];
      const their = theirs[i] as Theirs;
      const title = `${problem.place.platform}: ${problem.specs.join(", ")}`;
      if (own === undefined || their === null) {
        if (own !== undefined || their !== null) wrong.push(`${title}: only one has an answer`);
      } else wrong.push(...differences(problem, own, their).map((text) => `${title}: ${text}`));
    }
    expect(wrong).toEqual([]);
    expect(asked.length).toBe(PLACES.length * 10);
    expect(found.filter((one) => one === undefined).length).toBeGreaterThanOrEqual(30);
    expect(found.filter((one) => (one?.pins.length ?? 0) > 20).length).toBeGreaterThanOrEqual(30);
  }, 180_000);

  // py-rattler says so too, where it does not overflow its stack while telling why.
  test("the channel sudoku, whose blocks are not a sudoku's, has no answer to a puzzle", async () => {
    const place: Place = { channels: ["sudoku"], platform: "linux-x86_64", python: "3.11" };
    const problem = { place, specs: givens("==") };
    const folders = await foldersOf(place, folderOptions({ cacheDirectory: scratch }));
    const cells = await cellsOf(folders);
    const given = problem.specs.map((spec) => spec.split(" ==") as [string, string]);
    expect(search(cells, new Map(given))).toBeUndefined();
    expect((await answer(problem, folders)).kind).toBe("conflict");
  }, 60_000);
});

/** By cell those that may not have its digit. */
type Cells = ReadonlyMap<string, readonly string[]>;

async function cellsOf(folders: Folders): Promise<Cells> {
  const cells = new Map<string, readonly string[]>();
  const [folder] = folders.flat();
  for (const name of folder?.names() ?? []) {
    const [record] = (await folder?.records(name)) ?? [];
    cells.set(
      name,
      (record?.depends ?? []).map((spec) => spec.split(" ")[0] as string),
    );
  }
  return cells;
}

/** Backtracking over the cell with the fewest digits left. */
function search(cells: Cells, known: Map<string, string>): Map<string, string> | undefined {
  let best: readonly [string, readonly string[]] | undefined;
  for (const [name, others] of cells) {
    if (known.has(name)) continue;
    const used = new Set(others.map((other) => known.get(other)));
    const left = "123456789".split("").filter((digit) => !used.has(digit));
    if (best === undefined || left.length < best[1].length) best = [name, left];
  }
  if (best === undefined) return known;
  for (const digit of best[1]) {
    const found = search(cells, new Map(known).set(best[0], digit));
    if (found !== undefined) return found;
  }
  return undefined;
}

const PUZZLE = [
  "53..7....",
  "6..195...",
  ".98....6.",
  "8...6...3",
  "4..8.3..1",
  "7...2...6",
  ".6....28.",
  "...419..5",
  "....8..79",
];

const SOLVED = [
  "534678912",
  "672195348",
  "198342567",
  "859761423",
  "426853791",
  "713924856",
  "961537284",
  "287419635",
  "345286179",
];

function givens(op: string): string[] {
  return PUZZLE.flatMap((row, y) =>
    row.split("").flatMap((digit, x) => (digit === "." ? [] : [`sudoku_${x}_${y} ${op}${digit}`])),
  );
}

/** The cells that may not have the same digit: of the same row, column or block. */
function peers(x: number, y: number): string[] {
  const names: string[] = [];
  for (let i = 0; i < 9; i++) {
    for (let j = 0; j < 9; j++) {
      if (i === x && j === y) continue;
      const isBlock =
        Math.floor(i / 3) === Math.floor(x / 3) && Math.floor(j / 3) === Math.floor(y / 3);
      if (i === x || j === y || isBlock) names.push(`sudoku_${i}_${j}`);
    }
  }
  return names;
}

test("a sudoku as a channel is solved", async () => {
  const files: Record<string, { depends: string[] }> = {};
  for (let x = 0; x < 9; x++) {
    for (let y = 0; y < 9; y++) {
      for (let digit = 1; digit <= 9; digit++) {
        const depends = peers(x, y).map((name) => `${name} !=${digit}`);
        files[`sudoku_${x}_${y}-${digit}-0.tar.bz2`] = { depends };
      }
    }
  }
  const { mkdirSync } = await import("node:fs");
  const { pathToFileURL } = await import("node:url");
  const { channelPlaces, openChannel } = await import("../../src/index/conda/index.ts");
  mkdirSync(join(scratch, "s", "noarch"), { recursive: true });
  writeFileSync(
    join(scratch, "s", "noarch", "repodata.json"),
    repodata(files, { subdir: "noarch" }),
  );
  const [channel] = channelPlaces(pathToFileURL(join(scratch, "s")).href, { folder: "/" });
  const options = folderOptions({ cacheDirectory: scratch });
  const folders = [await openChannel(channel as NonNullable<typeof channel>, "linux-64", options)];
  const place: Place = { channels: ["s"], platform: "linux-x86_64", python: "3.11" };
  const found = (await answer({ place, specs: givens("==") }, folders)) as Resolution;
  const digits = new Map(
    found.pins.map(({ condaName, name, version }) => [condaName ?? name, version]),
  );
  const rows = PUZZLE.map((_, y) => PUZZLE.map((__, x) => digits.get(`sudoku_${x}_${y}`)).join(""));
  expect(rows).toEqual(SOLVED);
});
