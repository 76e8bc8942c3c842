import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  compareWheelBuilds,
  explainTags,
  hostPlatform,
  markerEnvironment,
  parsePlatform,
  parsePythonVersion,
  parseWheelName,
  platformTable,
  supportedTags,
  tagRanker,
  targetName,
  tryParseWheelName,
  type Target,
} from "../../src/target/index.ts";

function errorOf(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error("no UserError was thrown");
}

function target(python: string, platform: string): Target {
  return { python: parsePythonVersion(python), platform: parsePlatform(platform) };
}

describe("names of platforms", () => {
  test.each([
    ["linux", "linux-x86_64"],
    ["Linux", "linux-x86_64"],
    ["x86_64-unknown-linux-gnu", "linux-x86_64"],
    ["x86_64-linux", "linux-x86_64"],
    ["linux-64", "linux-x86_64"],
    ["x86_64-manylinux_2_28", "linux-x86_64"],
    ["manylinux_2_28_x86_64", "linux-x86_64"],
    ["linux-x86_64-glibc2.28", "linux-x86_64"],
    ["x86_64-manylinux_2_35", "linux-x86_64-glibc2.35"],
    ["x86_64-manylinux2014", "linux-x86_64-glibc2.17"],
    ["manylinux2010_i686", "linux-i686-glibc2.12"],
    ["manylinux1_x86_64", "linux-x86_64-glibc2.5"],
    ["aarch64-unknown-linux-musl", "linux-aarch64-musl"],
    ["musllinux_1_2_aarch64", "linux-aarch64-musl"],
    ["linux-aarch64-musl1.2", "linux-aarch64-musl"],
    ["aarch64-musllinux_1_3", "linux-aarch64-musl1.3"],
    ["riscv64-unknown-linux", "linux-riscv64"],
    ["linux-riscv64-glibc2.39", "linux-riscv64"],
    ["macos", "macos-arm64"],
    ["aarch64-apple-darwin", "macos-arm64"],
    ["aarch64-darwin", "macos-arm64"],
    ["osx-arm64", "macos-arm64"],
    ["macos-arm64-13.0", "macos-arm64"],
    ["macos-arm64-14", "macos-arm64-14.0"],
    ["macosx_10_9_x86_64", "macos-x86_64-10.9"],
    ["windows", "windows-x86_64"],
    ["win-64", "windows-x86_64"],
    ["aarch64-pc-windows-msvc", "windows-arm64"],
    ["win32", "windows-i686"],
  ])("%s is %s", (text, name) => {
    const platform = parsePlatform(text);
    expect(platform.name).toBe(name);
    expect(parsePlatform(platform.name)).toEqual(platform);
  });

  test("every name and alias of the table is one platform's", () => {
    const all = platformTable().flatMap(({ platform, aliases }) => [platform.name, ...aliases]);
    expect(new Set(all).size).toBe(all.length);
    for (const { platform, aliases } of platformTable()) {
      for (const alias of aliases) expect(parsePlatform(alias)).toEqual(platform);
    }
  });

  test.each([
    ["linux-x86_46", "did you mean linux-x86_64?"],
    ["macso", "did you mean macos?"],
    ["solaris-sparc-with-a-long-name-that-nothing-resembles", "known are linux-x86_64"],
    ["linux-x86_64-glibc1.0", "known are"],
    ["macos-arm64-9.0", "did you mean"],
    ["windows-x86_64-10.0", "did you mean"],
    ["vax-manylinux2014", "known are"],
    ["__proto__", "known are"],
    ["x".repeat(10_000), "known are"],
  ])("%s is unknown: %s", (text, hint) => {
    const error = errorOf(() => parsePlatform(text));
    expect(error.code).toBe("platform-unknown");
    expect(error.hint).toContain(hint);
    expect(error.message.length).toBeLessThan(300);
  });

  test.each([
    [{ platform: "linux", arch: "x64" }, "linux-x86_64"],
    [{ platform: "linux", arch: "arm64", libc: "musl" as const }, "linux-aarch64-musl"],
    [{ platform: "linux", arch: "riscv64" }, "linux-riscv64"],
    [{ platform: "darwin", arch: "arm64" }, "macos-arm64"],
    [{ platform: "win32", arch: "ia32" }, "windows-i686"],
  ])("the host %j is %s", (host, name) => {
    expect(hostPlatform(host).name).toBe(name);
  });

  test.each([
    { platform: "sunos", arch: "x64" },
    { platform: "linux", arch: "mips" },
    { platform: "darwin", arch: "ppc64" },
  ])("the host %j is refused", (host) => {
    expect(errorOf(() => hostPlatform(host)).code).toBe("host-unknown");
  });
});

describe("Python versions", () => {
  test.each([
    ["3.11", [3, 11]],
    [" 3.11.4 ", [3, 11, 4]],
    ["2.7", [2, 7]],
    ["3.100", [3, 100]],
    ["4.0", [4, 0]],
  ])("%s", (text, release) => {
    expect(parsePythonVersion(text)).toEqual({ release, text: text.trim() });
  });

  test.each(["", "3", "3.x", "3.11.4.5", "3.11rc1", "-3.11", "3.11\n3.12", "3.99999"])(
    "%j is none",
    (text) => {
      expect(errorOf(() => parsePythonVersion(text)).code).toBe("python-version-invalid");
    },
  );

  test.each(["2.6", "3.5", "3.13t", "pypy3.10", "1.5"])("%j cannot be a target", (text) => {
    expect(errorOf(() => parsePythonVersion(text)).code).toBe("python-version-unsupported");
  });

  test("the name of a target", () => {
    expect(targetName(target("3.11", "linux"))).toBe("3.11-linux-x86_64");
    expect(targetName(target("3.11.4", "macos-arm64-14"))).toBe("3.11.4-macos-arm64-14.0");
  });
});

describe("marker environments", () => {
  test("Linux, all of it", () => {
    expect(markerEnvironment(target("3.11", "linux"))).toEqual({
      os_name: "posix",
      sys_platform: "linux",
      platform_machine: "x86_64",
      platform_python_implementation: "CPython",
      platform_release: "",
      platform_system: "Linux",
      platform_version: "",
      python_version: "3.11",
      python_full_version: "3.11.0",
      implementation_name: "cpython",
      implementation_version: "3.11.0",
    });
  });

  test.each([
    ["linux-aarch64", "posix", "linux", "Linux", "aarch64"],
    ["macos-arm64", "posix", "darwin", "Darwin", "arm64"],
    ["macos-x86_64", "posix", "darwin", "Darwin", "x86_64"],
    ["windows-x86_64", "nt", "win32", "Windows", "AMD64"],
    ["windows-arm64", "nt", "win32", "Windows", "ARM64"],
    ["windows-i686", "nt", "win32", "Windows", "x86"],
  ])("%s", (platform, os_name, sys_platform, platform_system, platform_machine) => {
    expect(markerEnvironment(target("3.12.3", platform))).toMatchObject({
      os_name,
      sys_platform,
      platform_system,
      platform_machine,
      python_version: "3.12",
      python_full_version: "3.12.3",
    });
  });

  test("Python 2.7 calls Linux linux2 and has no sys.implementation", () => {
    expect(markerEnvironment(target("2.7", "linux"))).toMatchObject({
      sys_platform: "linux2",
      implementation_name: "",
      implementation_version: "0",
      python_full_version: "2.7.0",
    });
  });
});

describe("wheel names (PEP 427)", () => {
  test("taken apart", () => {
    expect(parseWheelName("Foo_Bar.baz-1.0RC1+Local-1a-py2.py3-none-any.whl")).toEqual({
      name: "foo-bar-baz",
      version: "1.0rc1+local",
      build: "1a",
      pythonTags: ["py2", "py3"],
      abiTags: ["none"],
      platformTags: ["any"],
    });
  });

  test.each([
    "../evil-1.0-py3-none-any.whl",
    "a/b-1.0-py3-none-any.whl",
    "..-1.0-py3-none-any.whl",
    "a-1.0-py3-none-../../any.whl",
    "a-1.0-py3-none-any/x.whl",
    "a-1.0-py3-none-any\\x.whl",
    "a-1.0-py3-none-any.whl\0",
    "a-1.0-py3-none-a\0ny.whl",
    "a-1.0-py3-none-any.WHL",
    "a-1.0-py3-none-any.zip",
    "a-1.0-py3-none.whl",
    "a-1.0-1-2-py3-none-any.whl",
    "a-1.0-b1-py3-none-any.whl",
    "a-one-py3-none-any.whl",
    "a__b-1.0-py3-none-any.whl",
    "-1.0-py3-none-any.whl",
    "a-1.0-py3.-none-any.whl",
    "a-1.0-3-none-any.whl",
    "ä-1.0-py3-none-any.whl",
    `${"a".repeat(300)}-1.0-py3-none-any.whl`,
    "",
  ])("%j is refused", (filename) => {
    expect(tryParseWheelName(filename)).toBeUndefined();
    expect(errorOf(() => parseWheelName(filename)).code).toBe("wheel-name-invalid");
  });

  test("builds by number, then text, none first", () => {
    const sorted = [undefined, "1", "2", "2a", "2b", "10", "99999999999999999999"];
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) {
        expect(compareWheelBuilds(a, b)).toBe(Math.sign(i - j));
      }
    }
    expect(compareWheelBuilds("01", "1")).toBe(0);
  });
});

describe("tags", () => {
  test("the best first", () => {
    const tags = supportedTags("linux", "3.11");
    expect(tags.slice(0, 3)).toEqual([
      "cp311-cp311-linux_x86_64",
      "cp311-cp311-manylinux_2_28_x86_64",
      "cp311-cp311-manylinux_2_27_x86_64",
    ]);
    expect(tags.at(-1)).toBe("py30-none-any");
  });

  test("bad input is refused", () => {
    expect(errorOf(() => supportedTags("nope-nope", "3.11")).code).toBe("platform-unknown");
    expect(errorOf(() => supportedTags("linux", "3")).code).toBe("python-version-invalid");
  });

  test.each([
    "a.whl",
    "a-py3-none-any.whl",
    "py3-none-any.whl",
    "-py3-none-any.whl",
    "a-1-py3-none-any.zip",
    "a-1-py3-none-any.tar.gz",
    "",
    "---.whl",
    `a-1-py3-none-any${".any".repeat(1000)}.whl`,
  ])("%j has no rank, or that of its tags", (filename) => {
    const rank = tagRanker(target("3.11", "linux"))(filename);
    expect(rank === undefined || filename === "a-py3-none-any.whl").toBe(true);
  });

  test("letter case does not matter", () => {
    const rank = tagRanker(target("3.11", "linux"));
    expect(rank("A-1-CP311-CP311-Linux_x86_64.whl")).toBe(0);
  });
});

describe("why a wheel does not fit 3.11 on linux-x86_64", () => {
  test.each([
    ["a-1-py3-none-any.whl", "fits"],
    ["a-1-cp311-cp311-manylinux_2_34_x86_64.whl", "needs glibc 2.34, the target's floor is 2.28"],
    [
      "a-1-cp311-cp311-manylinux_2_36_x86_64.manylinux_2_35_x86_64.whl",
      "needs glibc 2.35, the target's floor is 2.28",
    ],
    ["a-1-cp311-cp311-musllinux_1_1_x86_64.whl", "needs musl, the target has glibc"],
    ["a-1-cp311-cp311-manylinux2014_aarch64.whl", "is for Linux on aarch64"],
    ["a-1-cp311-cp311-macosx_11_0_arm64.whl", "is for macOS"],
    ["a-1-py3-none-win_amd64.win32.whl", "is for Windows"],
    ["a-1-cp311-cp311-emscripten_3_1_58_wasm32.whl", "is for emscripten_3_1_58_wasm32 only"],
    ["a-1-cp310-cp310-manylinux2014_x86_64.whl", "is for cp310 only"],
    ["a-1-py2-none-any.whl", "is for py2 only"],
    ["a-1-cp312-abi3-manylinux2014_x86_64.whl", "needs Python 3.12 or later"],
    ["a-1-cp311-cp311d-linux_x86_64.whl", "is built for the ABI cp311d, the target's is cp311"],
  ])("%s %s", (wheel, reason) => {
    expect(explainTags(wheel, target("3.11", "linux"))).toBe(reason);
  });

  test("macOS has a floor of its own", () => {
    const wheel = parseWheelName("a-1-cp311-cp311-macosx_14_0_arm64.whl");
    expect(explainTags(wheel, target("3.11", "macos"))).toBe(
      "needs macOS 14.0, the target's floor is 13.0",
    );
    expect(explainTags(wheel, target("3.11", "macos-arm64-14.0"))).toBe("fits");
  });

  test("a name that breaks the rules is refused", () => {
    expect(errorOf(() => explainTags("x.whl", target("3.11", "linux"))).code).toBe(
      "wheel-name-invalid",
    );
  });
});
