import { INFO_FOLDER, type WheelObject } from "../build/index.ts";
import { folder, type Folder, OURS, type Text } from "./tree.ts";
import type { InstalledInfo } from "./types.ts";

function text(content: string): Text {
  return { kind: "text", owner: OURS, text: content, executable: false };
}

/**
 * The `.dist-info` of a distribution ("Recording installed projects"): a real folder, since some tools
 * do not see a link, with links to the object's files. Without RECORD, which would let an uninstaller
 * follow links into the store; with INSTALLER, top_level.txt and SOURCES.txt, which the object has ready.
 */
export function distInfo(
  { name: owner, distInfo: own, info: entries, prepared }: WheelObject,
  object: string,
  info: InstalledInfo,
): Folder {
  const made = folder();
  for (const entry of entries) {
    const isFolder = entry.endsWith("/");
    const name = isFolder ? entry.slice(0, -1) : entry;
    const path = `${object}/site/${own}/${name}`;
    made.children.set(name, { kind: "link", owner, path, folder: isFolder });
  }
  for (const name of prepared)
    made.children.set(name, {
      kind: "link",
      owner,
      path: `${object}/${INFO_FOLDER}/${name}`,
      folder: false,
    });
  if (info.requested === true) made.children.set("REQUESTED", text(""));
  if (info.directUrl !== undefined) made.children.set("direct_url.json", text(info.directUrl));
  return made;
}
