// One solve over a channel, as a whole process and as the command line does it: the channel's URL, a
// cache folder, then the specs.
import { writeSync } from "node:fs";
import { silent } from "../src/base/index.ts";
import { expectShortRun } from "../src/cli/short-run.ts";
import { createClient } from "../src/http/index.ts";
import { type CondaFolder, condaChannels, type PackageIndex } from "../src/index/index.ts";
import { condaRequirement } from "../src/requirement/index.ts";
import { resolve } from "../src/resolve/index.ts";
import { parsePlatform, parsePythonVersion, virtualPackages } from "../src/target/index.ts";

const NO_INDEX: PackageIndex = {
  project: () => undefined,
  metadata: () => ({ failure: "there is none" }),
  prefetch: () => undefined,
  close: () => undefined,
};

async function openFolders(address: string, cacheDirectory: string): Promise<CondaFolder[]> {
  const { channelPlaces, openChannel } = await condaChannels();
  const client = createClient({ userAgent: "mach-nix/bench" });
  const options = { client, cacheDirectory, offline: false, isFresh: () => false, now: Date.now };
  const folders: CondaFolder[] = [];
  for (const place of channelPlaces(address, { folder: process.cwd() })) {
    folders.push(...(await openChannel(place, "linux-64", options)));
  }
  client.close();
  return folders;
}

async function solve(specs: readonly string[], folders: readonly CondaFolder[]): Promise<string> {
  const platform = parsePlatform("linux-x86_64");
  const found = await resolve({
    requirements: specs.map((spec) => condaRequirement(spec)),
    constraints: [],
    target: { python: parsePythonVersion("3.11"), platform },
    index: NO_INDEX,
    providers: { _default: ["channel"] },
    preferences: new Map(),
    prereleases: false,
    date: Number.MAX_SAFE_INTEGER,
    report: silent,
    conda: {
      channels: new Map([["channel", folders]]),
      virtual: virtualPackages(platform),
      systemPython: false,
    },
  });
  return found.kind === "resolution" ? `${found.pins.length} packages` : "no answer";
}

async function main([
  address = "",
  cacheDirectory = "",
  ...specs
]: readonly string[]): Promise<void> {
  expectShortRun();
  writeSync(1, `${await solve(specs, await openFolders(address, cacheDirectory))}\n`);
}

void main(process.argv.slice(2));
