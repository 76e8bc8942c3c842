import { existsSync } from "node:fs";
import { hostPlatform, type Host, type Platform } from "../target/index.ts";

/** This machine's platform with the table's floors. Throws UserError `host-unknown`. */
export function thisPlatform(): Platform {
  return hostPlatform(thisHost());
}

function thisHost(): Host {
  const { platform, arch } = process;
  if (platform !== "linux") return { platform, arch };
  return { platform, arch, libc: hasGlibc() ? "glibc" : "musl" };
}

/** A musl system has musl's loader and none of glibc's; some glibc systems have both. */
function hasGlibc(): boolean {
  const loaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib64/ld64.so.2"];
  if (loaders.some((path) => existsSync(path))) return true;
  return !["x86_64", "aarch64", "i386", "armhf", "ppc64le", "s390x", "riscv64"].some((arch) =>
    existsSync(`/lib/ld-musl-${arch}.so.1`),
  );
}

/** Whether artifacts for a platform run on this machine, floors aside. */
export function runsHere(platform: Platform, here: Platform): boolean {
  return platform.os === here.os && platform.arch === here.arch && platform.libc === here.libc;
}
