import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Sha256 } from "../base/index.ts";

/** The SHA-256 and size of a file, or undefined where it cannot be read. */
export async function hashFile(
  path: string,
): Promise<{ sha256: Sha256; size: number } | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    let size = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, size);
      if (bytesRead === 0) return { sha256: hash.digest("hex") as Sha256, size };
      hash.update(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}
