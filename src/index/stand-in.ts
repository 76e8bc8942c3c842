import { isPromise, type MaybePromise } from "../base/index.ts";
import type { FileRecord, MetadataFailure, ReleaseMetadata } from "./types.ts";

type Metadata = ReleaseMetadata | MetadataFailure;

/**
 * A wheel's metadata for the source distribution of its release: marked as that, or what the source
 * distribution itself says where the wheel's cannot be had.
 */
export function standIn(
  told: MaybePromise<Metadata>,
  { wheel, own }: { readonly wheel: FileRecord; readonly own: () => MaybePromise<Metadata> },
): MaybePromise<Metadata> {
  const marked = (found: Metadata): MaybePromise<Metadata> =>
    "failure" in found ? own() : { ...found, standIn: wheel.filename };
  return isPromise(told) ? told.then(marked) : marked(told);
}
