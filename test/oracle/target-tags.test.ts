import { describe, expect, test } from "vitest";
import {
  parsePlatform,
  parsePythonVersion,
  supportedTags,
  tryParseWheelName,
  type AbiOptions,
} from "../../src/target/index.ts";
import * as fc from "fast-check";
import { peerPython } from "../../tools/make-peers.ts";
import { mutated, sample } from "../version/arbitraries.ts";
import { askPython } from "./version-peer.ts";

interface Case {
  readonly platform: string;
  readonly python: string;
  readonly options?: AbiOptions;
}

const CASES: readonly Case[] = [
  { platform: "linux-x86_64", python: "3.11" },
  { platform: "linux-aarch64", python: "3.12" },
  { platform: "linux-i686-glibc2.5", python: "3.6" },
  { platform: "linux-x86_64-glibc2.12", python: "2.7" },
  { platform: "linux-x86_64", python: "2.7", options: { wideUnicode: false, debug: true } },
  { platform: "linux-x86_64-musl", python: "3.9" },
  { platform: "linux-aarch64-musl1.5", python: "3.14" },
  { platform: "macos-arm64", python: "3.13" },
  { platform: "macos-arm64-11.0", python: "3.8" },
  { platform: "macos-x86_64", python: "3.10" },
  { platform: "macos-x86_64-10.9", python: "3.7" },
  { platform: "macos-x86_64-10.15", python: "2.7" },
  { platform: "windows-x86_64", python: "3.11" },
  { platform: "windows-arm64", python: "3.12" },
  { platform: "windows-i686", python: "3.6" },
  { platform: "linux-ppc64le-glibc2.17", python: "3.11", options: { debug: true } },
  { platform: "linux-x86_64", python: "3.7", options: { debug: true } },
  { platform: "linux-x86_64", python: "3.14", options: { freeThreaded: true } },
  { platform: "linux-x86_64", python: "3.15", options: { freeThreaded: true, debug: true } },
  { platform: "linux-riscv64", python: "3.20" },
  { platform: "linux-x86_64-glibc3.1", python: "4.0" },
];

function question({ platform, python, options = {} }: Case): unknown {
  const { os, arch, libc, floor } = parsePlatform(platform);
  const wide = options.wideUnicode ?? os === "linux";
  return { os, arch, libc, floor, release: parsePythonVersion(python).release, options, wide };
}

// What `sys_tags` does, with the interpreter and machine of the case in place of those it runs on.
const SYS_TAGS = `
from packaging import tags, _manylinux, _musllinux
_manylinux._have_compatible_abi = lambda *_: True
_manylinux._get_manylinux_module = lambda: None
WINDOWS = {"x86_64": "win_amd64", "aarch64": "win_arm64", "i686": "win32"}
def platforms(c):
    if c["os"] == "windows": return [WINDOWS[c["arch"]]]
    if c["os"] == "macos":
        return list(tags.mac_platforms(tuple(c["floor"]), c["arch"].replace("aarch64", "arm64")))
    glibc = tuple(c["floor"]) if c["libc"] == "glibc" else (-1, -1)
    musl = _musllinux._MuslVersion(*c["floor"]) if c["libc"] == "musl" else None
    _manylinux._get_glibc_version = lambda: _manylinux._GLibCVersion(*glibc)
    _musllinux._get_musl_version = lambda _: musl
    tags.sysconfig.get_platform = lambda: "linux-" + c["arch"]
    return list(tags._linux_platforms(is_32bit=False))
def one(c):
    config = {
        "Py_DEBUG": int(c["options"].get("debug", False)),
        "Py_GIL_DISABLED": int(c["options"].get("freeThreaded", False)),
        "WITH_PYMALLOC": 1, "Py_UNICODE_SIZE": 4 if c["wide"] else 2,
    }
    tags._get_config_var = lambda name, warn=False: config[name]
    python, own = tuple(c["release"][:2]), platforms(c)
    result = list(tags.cpython_tags(python, platforms=own))
    interpreter = "cp" + "".join(map(str, python))
    result += tags.compatible_tags(python, interpreter=interpreter, platforms=own)
    return list(map(str, result))
answer = [one(c) for c in cases]`;

const name = fc.constantFrom("foo", "foo_bar", "Foo.Bar", "a", "foo_", "_foo", "foo__bar", "2to3");
const version = fc.constantFrom("1.0", "1.0rc1", "1.0+cu118", "1!2.0", "1.0_1", "x");
const build = fc.constantFrom("", "", "", "-1", "-2a", "-a1", "-20240101");
const python = fc.constantFrom("py3", "py2.py3", "cp311", "CP311", "cp310.cp311", "31", "py3.");
const abi = fc.constantFrom("none", "cp311", "abi3", "cp27mu", "none.abi3", "");
const platform = fc.constantFrom(
  "any",
  "win32",
  "linux_x86_64",
  "manylinux_2_17_x86_64.manylinux2014_x86_64",
);
const wheelName = fc
  .tuple(name, version, build, python, abi, platform)
  .map(([n, v, b, p, a, l]) => `${n}-${v}${b}-${p}-${a}-${l}.whl`);

const WHEEL_NAMES = `
from packaging.utils import parse_wheel_filename, InvalidWheelFilename
def one(text):
    try: name, version, build, tags = parse_wheel_filename(text)
    except InvalidWheelFilename: return None
    return [name, str(version), list(build)[:1], sorted(map(str, tags))]
answer = [one(text) for text in cases]`;

/** Refused by us alone: names that PEP 508 does not have, and tags or builds with other characters. */
function isStricterOurs(filename: string): boolean {
  const [name = "", , ...others] = filename.slice(0, -4).split("-");
  return (
    !/^[a-z\d](?:[a-z\d._]*[a-z\d])?$/i.test(name) || others.some((part) => !/^[\w.]*$/.test(part))
  );
}

describe.skipIf(peerPython() === undefined)("as packaging has it", () => {
  const answers =
    peerPython() === undefined
      ? []
      : (askPython(peerPython() as string, SYS_TAGS, CASES.map(question)) as string[][]);

  test.each(CASES.map((one, i) => ({ ...one, i })))(
    "tags of $python on $platform $options",
    ({ platform, python, options, i }) => {
      expect(supportedTags(platform, python, options)).toEqual(answers[i]);
    },
  );

  test("20,000 wheel names", () => {
    const cases = sample(fc.oneof(wheelName, mutated(wheelName)), 20_000);
    const theirs = askPython(peerPython() as string, WHEEL_NAMES, cases);
    expect(theirs.filter((one) => one !== null).length).toBeGreaterThan(3000);
    const wrong = cases.flatMap((text, i) => {
      const ours = tryParseWheelName(text);
      const mine =
        ours === undefined
          ? null
          : [
              ours.name,
              ours.version,
              ours.build === undefined ? [] : [Number(/^\d+/.exec(ours.build)?.[0])],
              ours.pythonTags
                .flatMap((p) =>
                  ours.abiTags.flatMap((a) => ours.platformTags.map((l) => `${p}-${a}-${l}`)),
                )
                .filter((tag, at, all) => all.indexOf(tag) === at)
                .sort(),
            ];
      if (mine === null && isStricterOurs(text)) return [];
      return JSON.stringify(mine) === JSON.stringify(theirs[i])
        ? []
        : [{ text, mine, theirs: theirs[i] }];
    });
    expect(wrong.slice(0, 20)).toEqual([]);
  });
});
