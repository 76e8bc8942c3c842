import { UserError, type Place } from "../base/index.ts";
import { redactUrl } from "../http/index.ts";
import { fetchError } from "./errors.ts";
import type { FetchArtifact } from "./types.ts";

const HINT =
  "The file was replaced or damaged; do not use it. To take the new one, lock again with --upgrade.";

/** Where an artifact was taken from, for messages. */
export function redactedPlace({ url }: FetchArtifact, file?: string): Place {
  return { url: redactUrl(url), ...(file !== undefined && { file }) };
}

/** The error for a file that is not the artifact, or undefined. */
export function wrongFile(
  artifact: FetchArtifact,
  { got, place }: { got: { sha256: string; size: number }; place: Place },
): UserError | undefined {
  const { filename, sha256, size } = artifact;
  const from = place.file ?? place.url;
  if (size !== undefined && got.size !== size) {
    const message = `${filename} from ${from}: ${got.size} bytes, the lock says ${size}`;
    const facts = { filename, expected: size, got: got.size };
    return fetchError("fetch-wrong-size", message, { place, facts, hint: HINT });
  }
  if (got.sha256 === sha256) return undefined;
  const message = `${filename} from ${from}: SHA-256 ${got.sha256}, the lock says ${sha256}`;
  const facts = { filename, expected: sha256, got: got.sha256 };
  return fetchError("fetch-wrong-hash", message, { place, facts, hint: HINT });
}

/** The client's integrity errors in the words of a lock; other errors as they are. */
export function inWordsOfLock(error: unknown, artifact: FetchArtifact, url: string): unknown {
  if (!(error instanceof UserError)) return error;
  const { expected, got } = error.facts;
  const shown = redactUrl(url);
  const options = {
    place: { url: shown },
    facts: { ...error.facts, filename: artifact.filename },
    hint: HINT,
    cause: error,
  };
  if (error.code === "http-wrong-size") {
    const message = `${artifact.filename} from ${shown}: ${got === undefined ? "more" : Number(got)} bytes, the lock says ${String(expected)}`;
    return fetchError("fetch-wrong-size", message, options);
  }
  if (error.code === "http-wrong-hash") {
    const message = `${artifact.filename} from ${shown}: SHA-256 ${String(got)}, the lock says ${String(expected)}`;
    return fetchError("fetch-wrong-hash", message, options);
  }
  return error;
}
