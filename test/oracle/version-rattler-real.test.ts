import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unzstd } from "../../src/archive/index.ts";
import { compareConda, matchesConda } from "../../src/version/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
import { readShared, sharedConda } from "../index/conda/serve-channel.ts";
import { randoms } from "./conda-problems.ts";
import { askPython } from "./version-peer.ts";

const python = peerPython();
const shared = sharedConda();

interface Raw {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly build_number: number;
  readonly depends?: readonly string[];
  readonly constrains?: readonly string[];
}

/** Every record of the shared channels. */
function allRecords(): readonly Raw[] {
  const paths = readdirSync(join(shared as string, "channels"), {
    recursive: true,
    encoding: "utf8",
  });
  return paths
    .filter((path) => path.endsWith("repodata.json.zst"))
    .toSorted()
    .flatMap((path) => {
      const whole = JSON.parse(unzstd(readShared(join("channels", path))).toString()) as Record<
        string,
        Record<string, Raw>
      >;
      return [
        ...Object.values(whole["packages"] ?? {}),
        ...Object.values(whole["packages.conda"] ?? {}),
      ];
    });
}

type Case = readonly [spec: string, name: string, version: string, build: string, number: number];

/** Every spec that a real record has, each against some real records of the package it names. */
function realCases(records: readonly Raw[], each: number): readonly Case[] {
  const byName = Map.groupBy(records, ({ name }) => name);
  const specs = new Set(
    records.flatMap(({ depends = [], constrains = [] }) => [...depends, ...constrains]),
  );
  const random = randoms(7);
  const cases: Case[] = [];
  for (const spec of [...specs].toSorted()) {
    const own = byName.get(/^[^\s=<>!~[]+/.exec(spec)?.[0] ?? "") ?? [];
    for (let k = 0; k < Math.min(each, own.length); k++) {
      const { name, version, build, build_number } = own[random(own.length)] as Raw;
      cases.push([spec, name, version, build, build_number]);
    }
  }
  return cases;
}

test.skipIf(python === undefined || shared === undefined)(
  "real specs against real records, and the order of real versions, as py-rattler has them",
  () => {
    const records = allRecords();
    const cases = realCases(records, 4);
    expect(cases.length).toBeGreaterThan(20_000);
    const body = `
from rattler import MatchSpec, PackageRecord
from rattler.package import BuildString
specs = {}
def one(spec, name, version, build, number):
    try:
        if spec not in specs: specs[spec] = MatchSpec(spec)
        record = PackageRecord(name=name, version=version, build=BuildString(build), build_number=number, subdir="linux-64")
        return specs[spec].matches(record)
    except Exception: return None
answer = [one(*case) for case in cases]`;
    const theirs = askPython(python as string, body, cases);
    expect(theirs.filter((one) => one === null).length).toBeLessThan(cases.length / 100);
    const wrong = cases.filter(([spec, name, version, build, build_number], i) => {
      const own = { name, version, build, build_number, subdir: "linux-64" };
      return theirs[i] !== null && matchesConda(spec, own) !== theirs[i];
    });
    expect(wrong).toEqual([]);

    const versions = [...new Set(records.map(({ version }) => version))].toSorted();
    const random = randoms(11);
    const pairs = Array.from({ length: 30_000 }, () => [
      versions[random(versions.length)] as string,
      versions[random(versions.length)] as string,
    ]);
    const order = `
from rattler import Version
answer = [(a > b) - (a < b) for a, b in ((Version(a), Version(b)) for a, b in cases)]`;
    const theirOrder = askPython(python as string, order, pairs);
    const wrongOrder = pairs.filter(
      ([a, b], i) => compareConda(a as string, b as string) !== theirOrder[i],
    );
    expect(wrongOrder).toEqual([]);
  },
  120_000,
);
