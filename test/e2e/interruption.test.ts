// Ctrl-C and worse, at every stage: nothing half-made stays, and the next run succeeds.
import { globSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { LOCAL_ENVIRONMENT, noise, type Release, release, wheelBytes } from "./local-index.ts";
import { expectOldWorks, expectSound, expectWorksNow, newPlace, type Place } from "./place.ts";
import { type Ran, runProgram } from "./program.ts";

/** A release of many files, so that unpacking it takes a while. */
function large(name: string): Release {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < 1000; i++) files[`${name}/data/${i}.bin`] = noise(300 + i);
  return release(name, "1.0", { files });
}

/** Runs until `when` calls back, then sends a signal. */
async function runUntil(
  place: Place,
  words: readonly string[],
  { signal, when }: { signal: NodeJS.Signals; when: (now: () => void) => void },
): Promise<Ran> {
  const { index, user, folder } = place;
  const all = ["env", "env", "-i", index.url, "--compile", "never", "-p", "old", ...words];
  const { process: child, ended } = user.launch(all, { cwd: folder, env: LOCAL_ENVIRONMENT });
  when(() => child.kill(signal));
  return ended;
}

/** Calls back as soon as an object that is being made has a folder, looking every millisecond. */
function whenUnpacking(store: string, folder: string, action: () => void): void {
  const from = Date.now();
  const timer = setInterval(() => {
    const [made] = globSync(`${store}/.tmp-*/site/${folder}`);
    if (made === undefined && Date.now() - from < 20_000) return;
    clearInterval(timer);
    action();
  }, 1);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}

const storeOf = (place: Place): string =>
  join(place.user.home, ".local", "share", "mach-nix", "store");

describe.each<NodeJS.Signals>(["SIGINT", "SIGKILL"])("%s", (signal) => {
  let place: Place;
  beforeAll(async () => {
    place = await newPlace("interrupted", large("newa"), large("newb"), release("newc", "1.0"));
  });

  function expectInterrupted({ status, stdout, stderr }: Ran): void {
    expect({ status, stdout }).toEqual({ status: signal === "SIGKILL" ? null : 130, stdout: "" });
    expect(stderr.includes("interrupted by SIGINT")).toBe(signal === "SIGINT");
    expect(stderr).not.toMatch(/^\s+at /m);
  }

  test("while resolving", async () => {
    const ran = await runUntil(place, ["-p", "newc"], {
      signal,
      when: (now) => {
        place.index.misbehave((request) => {
          if (request.url !== "/simple/newc/") return false;
          now();
          return true;
        });
      },
    });
    expectInterrupted(ran);
    expectOldWorks(place);
    await expectSound(place);
    await expectWorksNow(place, "-p", "newc");
    await expectWorksNow(place);
  });

  test("while downloading", async () => {
    const bytes = wheelBytes(large("newa"));
    const ran = await runUntil(place, ["-p", "newa"], {
      signal,
      when: (now) => {
        place.index.misbehave((request, response) => {
          if (request.url !== "/files/newa-1.0-py3-none-any.whl") return false;
          response.writeHead(200, { "content-length": bytes.length });
          response.write(bytes.subarray(0, bytes.length >> 1), () => setTimeout(now, 50));
          return true;
        });
      },
    });
    expectInterrupted(ran);
    expectOldWorks(place);
    await expectSound(place);
    await expectWorksNow(place, "-p", "newa");
    await expectWorksNow(place);
  });

  test("while unpacking", async () => {
    const ran = await runUntil(place, ["-p", "newb"], {
      signal,
      when: (now) => whenUnpacking(storeOf(place), "newb/data", now),
    });
    expectInterrupted(ran);
    expect(namesIn(storeOf(place)).some((name) => /^\w{32}-newb-1\.0$/.test(name))).toBe(false);
    expectOldWorks(place);
    await expectSound(place);
    await expectWorksNow(place, "-p", "newb");
    expect((await place.run(["store", "gc"])).status).toBe(0);
    await expectWorksNow(place);
  });

  test("collecting removes what was left behind", async () => {
    expect((await place.run(["store", "gc"])).status).toBe(0);
    const left = namesIn(storeOf(place)).filter(
      (name) => name.endsWith(".bin") && !/^\w{32}-/.test(name),
    );
    expect(left).toEqual([]);
    await expectSound(place);
    expectOldWorks(place);
  });
});

test("killed at any moment, again and again", async () => {
  const place = await newPlace("killed", large("newa"), release("newc", "1.0"));
  for (const delay of [60, 120, 180, 240, 320, 420]) {
    await runUntil(place, ["-p", "newa", "-p", "newc"], {
      signal: "SIGKILL",
      when: (now) => setTimeout(now, delay),
    });
    expectOldOrNew(place);
    await expectSound(place);
  }
  await expectWorksNow(place, "-p", "newa", "-p", "newc");
});

/** Whichever generation is in effect, it is whole. */
function expectOldOrNew({ directory, user }: Place): void {
  const code =
    "import old\ntry: import newa, newc\nexcept ModuleNotFoundError as e: assert e.name == 'newa'";
  const ran = runProgram(join(directory, "bin", "python"), ["-c", code], { env: user.env });
  expect(ran).toMatchObject({ status: 0, stderr: "" });
}
