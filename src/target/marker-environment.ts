import type { MarkerEnvironment, Platform, Target } from "./types.ts";

const SYSTEMS = {
  linux: { os_name: "posix", sys_platform: "linux", platform_system: "Linux" },
  macos: { os_name: "posix", sys_platform: "darwin", platform_system: "Darwin" },
  windows: { os_name: "nt", sys_platform: "win32", platform_system: "Windows" },
} as const;

/** `platform.machine()` where the system does not say it as Linux does. */
const MACHINES: Readonly<Record<string, string>> = {
  "macos-aarch64": "arm64",
  "windows-x86_64": "AMD64",
  "windows-aarch64": "ARM64",
  "windows-i686": "x86",
};

function machine({ os, arch }: Platform): string {
  return MACHINES[`${os}-${arch}`] ?? arch;
}

function fullVersion(release: readonly number[]): string {
  return `${release[0]}.${release[1]}.${release[2] ?? 0}`;
}

/**
 * The values of PEP 508's environment markers on a target, as uv gives them: `3.11` is 3.11.0;
 * release and version of the operating system are unknown and empty. Python 2.7 calls Linux
 * `linux2` and has no `sys.implementation`.
 */
export function markerEnvironment({ python, platform }: Target): MarkerEnvironment {
  const full = fullVersion(python.release);
  const legacy = python.release[0] === 2;
  const system = SYSTEMS[platform.os];
  return {
    ...system,
    sys_platform: legacy && platform.os === "linux" ? "linux2" : system.sys_platform,
    platform_machine: machine(platform),
    platform_python_implementation: "CPython",
    platform_release: "",
    platform_version: "",
    python_version: `${python.release[0]}.${python.release[1]}`,
    python_full_version: full,
    implementation_name: legacy ? "" : "cpython",
    implementation_version: legacy ? "0" : full,
  };
}
