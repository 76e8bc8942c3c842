import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../src/base/index.ts";
import type { WheelJob } from "../../src/build/index.ts";
import { type MadeEntry, makeZip } from "../archive/make-zip.ts";

/** A wheel to be made; what is not given is as it should be. */
export interface MadeWheel {
  readonly name?: string;
  readonly version?: string;
  readonly filename?: string;
  /** Contents by path, besides `.dist-info`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly modes?: Readonly<Record<string, number>>;
  readonly distInfo?: string;
  readonly metadata?: string;
  readonly wheel?: string;
  readonly entryPoints?: string;
  /** Changes RECORD's lines before they are written; undefined leaves RECORD out. */
  readonly record?: (lines: string[]) => string[] | undefined;
  /** Entries that RECORD does not know of. */
  readonly unlisted?: readonly MadeEntry[];
}

function recordLine(path: string, data: string | Uint8Array): string {
  const bytes = Buffer.from(data as string);
  const digest = createHash("sha256").update(bytes).digest("base64url");
  const quoted = /[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
  return `${quoted},sha256=${digest},${bytes.length}`;
}

/** A wheel's bytes: right in every way that is not asked to be wrong. */
export function makeWheel(given: MadeWheel = {}): Buffer {
  const { name = "demo", version = "1.0", modes = {} } = given;
  const distInfo = given.distInfo ?? `${name}-${version}.dist-info`;
  const all: Record<string, string | Uint8Array> = {
    ...(given.files ?? { "demo/__init__.py": "x = 1\n" }),
    [`${distInfo}/METADATA`]:
      given.metadata ?? `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nText\n`,
    [`${distInfo}/WHEEL`]: given.wheel ?? "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n",
  };
  if (given.entryPoints !== undefined) all[`${distInfo}/entry_points.txt`] = given.entryPoints;
  const lines = Object.entries(all).map(([path, data]) => recordLine(path, data));
  const record = (given.record ?? ((same) => same))([...lines, `${distInfo}/RECORD,,`]);
  const entries: MadeEntry[] = Object.entries(all).map(([path, data]) => ({
    name: path,
    data,
    mode: modes[path] ?? 0o100644,
  }));
  if (record !== undefined)
    entries.push({ name: `${distInfo}/RECORD`, data: `${record.join("\n")}\n` });
  return makeZip([...entries, ...(given.unlisted ?? [])]);
}

/** A folder for one test file, removed by `remove`. */
export interface Scratch {
  readonly folder: string;
  /** Writes a wheel; gives the job to unpack it. */
  job(wheel?: MadeWheel): WheelJob;
  remove(): void;
}

export function makeScratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), "wheels-"));
  let count = 0;
  return {
    folder,
    job: (wheel = {}) => {
      const bytes = makeWheel(wheel);
      const path = join(folder, `${(count += 1)}.bin`);
      writeFileSync(path, bytes);
      const { name = "demo", version = "1.0" } = wheel;
      const filename = wheel.filename ?? `${name}-${version}-py3-none-any.whl`;
      return { path, filename, sha256: sha256(bytes), size: bytes.length };
    },
    remove: () => {
      // As root, objects whose bytecode was made cannot be removed as they are, and a process in the
      // background may still be at it.
      for (let tries = 20; ; tries--) {
        if (process.geteuid?.() === 0) spawnSync("chattr", ["-R", "-f", "-i", folder]);
        try {
          rmSync(folder, { recursive: true, force: true });
          return;
        } catch (error) {
          if (tries === 0) throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
        }
      }
    },
  };
}
