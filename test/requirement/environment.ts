import type { MarkerEnvironment } from "../../src/target/index.ts";

/** CPython on Linux. */
export function environmentOf(version: string): MarkerEnvironment {
  return {
    os_name: "posix",
    sys_platform: "linux",
    platform_machine: "x86_64",
    platform_python_implementation: "CPython",
    platform_release: "",
    platform_system: "Linux",
    platform_version: "",
    python_version: version,
    python_full_version: `${version}.0`,
    implementation_name: "cpython",
    implementation_version: `${version}.0`,
  };
}
