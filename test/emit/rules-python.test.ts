import { expect, test } from "vitest";
import { EXPORTS } from "../../src/emit/index.ts";
import type { Lock, LockedTarget, Pin } from "../../src/lock/index.ts";
import { lockOf, pin } from "../lock/sample-lock.ts";
import { readBazelLock } from "./rules-python.ts";

const PLACES = {
  absolute: (path: string): string => path,
  relative: (path: string): string => path,
};
const HASH = "ab".repeat(32);

function lockFor(pins: Readonly<Record<string, readonly Pin[]>>): Lock {
  const targets = Object.entries(pins).map(([name, pins]): LockedTarget => {
    const [python = "", ...platform] = name.split("-");
    return { name, python, platform: platform.join("-"), pins };
  });
  return { ...lockOf(Object.values(pins).flat()), targets };
}

test("rules_python reads our requirements export as its requirements lock", () => {
  const lock = lockFor({
    "3.11-linux-x86_64": [
      pin("app", { extras: ["cli", "web"] }),
      pin("both", { artifact: "both-1.0-cp311-cp311-manylinux_2_17_x86_64.whl" }),
      pin("old", { version: "1!1.0.post1", provider: "sdist", artifact: "old-1.0.tar.gz" }),
    ],
    "3.12-macos-arm64": [
      pin("app", { extras: ["cli", "web"] }),
      pin("both", { artifact: "both-1.0-cp312-cp312-macosx_11_0_arm64.whl" }),
      pin("old", { version: "2.0" }),
    ],
  });
  const text = EXPORTS.requirements({ lock, targets: lock.targets, places: PLACES }) as string;
  expect(readBazelLock(text)).toEqual({
    options: [],
    requirements: [
      { name: "app", version: "1.0", marker: "", shas: [HASH] },
      { name: "both", version: "1.0", marker: "", shas: [HASH, HASH] },
      { name: "old", version: "1!1.0.post1", marker: "sys_platform == 'linux'", shas: [HASH] },
      { name: "old", version: "2.0", marker: "sys_platform == 'darwin'", shas: [HASH] },
    ],
  });
});
