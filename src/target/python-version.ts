import { quoted, targetError } from "./errors.ts";
import type { PythonVersion } from "./types.ts";

const VERSION = /^\d{1,2}\.\d{1,3}(?:\.\d{1,4})?$/;

function unsupported(text: string, why: string, hint: string): Error {
  return targetError("python-version-unsupported", `Python ${quoted(text)} ${why}`, {
    hint,
    facts: { python: text },
  });
}

function isSupported([major, minor]: readonly number[]): boolean {
  if (major === undefined || minor === undefined) return false;
  return major > 3 || (major === 3 && minor >= 6) || (major === 2 && minor === 7);
}

/**
 * The Python of a target: `3.11` or `3.11.4`. Throws `python-version-invalid`, or
 * `python-version-unsupported` for one that exists but cannot be a target.
 */
export function parsePythonVersion(text: string): PythonVersion {
  const given = text.trim();
  if (/^\d+\.\d+(?:\.\d+)?t$/.test(given)) {
    throw unsupported(given, "is a free-threaded build", `use ${given.slice(0, -1)}`);
  }
  if (/^(?:pypy|graalpy|jython|ironpython)/i.test(given)) {
    throw unsupported(given, "is not CPython", "name a release of CPython, such as 3.11");
  }
  if (!VERSION.test(given)) {
    throw targetError("python-version-invalid", `${quoted(text)} is not a Python version`, {
      hint: "write 3.11 or 3.11.4",
      facts: { python: text },
    });
  }
  const release = given.split(".").map(Number);
  if (isSupported(release)) return { release, text: release.join(".") };
  throw unsupported(given, "cannot be a target", "targets are CPython 2.7 and 3.6 or later");
}
