import { LEGACY_MANYLINUX } from "./parse-platform.ts";
import type { Platform } from "./types.ts";

/** `packaging`'s assumption for the last minor of a glibc major that another one follows. */
const LAST_GLIBC_MINOR = 50;

const legacyNames = new Map([...LEGACY_MANYLINUX].map(([name, minor]) => [minor, name]));

/** PEP 600: every glibc down to the oldest of the architecture, with the legacy names beside theirs. */
function manylinuxTags(arch: string, [major, minor]: readonly [number, number]): string[] {
  const oldest = arch === "x86_64" || arch === "i686" ? 5 : 17;
  const tags: string[] = [];
  for (let x = major; x >= 2; x--) {
    for (let y = x === major ? minor : LAST_GLIBC_MINOR; y >= (x === 2 ? oldest : 0); y--) {
      tags.push(`manylinux_${x}_${y}_${arch}`);
      const legacy = x === 2 ? legacyNames.get(y) : undefined;
      if (legacy !== undefined) tags.push(`${legacy}_${arch}`);
    }
  }
  return tags;
}

/** PEP 656: every minor of the same major. */
function musllinuxTags(arch: string, [major, minor]: readonly [number, number]): string[] {
  const tags: string[] = [];
  for (let y = minor; y >= 0; y--) tags.push(`musllinux_${major}_${y}_${arch}`);
  return tags;
}

function macFormats(arch: string, major: number, minor: number): readonly string[] {
  if (arch === "arm64") return ["arm64", "universal2"];
  if (major === 10 && minor < 4) return [];
  return ["x86_64", "intel", "fat64", "fat3", "universal2", "universal"];
}

/**
 * macOS: up to 10.15 the minor counts the yearly releases, from 11 the major does. What is built
 * for an older one runs; 10.16 is what 11 calls itself to old programs; arm64 begins with 11, but
 * a fat `universal2` may name an older one for its Intel half.
 */
function macTags(arch: string, [major, minor]: readonly [number, number]): string[] {
  const tags: string[] = [];
  for (let x = major; x > 10; x--) {
    for (const format of macFormats(arch, x, 0)) tags.push(`macosx_${x}_0_${format}`);
  }
  const first = major > 10 ? 16 : minor;
  for (let y = first; y >= (major > 10 ? 4 : 0); y--) {
    const formats = major > 10 && arch === "arm64" ? ["universal2"] : macFormats(arch, 10, y);
    for (const format of formats) tags.push(`macosx_10_${y}_${format}`);
  }
  return tags;
}

const WINDOWS: Readonly<Record<string, string>> = {
  x86_64: "win_amd64",
  aarch64: "win_arm64",
  i686: "win32",
};

/** The platform tags that run on a platform, best first, in `packaging.tags`' order. */
export function platformTags({ os, arch, libc, floor }: Platform): string[] {
  if (os === "windows") return [WINDOWS[arch] as string];
  const oldest = floor as readonly [number, number];
  if (os === "macos") return macTags(arch === "aarch64" ? "arm64" : arch, oldest);
  const own = libc === "musl" ? musllinuxTags(arch, oldest) : manylinuxTags(arch, oldest);
  return [`linux_${arch}`, ...own];
}
