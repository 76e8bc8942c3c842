import { readZipDirectory, readZipEntry } from "../archive/index.ts";
import { findDistInfo } from "./dist-info.ts";
import { openSource } from "./file-source.ts";

/** The text of METADATA in a wheel's file. Throws ARCHIVE_ERRORS, `wheel-metadata`. */
export function readWheelMetadata(path: string, filename: string): string {
  const source = openSource(path);
  try {
    const entries = readZipDirectory(source, { file: filename });
    const wanted = `${findDistInfo(entries.map(({ name }) => name))}/METADATA`;
    const entry = entries.find(({ name }) => name === wanted);
    return entry === undefined
      ? ""
      : Buffer.from(readZipEntry(source, entry, { file: filename })).toString("utf8");
  } finally {
    source.close();
  }
}
