/** A platform wheels and markers are decided for; never taken from the host but by name. */
export interface Platform {
  /** The canonical name of the table, with raised floors if any: what a lock and the user see. */
  readonly name: string;
  readonly os: "linux" | "macos" | "windows";
  /** As `platform.machine()` says on Linux (`x86_64`, `aarch64`, …), whatever the OS calls it. */
  readonly arch: string;
  /** The C library on Linux, and the oldest version of it that artifacts may need. */
  readonly libc?: "glibc" | "musl";
  /** glibc, musl or macOS version as [major, minor]: the floor; a user can raise it. */
  readonly floor?: readonly [number, number];
}

/** A Python of a target: CPython, `3.11` being evaluated as 3.11.0. */
export interface PythonVersion {
  /** At least two numbers: [3, 11] or [3, 11, 4]. */
  readonly release: readonly number[];
  /** As given: `3.11`. */
  readonly text: string;
}

/** What one resolution is for. */
export interface Target {
  readonly python: PythonVersion;
  readonly platform: Platform;
}

/** The names of PEP 508's environment markers, with `extra` left out. */
export interface MarkerEnvironment {
  readonly os_name: string;
  readonly sys_platform: string;
  readonly platform_machine: string;
  readonly platform_python_implementation: string;
  readonly platform_release: string;
  readonly platform_system: string;
  readonly platform_version: string;
  readonly python_version: string;
  readonly python_full_version: string;
  readonly implementation_name: string;
  readonly implementation_version: string;
}
