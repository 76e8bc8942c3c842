import { createClient } from "../../src/http/index.ts";
import { type FetchArtifact, fetchArtifacts } from "../../src/fetch/index.ts";

/** A process that fetches what it is told by its arguments, for tests with several of them. */
const [, , cacheDirectory = "", artifacts = "[]"] = process.argv;
const client = createClient({ userAgent: "mach-nix/test" });
await fetchArtifacts(JSON.parse(artifacts) as FetchArtifact[], {
  client,
  cacheDirectory,
  base: cacheDirectory,
});
client.close();
