/** One solve over a channel, as a whole process: the channel's URL, a cache folder, then the specs. */
import { silent } from "../src/base/index.ts";
import { createClient } from "../src/http/index.ts";
import { condaChannels, type PackageIndex } from "../src/index/index.ts";
import { condaRequirement } from "../src/requirement/index.ts";
import { resolve } from "../src/resolve/index.ts";
import { parsePlatform, parsePythonVersion, virtualPackages } from "../src/target/index.ts";

const [address = "", cacheDirectory = "", ...specs] = process.argv.slice(2);
const NO_INDEX: PackageIndex = {
  project: () => undefined,
  metadata: () => ({ failure: "there is none" }),
  prefetch: () => undefined,
  close: () => undefined,
};

const { channelPlaces, openChannel } = await condaChannels();
const client = createClient({ userAgent: "mach-nix/bench" });
const folders = [];
for (const place of channelPlaces(address, { folder: process.cwd() })) {
  const isFresh = (): boolean => false;
  const options = { client, cacheDirectory, offline: false, isFresh, now: Date.now };
  folders.push(...(await openChannel(place, "linux-64", options)));
}
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
client.close();
console.log(found.kind === "resolution" ? `${found.pins.length} packages` : "no answer");
