import { targetError, quoted } from "./errors.ts";
import type { Platform } from "./types.ts";

/** What a system has that no conda package brings: `__glibc 2.28`. */
export interface VirtualPackage {
  /** With its two underscores. */
  readonly name: string;
  readonly version: string;
  readonly build: string;
}

/** By the name without its underscores, a version, or "" where the system has it not. */
export type VirtualOverrides = Readonly<Record<string, string>>;

/** Old enough for every kernel that is still used, as conda has it where it cannot look. */
const LINUX = "5.10";
const WINDOWS = "10.0";

/** Conda's names of processors, where they differ (archspec). */
const ARCHSPEC: Readonly<Record<string, string>> = { i686: "x86", armv7l: "armv7l" };

const KNOWN = ["archspec", "cuda", "glibc", "linux", "musl", "osx", "unix", "win"];

/** The folder of a conda channel that a platform's packages are in: `linux-64`. */
export function condaSubdir({ os, arch }: Platform): string {
  if (os === "macos") return arch === "aarch64" ? "osx-arm64" : "osx-64";
  const bits: Readonly<Record<string, string>> = { x86_64: "64", i686: "32" };
  if (os === "windows") return `win-${arch === "aarch64" ? "arm64" : (bits[arch] ?? arch)}`;
  return `linux-${bits[arch] ?? arch}`;
}

/**
 * Conda's virtual packages of a platform (conda/plugins/virtual_packages), sorted by name; never the
 * host's, so a `__cuda` is there only where it is given. Throws `virtual-package-unknown`.
 */
export function virtualPackages(
  platform: Platform,
  overrides: VirtualOverrides = {},
): readonly VirtualPackage[] {
  const versions = new Map(Object.entries(ownVersions(platform)));
  for (const [given, version] of Object.entries(overrides)) {
    const name = given.toLowerCase().replace(/^__/, "");
    if (!KNOWN.includes(name)) throw unknown(given);
    if (version === "") versions.delete(name);
    else versions.set(name, version);
  }
  return [...versions]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, version]) =>
      name === "archspec"
        ? { name: "__archspec", version: "1", build: version }
        : { name: `__${name}`, version, build: "0" },
    );
}

function ownVersions({ os, arch, libc, floor }: Platform): Record<string, string> {
  const archspec = ARCHSPEC[arch] ?? arch;
  if (os === "windows") return { win: WINDOWS, archspec };
  const version = (floor ?? []).join(".");
  if (os === "macos") {
    return { unix: "0", osx: version, archspec: arch === "aarch64" ? "m1" : archspec };
  }
  return { unix: "0", linux: LINUX, [libc ?? "glibc"]: version, archspec };
}

function unknown(name: string): Error {
  return targetError("virtual-package-unknown", `no virtual package is called ${quoted(name)}`, {
    hint: `known are ${KNOWN.join(", ")}`,
    facts: { name, known: KNOWN },
  });
}
