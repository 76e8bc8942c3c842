// What goes wrong in the world: the right exit code, a clear message, nothing half-made, and the next
// run succeeds.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { wheelBytes } from "./local-index.ts";
import { expectCleanFailure, expectWorksNow, NEW, newPlace, type Place } from "./place.ts";
import { runProgram } from "./program.ts";

describe("servers that misbehave", () => {
  let place: Place;
  beforeAll(async () => {
    place = await newPlace("servers", NEW);
  });

  test("a package that does not exist", async () => {
    const ran = await place.env("-p", "does-not-exist");
    await expectCleanFailure(place, ran, {
      exit: 3,
      says: ["does-not-exist", "no index has a project named"],
    });
  });

  test.each([
    ["a file that is gone", 404, 5, /404|not found|not there/i],
    ["a server that breaks", 500, 5, /500/],
    ["a file for others only", 403, 5, /403/],
  ])("%s", async (_, status, exit, says) => {
    place.index.misbehave((request, response) => {
      if (request.url?.startsWith("/files/new-1.0-py3-none-any.whl") !== true) return false;
      if (request.url.endsWith(".metadata")) return false;
      response.writeHead(status).end("sorry");
      return true;
    });
    const ran = await place.env("-p", "new");
    await expectCleanFailure(place, ran, { exit, says: ["new-1.0-py3-none-any.whl", says] });
  });

  test("another file under the name, as large", async () => {
    place.index.misbehave((request, response) => {
      if (request.url !== "/files/new-1.0-py3-none-any.whl") return false;
      const bytes = Buffer.from(wheelBytes(NEW));
      bytes[1000] = (bytes[1000] ?? 0) ^ 1;
      response.writeHead(200, { "content-length": bytes.length }).end(bytes);
      return true;
    });
    const ran = await place.env("-p", "new");
    const says = ["new-1.0-py3-none-any.whl", "SHA-256", "the lock says"];
    await expectCleanFailure(place, ran, { exit: 4, says });
  });

  test("another file, of another size", async () => {
    place.index.misbehave((request, response) => {
      if (request.url !== "/files/new-1.0-py3-none-any.whl") return false;
      response.writeHead(200).end("hello");
      return true;
    });
    const ran = await place.env("-p", "new");
    await expectCleanFailure(place, ran, {
      exit: 4,
      says: ["new-1.0-py3-none-any.whl", "bytes, the lock says"],
    });
  });

  test("a download that always ends early", async () => {
    place.index.misbehave((request, response) => {
      if (request.url !== "/files/new-1.0-py3-none-any.whl") return false;
      const bytes = wheelBytes(NEW);
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 1000), () => response.destroy());
      return true;
    });
    const ran = await place.env("-p", "new");
    await expectCleanFailure(place, ran, {
      exit: 5,
      says: ["new-1.0-py3-none-any.whl", /connection broke|ended/],
    });
  });

  test("an index that never answers", async () => {
    place.index.misbehave((request) => request.url?.includes("/simple/stalled/") === true);
    const ran = await place.env("-p", "stalled");
    await expectCleanFailure(place, ran, {
      exit: 5,
      says: ["stalled", /no answer within 1 s/, "PIP_DEFAULT_TIMEOUT"],
    });
  });

  test("a download that stops in the middle", async () => {
    place.index.misbehave((request, response) => {
      if (request.url !== "/files/new-1.0-py3-none-any.whl") return false;
      const bytes = wheelBytes(NEW);
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 1000));
      return true;
    });
    const ran = await place.env("-p", "new");
    await expectCleanFailure(place, ran, {
      exit: 5,
      says: ["new-1.0-py3-none-any.whl", /no byte for 1 s/],
    });
  });

  test("an answer that is no index's", async () => {
    place.index.misbehave((request, response) => {
      if (request.url !== "/simple/portal/") return false;
      response.writeHead(200, { "content-type": "application/vnd.pypi.simple.v1+json" });
      response.end("<html>Please log in</html>");
      return true;
    });
    const ran = await place.env("-p", "portal");
    await expectCleanFailure(place, ran, { exit: 5, says: ["portal", /JSON/] });
  });

  test("nobody at home", async () => {
    const ran = await place.run(
      ["env", "env", "-i", "http://127.0.0.1:1/simple/", "-p", "old", "-p", "absent"],
      {},
    );
    await expectCleanFailure(place, ran, { exit: 5, says: ["127.0.0.1:1", /no connection/] });
  });

  test("503 at first, then all is well", async () => {
    const seen = new Set<string>();
    place.index.misbehave((request, response) => {
      const url = request.url ?? "";
      if (seen.has(url)) return false;
      seen.add(url);
      response.writeHead(503, { "retry-after": "0" }).end("busy");
      return true;
    });
    const ran = await place.env("-p", "new");
    expect(ran.status, ran.stderr).toBe(0);
    expect(seen.size).toBeGreaterThan(0);
    await expectWorksNow(place, "-p", "new");
  });
});

test("a file that was replaced on the index: refused, until --upgrade takes the new one", async () => {
  const place = await newPlace("replaced", NEW);
  const locked = await place.run(["lock", "-o", "env/mach-nix.lock", ...fromIndex(place)]);
  expect(locked.status, locked.stderr).toBe(0);
  place.index.replace({ ...NEW, files: { "new/__init__.py": "REPLACED = True\n" } });
  const ran = await place.env("-p", "new");
  await expectCleanFailure(place, ran, {
    exit: 4,
    says: ["new-1.0-py3-none-any.whl", "the lock says", "lock again with --upgrade"],
  });
  // Dates are whole seconds, and what was asked within that of the date is not asked again.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await expectWorksNow(place, "-p", "new", "--upgrade=new");
});

function fromIndex({ index }: Place): string[] {
  return ["-i", index.url, "-p", "old", "-p", "new"];
}

const canMount =
  process.getuid?.() === 0 &&
  runProgram("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

describe.skipIf(!canMount)("a disk that is full", () => {
  let place: Place;
  let mounted: string;
  beforeAll(async () => {
    place = await newPlace("full", NEW);
    mounted = join(place.folder, "disk");
    mkdirSync(mounted);
    runProgram("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mounted]);
    return () => void runProgram("umount", ["-l", mounted]);
  });
  function resize(kilobytes: number): void {
    const ran = runProgram("mount", ["-o", `remount,size=${kilobytes}k`, mounted]);
    expect(ran.status, ran.stderr).toBe(0);
  }

  test.each([
    ["downloading", 200, "http-write"],
    ["unpacking", 480, "store-full"],
  ])("while %s", async (_, kilobytes, code) => {
    resize(kilobytes);
    const home = join(mounted, "home");
    const words = ["env", "env", "-i", place.index.url, "-p", "old", "-p", "new"];
    words.push("--compile", "never");
    const ran = await place.run(words, { MACH_NIX_HOME: home });
    await expectCleanFailure(place, ran, { exit: 1, says: [/full|no space/i, mounted, code] });
    const verified = await place.run(["store", "verify"], { MACH_NIX_HOME: home });
    expect(verified.status, verified.stderr).toBe(0);
    resize(4096);
    const again = await place.run(words, { MACH_NIX_HOME: home });
    expect(again.status, again.stderr).toBe(0);
    await expectWorksNow(place);
    runProgram("chattr", ["-R", "-i", home]);
    rmSync(home, { recursive: true });
  });

  test("while the environment is written", async () => {
    const made = await place.env("-p", "new");
    expect(made.status, made.stderr).toBe(0);
    resize(64);
    const filler = join(mounted, "filler");
    writeFileSync(filler, Buffer.alloc(36 * 1024));
    const words = ["env", join(mounted, "env"), "-i", place.index.url, "-p", "old", "-p", "new"];
    const ran = await place.run([...words, "--compile", "never"]);
    expect(ran.status, ran.stderr).toBe(1);
    expect(ran.stderr).toMatch(/full|no space/i);
    expect(ran.stderr).not.toMatch(/^\s+at .*(node:|\.[cm]?[jt]s:\d)/m);
    rmSync(filler);
    resize(4096);
    const again = await place.run([...words, "--compile", "never"]);
    expect(again.status, again.stderr).toBe(0);
    const python = join(mounted, "env", "bin", "python");
    expect(runProgram(python, ["-c", "import old, new"], { env: place.user.env }).status).toBe(0);
  });
});

test("a directory of somebody else is refused and left alone", async () => {
  const place = await newPlace("foreign");
  const foreign = join(place.folder, "thesis");
  mkdirSync(foreign);
  writeFileSync(join(foreign, "thesis.tex"), "");
  for (const words of [
    ["env", foreign, "-p", "old"],
    ["sync", foreign],
  ]) {
    const ran = await place.run([...words, "-i", place.index.url]);
    await expectCleanFailure(place, ran, { exit: 2, says: ["thesis"] });
    expect(readdirSync(foreign)).toEqual(["thesis.tex"]);
  }
});
