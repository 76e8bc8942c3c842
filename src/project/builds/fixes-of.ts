import { type BuildFixes, buildFixes } from "../../build/index.ts";

/** A source distribution, and the Python and platform that it is built for. */
export interface FixedFile {
  readonly name: string;
  readonly filename: string;
  /** `3.11`. */
  readonly python: string;
  /** `linux-x86_64`. */
  readonly platform: string;
}

const VERSION = /-([^-]+)\.(?:tar\.\w+|tgz|zip)$/;

/** What the fixes for a package change about its build. */
export function fixesOf({ name, filename, python, platform }: FixedFile): BuildFixes {
  const version = VERSION.exec(filename)?.[1] ?? "0";
  return buildFixes({
    package: name,
    version,
    provider: "sdist",
    python,
    platform: platform.startsWith("macos") ? "macos" : "linux",
  });
}
