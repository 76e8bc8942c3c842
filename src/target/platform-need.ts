import { LEGACY_MANYLINUX } from "./parse-platform.ts";

/** What a platform tag asks of a machine. */
export interface PlatformNeed {
  readonly system: string;
  /** As the tag spells it. */
  readonly arch: string;
  /** glibc, musl or macOS, and the oldest version of it that will do. */
  readonly library?: string;
  readonly version?: readonly [number, number];
}

const LINUX_TAG = /^(manylinux|musllinux)_(\d+)_(\d+)_(\w+)$/;
const LEGACY_TAG = /^(manylinux(?:1|2010|2014))_(\w+)$/;
const MACOS_TAG = /^macosx_(\d+)_(\d+)_(\w+)$/;

function linuxNeed(tag: string): PlatformNeed | undefined {
  const match = LINUX_TAG.exec(tag);
  if (match !== null) {
    const [, kind, major, minor, arch] = match;
    const library = kind === "manylinux" ? "glibc" : "musl";
    const version = [Number(major), Number(minor)] as const;
    return { system: "Linux", arch: arch as string, library, version };
  }
  const legacy = LEGACY_TAG.exec(tag);
  if (legacy === null) return undefined;
  const minor = LEGACY_MANYLINUX.get(legacy[1] as string) as number;
  return { system: "Linux", arch: legacy[2] as string, library: "glibc", version: [2, minor] };
}

/** What a platform tag (PEP 425, 600, 656) asks for; undefined for `any` and tags not known. */
export function platformNeed(tag: string): PlatformNeed | undefined {
  const linux = linuxNeed(tag);
  if (linux !== undefined) return linux;
  const mac = MACOS_TAG.exec(tag);
  if (mac !== null) {
    const version = [Number(mac[1]), Number(mac[2])] as const;
    return { system: "macOS", arch: mac[3] as string, library: "macOS", version };
  }
  if (tag.startsWith("linux_")) return { system: "Linux", arch: tag.slice(6) };
  if (tag === "win32") return { system: "Windows", arch: "32 bit" };
  if (tag.startsWith("win_")) return { system: "Windows", arch: tag.slice(4) };
  return undefined;
}
