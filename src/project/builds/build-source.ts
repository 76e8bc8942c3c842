import { dirname } from "node:path";
import type { BuildSource } from "../../build/index.ts";
import { cachePath, type FetchArtifact, fetchArtifacts } from "../../fetch/index.ts";
import { openClient } from "../open-client.ts";
import type { Workshop } from "./workshop.ts";

/** A locked source distribution as a file of this machine, checked against its hash. Throws the fetch stage's errors. */
export async function sourceOf(
  artifact: FetchArtifact,
  { session, settings, lockPath }: Workshop,
): Promise<BuildSource> {
  const client = openClient(session, settings);
  const { extraIndexUrls, indexUrl, findLinks } = settings.configuration;
  try {
    const paths = await fetchArtifacts([artifact], {
      client,
      cacheDirectory: session.home.cache,
      base: dirname(lockPath),
      findLinks,
      indexUrls: [...extraIndexUrls, ...(indexUrl === undefined ? [] : [indexUrl])],
      report: session.report,
    });
    const { filename, sha256 } = artifact;
    const path = paths.get(filename) ?? cachePath(session.home.cache, artifact);
    return { kind: "sdist", path, filename, sha256 };
  } finally {
    client.close();
  }
}
