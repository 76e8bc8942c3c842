import { targetError } from "./errors.ts";
import { parsePlatform } from "./parse-platform.ts";
import type { Platform } from "./types.ts";

const SYSTEMS: ReadonlyMap<string, string> = new Map([
  ["linux", "linux"],
  ["darwin", "macos"],
  ["win32", "windows"],
]);

const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ["x64", "x86_64"],
  ["arm64", "aarch64"],
  ["ia32", "i686"],
  ["arm", "armv7l"],
  ["ppc64", "ppc64le"],
  ["s390x", "s390x"],
  ["riscv64", "riscv64"],
  ["loong64", "loongarch64"],
]);

/** What the host's runtime says of it: Node's `process.platform`, `process.arch`, and its libc. */
export interface Host {
  readonly platform: string;
  readonly arch: string;
  /** glibc unless said otherwise. */
  readonly libc?: "glibc" | "musl";
}

/**
 * The platform of the table that a host is, with the fixed floors: never the host's own C library
 * or macOS version, so that a lock does not depend on where it is made. Throws `host-unknown`.
 */
export function hostPlatform(host: Host): Platform {
  const os = SYSTEMS.get(host.platform);
  const arch = ARCHITECTURES.get(host.arch);
  try {
    const libc = os === "linux" && host.libc === "musl" ? "-musl" : "";
    return parsePlatform(`${os}-${arch}${libc}`);
  } catch (cause) {
    throw targetError(
      "host-unknown",
      `this machine (${host.platform}, ${host.arch}) is not in the table of platforms`,
      { hint: "name one: --platform linux-x86_64", cause },
    );
  }
}
