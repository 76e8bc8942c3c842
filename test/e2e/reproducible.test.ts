import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { indexAtHand } from "./index-at-hand.ts";
import { LOCAL_ENVIRONMENT, type LocalIndex, release, serveLocalIndex } from "./local-index.ts";
import { hasCommand, LAUNCHER, newUser, runProgram, scratch, type User } from "./program.ts";

const DATE = "2026-11-01";
/** What two machines may have different, and a lock may not show. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  TZ: "Pacific/Kiritimati",
  LANG: "tr_TR.UTF-8",
  LC_ALL: "tr_TR.UTF-8",
  NODE_OPTIONS: shiftedClock(400 * 86_400_000),
};

/** Options for a Node whose clock is off by so many milliseconds. */
function shiftedClock(milliseconds: number): string {
  const code = `const now = Date.now; Date.now = () => now() + ${milliseconds};`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

describe.skipIf(!indexAtHand())("with the real index", () => {
  const folder = scratch("reproducible");
  const first = newUser("first");
  const input = join(folder, "requirements.txt");
  const targets = [
    "--python",
    "3.11",
    "--python",
    "2.7",
    ...[
      "linux-x86_64",
      "linux-aarch64",
      "linux-x86_64-musl",
      "macos-arm64",
      "macos-x86_64",
    ].flatMap((name) => ["--platform", name]),
  ];
  writeFileSync(input, "requests[socks]\nattrs\nmarkupsafe ; python_version >= '3'\n");
  const words = (output: string): string[] =>
    ["lock", "-r", input, "--date", DATE, "-o", join(folder, output)].concat(targets);
  const bytes = (output: string): string => readFileSync(join(folder, output), "utf8");

  test("two users with different clocks, zones, languages and caches get the same bytes", () => {
    const here = first.run(words("first.lock"));
    expect(here.status, here.stderr).toBe(0);
    const there = newUser("second").run(words("second.lock"), { env: ELSEWHERE, cwd: "/" });
    expect(there.status, there.stderr).toBe(0);
    expect(bytes("second.lock")).toBe(bytes("first.lock"));
  });

  test("the lock has each Python on each platform, with the wheels that fit", () => {
    const { targets: locked, date } = JSON.parse(bytes("first.lock")) as {
      date: string;
      targets: { name: string; pins: { name: string; version: string; artifact: string }[] }[];
    };
    expect(date).toBe("2026-11-01T23:59:59Z");
    expect(locked).toHaveLength(10);
    for (const { name, pins } of locked) {
      const names = pins.map((pin) => pin.name);
      expect(names, name).toEqual(expect.arrayContaining(["attrs", "requests", "pysocks"]));
      expect(names.includes("markupsafe"), name).toBe(name.startsWith("3.11"));
    }
    const wheel = (target: string, name: string): string =>
      locked.find((one) => one.name === target)?.pins.find((pin) => pin.name === name)?.artifact ??
      "";
    expect(wheel("3.11-linux-aarch64", "markupsafe")).toMatch(/-cp311-.*manylinux.*_aarch64/);
    expect(wheel("3.11-linux-x86_64-musl", "markupsafe")).toMatch(/musllinux_1_\d_x86_64/);
    expect(wheel("3.11-macos-arm64", "markupsafe")).toMatch(/macosx_11_0_(arm64|universal2)/);
    expect(wheel("2.7-linux-x86_64", "requests")).toMatch(/^requests-2\.27\.1-py2\.py3/);
  });

  test("offline, from what was kept, the bytes are the same", () => {
    const ran = first.run([...words("offline.lock"), "--offline"], { env: ELSEWHERE });
    expect(ran.status, ran.stderr).toBe(0);
    expect(bytes("offline.lock")).toBe(bytes("first.lock"));
  });

  const canCut = hasCommand("unshare") && runProgram("unshare", ["-n", "true"]).status === 0;
  test.skipIf(!canCut)("and with the network cut, with and without --offline", () => {
    for (const more of [["--offline"], []]) {
      const argv = ["-n", process.execPath, LAUNCHER, ...words("cut.lock"), ...more];
      const ran = runProgram("unshare", argv, { env: first.env });
      expect(ran.status, ran.stderr).toBe(0);
      expect(bytes("cut.lock")).toBe(bytes("first.lock"));
      rmSync(join(folder, "cut.lock"));
    }
  });

  test("offline without anything kept is an error that says what is missing", () => {
    const ran = newUser("third").run([...words("third.lock"), "--offline"]);
    expect(ran.status).toBe(5);
    expect(ran.stderr).toMatch(/error: .*(attrs|requests|markupsafe)/);
    expect(ran.stderr).toContain("--offline");
  });

  test("the order of the lines is nothing", () => {
    const lines = readFileSync(input, "utf8").trim().split("\n");
    writeFileSync(input, `# reversed\n\n${lines.reverse().join("\n")}\n`);
    const ran = first.run([...words("reversed.lock"), "--offline"]);
    expect(ran.status, ran.stderr).toBe(0);
    expect(bytes("reversed.lock")).toBe(bytes("first.lock"));
  });
});

describe("dates and pins, with an index that goes on", () => {
  let index: LocalIndex;
  let user: User;
  let clock = Date.parse("2026-03-01T12:00:00Z");
  const folder = scratch("dates");

  beforeAll(async () => {
    user = newUser("dates");
    index = await serveLocalIndex(
      release("app", "1.0", { requires: ["lib>=1", "other"] }),
      release("lib", "1.0"),
      release("other", "1.0"),
    );
  });

  /** Runs `lock` at the time of `clock`. */
  async function lock(...words: readonly string[]): Promise<Record<string, string>> {
    const env = { ...LOCAL_ENVIRONMENT, NODE_OPTIONS: shiftedClock(clock - Date.now()) };
    const argv = ["lock", "--index-url", index.url, "--python", "3.11", ...words];
    const ran = await user.start(argv, { cwd: folder, env });
    expect(ran.status, ran.stderr).toBe(0);
    const { date, targets } = JSON.parse(text()) as {
      date: string;
      targets: { pins: { name: string; version: string }[] }[];
    };
    const pins = targets[0]?.pins.map(({ name, version }) => [name, version]) ?? [];
    return { date: date.slice(0, 16), ...(Object.fromEntries(pins) as Record<string, string>) };
  }
  const text = (): string => readFileSync(join(folder, "mach-nix.lock"), "utf8");
  const month = (number: number): string => `2026-0${number}-01T00:00:00Z`;

  test("the first lock takes the present moment and writes it down", async () => {
    expect(await lock("-p", "app")).toEqual({
      date: "2026-03-01T12:00",
      app: "1.0",
      lib: "1.0",
      other: "1.0",
    });
  });

  test("later, with newer releases there, the same bytes, and no question asked", async () => {
    const before = text();
    index.add(
      release("app", "2.0", { requires: ["lib>=1", "other"], uploaded: month(4) }),
      release("lib", "2.0", { uploaded: month(4) }),
      release("other", "2.0", { uploaded: month(4) }),
      release("extra", "1.0", { requires: ["lib"], uploaded: month(2) }),
      release("extra", "2.0", { requires: ["lib"], uploaded: month(4) }),
      release("wants-new-lib", "1.0", { requires: ["lib>=2"], uploaded: month(2) }),
    );
    clock = Date.parse("2026-05-01T12:00:00Z");
    const asked = index.requests.length;
    await lock("-p", "app");
    expect(text()).toBe(before);
    expect(index.requests.length).toBe(asked);
  });

  test("a requirement more keeps the date and every pin", async () => {
    expect(await lock("-p", "app", "-p", "extra")).toEqual({
      date: "2026-03-01T12:00",
      app: "1.0",
      extra: "1.0",
      lib: "1.0",
      other: "1.0",
    });
  });

  test("--upgrade=NAME moves that one only", async () => {
    expect(await lock("-p", "app", "-p", "extra", "--upgrade=lib")).toEqual({
      date: "2026-05-01T12:00",
      app: "1.0",
      extra: "1.0",
      lib: "2.0",
      other: "1.0",
    });
    expect(await lock("-p", "app", "-p", "extra")).toMatchObject({ lib: "2.0", app: "1.0" });
  });

  test("a pin that fits no more moves, and only it", async () => {
    await lock("-p", "app", "-p", "lib<2", "--upgrade=lib");
    expect(await lock("-p", "app", "-p", "wants-new-lib")).toMatchObject({
      app: "1.0",
      lib: "2.0",
      other: "1.0",
    });
  });

  test("--upgrade moves everything, and the date", async () => {
    clock = Date.parse("2026-06-01T12:00:00Z");
    expect(await lock("-p", "app", "--upgrade")).toEqual({
      date: "2026-06-01T12:00",
      app: "2.0",
      lib: "2.0",
      other: "2.0",
    });
  });

  test("--date goes back: what was uploaded later does not exist", async () => {
    expect(await lock("-p", "app", "--date", "2026-03-15")).toEqual({
      date: "2026-03-15T23:59",
      app: "1.0",
      lib: "1.0",
      other: "1.0",
    });
  });
});
