import { isPromise, type MaybePromise } from "../../base/index.ts";
import { type AskedChannel, REPODATA_FILE } from "./channel-place.ts";
import { channelError } from "./errors.ts";
import { type FolderOptions, openFolder } from "./open-folder.ts";
import type { CondaFolder } from "./types.ts";

type Opened = CondaFolder | undefined;

/**
 * The folders of a channel for a platform: its own and `noarch`; of a repodata file the one that it
 * is, if it is one of these. Throws `channel-missing` where there is neither.
 */
export function openChannel(
  place: AskedChannel,
  subdir: string,
  options: FolderOptions,
): MaybePromise<readonly CondaFolder[]> {
  const isFile = REPODATA_FILE.test(new URL(place.url).pathname);
  const subdirs = isFile ? [subdir] : [subdir, "noarch"];
  const opened = subdirs.map((name) => openFolder(place, name, options));
  function finish(found: readonly Opened[]): readonly CondaFolder[] {
    const folders = found.filter((folder) => folder !== undefined);
    if (folders.length === 0) throw missing(place, subdir);
    return folders.filter((folder) => folder.subdir === subdir || folder.subdir === "noarch");
  }
  if (!opened.some(isPromise)) return finish(opened as readonly Opened[]);
  return Promise.all(opened.map(async (folder) => folder)).then(finish);
}

function missing({ name, url }: AskedChannel, subdir: string): Error {
  const message = `the channel ${name} has no packages for ${subdir}, nor for every platform`;
  return channelError("channel-missing", message, {
    place: { url },
    hint: 'check the name; [channels] in mach-nix.toml says where a channel is: name = "URL"',
    facts: { channel: name, subdir },
  });
}
