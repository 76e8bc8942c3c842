import { quoted, targetError } from "./errors.ts";
import { nearestName } from "./nearest-name.ts";
import { platformTable } from "./platform-table.ts";
import type { Platform } from "./types.ts";

type Floor = readonly [number, number];

let bySpelling: Map<string, Platform> | undefined;

function spellings(): Map<string, Platform> {
  if (bySpelling !== undefined) return bySpelling;
  const made = new Map<string, Platform>();
  for (const { platform, aliases } of platformTable()) {
    made.set(platform.name, platform);
    for (const alias of aliases) made.set(alias, platform);
  }
  bySpelling = made;
  return made;
}

/** PEP 513, 571 and 599: the names that manylinux tags had before PEP 600. */
export const LEGACY_MANYLINUX: ReadonlyMap<string, number> = new Map([
  ["manylinux1", 5],
  ["manylinux2010", 12],
  ["manylinux2014", 17],
]);

interface Floored {
  readonly base: string;
  readonly floor: Floor;
}

const CANONICAL = /^(linux-\w+)-(glibc|musl)(\d{1,2})\.(\d{1,2})$/;
const MACOS = /^(macos-\w+)-(\d{1,2})(?:\.(\d{1,2}))?$/;
const UV = /^(\w+?)-(manylinux|musllinux)_(\d{1,2})_(\d{1,2})$/;
const LINUX_TAG = /^(manylinux|musllinux)_(\d{1,2})_(\d{1,2})_(\w+)$/;
const LEGACY_TAG = /^(manylinux(?:1|2010|2014))_(\w+)$/;
const LEGACY_UV = /^(\w+)-(manylinux(?:1|2010|2014))$/;
const MACOS_TAG = /^macosx_(\d{1,2})_(\d{1,2})_(x86_64|arm64)$/;

function linuxBase(arch: string, libc: string): string {
  return `linux-${arch}${libc.startsWith("musl") ? "-musl" : ""}`;
}

function floorOf(major: string | undefined, minor: string | undefined): Floor {
  return [Number(major), Number(minor ?? 0)];
}

/** A name with a floor in it, in any of the spellings, taken apart. */
function splitFloor(text: string): Floored | undefined {
  let match = CANONICAL.exec(text);
  if (match !== null) {
    const [, base, libc, major, minor] = match;
    return { base: `${base}${libc === "musl" ? "-musl" : ""}`, floor: floorOf(major, minor) };
  }
  if ((match = MACOS.exec(text)) !== null) {
    return { base: match[1] as string, floor: floorOf(match[2], match[3]) };
  }
  if ((match = UV.exec(text)) !== null) {
    const [, arch, libc, major, minor] = match;
    return { base: linuxBase(arch as string, libc as string), floor: floorOf(major, minor) };
  }
  return splitTag(text);
}

function splitTag(text: string): Floored | undefined {
  let match = LINUX_TAG.exec(text);
  if (match !== null) {
    const [, libc, major, minor, arch] = match;
    return { base: linuxBase(arch as string, libc as string), floor: floorOf(major, minor) };
  }
  if ((match = MACOS_TAG.exec(text)) !== null) {
    return { base: `macos-${match[3]}`, floor: floorOf(match[1], match[2]) };
  }
  const legacy = LEGACY_TAG.exec(text);
  const [name, arch] =
    legacy === null ? (LEGACY_UV.exec(text)?.slice(1).reverse() ?? []) : legacy.slice(1);
  const minor = LEGACY_MANYLINUX.get(name ?? "");
  return minor === undefined ? undefined : { base: `linux-${arch}`, floor: [2, minor] };
}

/** The first release of each that wheels can name: PEP 513's glibc, musl 1.0, Mac OS X. */
function isFloor(platform: Platform, [major, minor]: Floor): boolean {
  if (platform.os === "macos") return major >= 10;
  return platform.libc === "glibc" ? major > 2 || (major === 2 && minor >= 5) : major >= 1;
}

function withFloor(platform: Platform, floor: Floor): Platform {
  const [major, minor] = floor;
  if (platform.floor?.[0] === major && platform.floor[1] === minor) return platform;
  const base = platform.libc === "glibc" ? `${platform.name}-glibc` : platform.name;
  const name = `${base}${platform.os === "macos" ? "-" : ""}${major}.${minor}`;
  return { ...platform, name, floor };
}

function tryParsePlatform(text: string): Platform | undefined {
  const known = spellings().get(text);
  if (known !== undefined) return known;
  const floored = splitFloor(text);
  if (floored === undefined) return undefined;
  const platform = spellings().get(floored.base);
  if (platform?.floor === undefined || !isFloor(platform, floored.floor)) return undefined;
  return withFloor(platform, floored.floor);
}

/**
 * The platform of a name: canonical (`linux-x86_64`, `macos-arm64-14.0`), or as uv, Nix, conda or
 * wheel tags spell it. The canonical form is `linux-ARCH[-glibcX.Y]`, `linux-ARCH-musl[X.Y]`,
 * `macos-ARCH[-X.Y]` or `windows-ARCH`, the floor only where it is not the default. Throws
 * `platform-unknown`.
 */
export function parsePlatform(text: string): Platform {
  const platform = tryParsePlatform(text.toLowerCase());
  if (platform !== undefined) return platform;
  const near = nearestName(text.toLowerCase(), spellings().keys());
  const known = platformTable().map((row) => row.platform.name);
  throw targetError("platform-unknown", `no platform is called ${quoted(text)}`, {
    hint: near === undefined ? `known are ${known.join(", ")}` : `did you mean ${near}?`,
    facts: { platform: text, known },
  });
}
