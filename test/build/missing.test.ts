import { expect, test } from "vitest";
import { findMissing, missingHint } from "../../src/build/missing.ts";
import { MISSING } from "../../src/build/missing-data.ts";

/** A line as tools print it, and what is missing. */
const LINES: readonly (readonly [string, string])[] = [
  ["ext.c:1:10: fatal error: ffi.h: No such file or directory", "libffi"],
  ["ext.c:1:10: fatal error: 'openssl/ssl.h' file not found", "OpenSSL"],
  ["/usr/bin/ld: cannot find -lpq: No such file or directory", "pg_config"],
  ["/bin/sh: 1: mysql_config: not found", "mysql_config"],
  ["sh: cmake: command not found", "cmake"],
  ["FileNotFoundError: [Errno 2] No such file or directory: 'swig'", "swig"],
  ["error: command 'gcc' failed: No such file or directory", "a C compiler"],
  ["unable to execute 'x86_64-linux-gnu-gcc': No such file or directory", "a C compiler"],
  ["Package libxml-2.0 was not found in the pkg-config search path.", "libxml2"],
  ["Package 'cairo', required by 'virtual:world', not found", "cairo"],
  ["No package 'libffi' found", "libffi"],
  [
    '../meson.build:5:0: ERROR: Dependency "openblas" not found, tried pkgconfig',
    "BLAS and LAPACK",
  ],
  ["  Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)", "zlib"],
  ["Error: pg_config executable not found.", "pg_config"],
  ["error: can't find Rust compiler", "a Rust toolchain"],
  [
    "../meson.build:1:0: ERROR: Unknown compiler(s): [['gfortran'], ['flang']]",
    "a Fortran compiler",
  ],
];

test.for(LINES)("%s: %s", ([line, what]) => {
  const [first] = findMissing(`before\n${line}\nafter\n`);
  expect(first?.what).toBe(what);
  expect(first?.entry?.debian).toBeDefined();
});

test("a header that no entry knows is named all the same; other files are not", () => {
  expect(findMissing("x.c:1: fatal error: rare.h: No such file or directory")).toEqual([
    { what: "rare.h" },
  ]);
  expect(findMissing("[Errno 2] No such file or directory: 'README.md'")).toEqual([]);
  expect(findMissing("running build_ext\nall is well\n")).toEqual([]);
});

test("what has it, system by system", () => {
  const missing = findMissing("x.c:1: fatal error: zlib.h: No such file or directory");
  expect(missingHint(missing)).toBe(
    "Install what has it: zlib: Debian zlib1g-dev, Fedora zlib-devel, nixpkgs zlib, conda zlib.",
  );
  expect(missingHint(missing, { seesConda: true })).toBe(
    "Install what has it: zlib: Debian zlib1g-dev, Fedora zlib-devel, nixpkgs zlib, conda zlib, or ask for zlib of a conda channel.",
  );
  expect(missingHint([{ what: "rare.h" }])).toBe("Install the package that has rare.h.");
});

test("the table: each thing once, each with what has it", () => {
  const names = MISSING.map(({ what }) => what);
  expect(new Set(names).size).toBe(names.length);
  for (const { what, debian, nixpkgs } of MISSING) {
    expect([what, debian, nixpkgs]).not.toContain(undefined);
  }
});

test("a hostile log costs no time", () => {
  const log = `${"a".repeat(200_000)} ${"Package '".repeat(20_000)} ${"/".repeat(200_000)}`;
  const start = performance.now();
  findMissing(log);
  expect(performance.now() - start).toBeLessThan(5000);
});
